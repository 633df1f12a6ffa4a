// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/feed.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {

bool ImportFeed::next() {
  first_ += static_cast<std::int64_t>(rows_);
  rows_ = static_cast<std::size_t>(std::clamp<std::int64_t>(plan_.rows - first_, 0, kMaxRows));
  if (rows_ == 0) return false;
  for (const PlannedChannel& channel : plan_.channels) {
    buffers_[channel.plus.channel].resize(rows_);
    if (channel.minus) buffers_[channel.minus->channel].resize(rows_);
  }
  for (auto& [index, buffer] : buffers_) {
    source_.read(index, first_, buffer);
    for (double& count : buffer) {
      if (!std::isinf(count)) continue;
      count = std::numeric_limits<double>::quiet_NaN();
      ++not_finite_;
    }
  }
  return true;
}

void ImportFeed::values(Block& block) const {
  block.first = first_;
  block.resize(rows_);
  std::vector<double> column(rows_);
  for (std::size_t c = 0; c < plan_.channels.size(); ++c) {
    const PlannedChannel& channel = plan_.channels[c];
    if (plan_.whole) {
      stored(c, column);
      for (double& value : column) value *= plan_.unit_per_count();
    } else {
      const auto plus = counts(channel.plus.channel);
      for (std::size_t r = 0; r < rows_; ++r) column[r] = plus[r] * channel.plus.scale + channel.plus.offset;
      if (channel.minus) {
        const auto minus = counts(channel.minus->channel);
        for (std::size_t r = 0; r < rows_; ++r) column[r] -= minus[r] * channel.minus->scale + channel.minus->offset;
      }
    }
    for (std::size_t r = 0; r < rows_; ++r) {
      const auto value = static_cast<float>(column[r]);
      block.row(r)[c] = std::isinf(value) ? std::numeric_limits<float>::quiet_NaN() : value;  // beyond what float holds
    }
  }
}

void ImportFeed::stored(std::size_t planned, std::span<double> out) const {
  const PlannedChannel& channel = plan_.channels[planned];
  const auto plus = counts(channel.plus.channel);
  for (std::size_t r = 0; r < out.size(); ++r) out[r] = plus[r] + channel.plus.shift;
  if (!channel.minus) return;
  const auto minus = counts(channel.minus->channel);
  for (std::size_t r = 0; r < out.size(); ++r) out[r] -= minus[r] + channel.minus->shift;
}

}  // namespace semg
