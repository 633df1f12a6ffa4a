// SPDX-License-Identifier: BSD-3-Clause
// Rows of a device on their way to the journal and to the engine, as the converter gave them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/recording.hpp"

namespace semg {

/// Bytes of one stored sample: 2, 4, 4.
std::size_t size_of(SampleType type) noexcept;

/// Consecutive rows, never across a gap. `samples` is [rows x channels] in the recording's sample type, in this machine's byte order.
struct RawBlock {
  std::int64_t first = 0;
  std::size_t rows = 0;
  std::int64_t arrived_ns = 0;     ///< steady clock, when the last of its rows had come
  std::vector<std::byte> samples;  ///< room for the most rows of a block; the first rows x channels are good

  std::span<const std::byte> bytes(std::size_t row_bytes) const noexcept { return {samples.data(), rows * row_bytes}; }
};

/// The same rows in the stream's unit: a sample is float(count * unit_per_count), rounded once, as whoever reads the recording gets it.
/// Does not allocate where `block` has room.
void to_block(const RawBlock& raw, const Recording& recording, Block& block) noexcept;

}  // namespace semg
