// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/running_percentile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {

RunningPercentile::RunningPercentile(std::size_t capacity, double share) : ring_(capacity), share_(share) {
  sorted_.reserve(capacity);
}

void RunningPercentile::push(double value) noexcept {
  if (size_ == ring_.size()) drop_oldest();
  ring_[(oldest_ + size_) % ring_.size()] = value;
  ++size_;
  if (!std::isnan(value)) sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), value), value);
}

void RunningPercentile::drop_oldest() noexcept {
  if (size_ == 0) return;
  const double value = ring_[oldest_];
  oldest_ = (oldest_ + 1) % ring_.size();
  --size_;
  if (!std::isnan(value)) sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), value));
}

double RunningPercentile::value() const noexcept {
  if (sorted_.empty()) return std::numeric_limits<double>::quiet_NaN();
  return sorted_[static_cast<std::size_t>(share_ * static_cast<double>(sorted_.size() - 1))];
}

void RunningPercentile::clear() noexcept {
  sorted_.clear();
  oldest_ = size_ = 0;
}

}  // namespace semg
