// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/raw_block.hpp"

#include <cstring>

namespace semg {
namespace {

template <class Count>
void convert(const RawBlock& raw, double unit_per_count, std::span<float> out) noexcept {
  for (std::size_t k = 0; k < out.size(); ++k) {
    Count count;
    std::memcpy(&count, raw.samples.data() + k * sizeof count, sizeof count);
    out[k] = static_cast<float>(static_cast<double>(count) * unit_per_count);
  }
}

}  // namespace

std::size_t size_of(SampleType type) noexcept {
  return type == SampleType::int16 ? 2 : 4;
}

void to_block(const RawBlock& raw, const Recording& recording, Block& block) noexcept {
  block.resize(raw.rows);
  block.first = raw.first;
  switch (recording.sample_type) {
    case SampleType::int16: return convert<std::int16_t>(raw, recording.unit_per_count(), block.samples());
    case SampleType::int32: return convert<std::int32_t>(raw, recording.unit_per_count(), block.samples());
    case SampleType::float32: return convert<float>(raw, recording.unit_per_count(), block.samples());
  }
}

}  // namespace semg
