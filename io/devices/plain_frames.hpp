// SPDX-License-Identifier: BSD-3-Clause
// Frames of a device that says no more than it must: [sync word][counter][a value per channel], one frame a row.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/recording.hpp"
#include "io/devices/row_lock.hpp"

namespace semg {

enum class PlainType { i16le, i16be, i24le, i24be, i32le, f32le };

std::size_t bytes_of(PlainType type) noexcept;  ///< of a value on the line: 2, 3, 4
SampleType stored_as(PlainType type) noexcept;  ///< 24 bits become int32

struct PlainLayout {
  std::vector<std::byte> sync;  ///< may be empty
  int counter_bits = 0;         ///< 0 (none), 8, 16, 32; its byte order is the values'
  std::size_t channels = 1;
  PlainType type = PlainType::i16le;

  std::size_t head_bytes() const noexcept { return sync.size() + static_cast<std::size_t>(counter_bits) / 8; }
  std::size_t frame_bytes() const noexcept { return head_bytes() + channels * bytes_of(type); }
};

/// Rows that follow each other, as far as the frames tell.
struct PlainRun {
  std::uint32_t counter = 0;  ///< of the first of them; 0 where frames have none
  std::size_t first = 0;      ///< where they begin among the rows of the same call
  std::size_t rows = 0;
  std::size_t lost_before = 0;  ///< without a counter: garbage was skipped before them, in place of about so many rows, at least 1
};

struct PlainRows {
  std::vector<std::byte> samples;  ///< [rows x channels] in the stored type and this machine's byte order
  std::vector<PlainRun> runs;
  std::size_t garbage = 0;  ///< bytes that belonged to no row
};

/// Finds frames by their heads. A frame is given when the head of the next one is where it must be and counts on; after garbage the first
/// place where two good frames follow each other (five, where the sync word is shorter than two bytes) is believed if it is the only one,
/// and the frame there, which garbage may have cut, is left out. With neither sync word nor counter, frames begin with the connection and
/// nothing can be checked. Pure: any cut gives the same rows.
class PlainFramer {
 public:
  explicit PlainFramer(const PlainLayout& layout);

  /// The rows that these bytes complete, good until the next call.
  const PlainRows& feed(std::span<const std::byte> bytes);
  /// Only a new connection can tell where frames begin.
  bool is_lost() const noexcept { return lock_.is_lost(); }
  /// A new connection, whose first byte begins a frame.
  void start_with_frame();
  /// A new connection, which may begin within a frame.
  void start_anywhere();

 private:
  void append(std::span<const std::byte> frame, std::size_t garbage);

  PlainLayout layout_;
  RowLock lock_;
  PlainRows rows_;
  std::size_t count_ = 0;    // rows in rows_
  std::size_t skipped_ = 0;  // bytes since the last row
  bool has_rows_ = false;    // of this connection
};

}  // namespace semg
