// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/latency_tally.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {

void LatencyTally::add(std::int64_t ns) noexcept {
  const double octaves = std::log2(std::max(static_cast<double>(ns) * 1e-3, 1.0));
  const auto cell = static_cast<std::size_t>(octaves * static_cast<double>(kPerOctave));
  ++cells_[std::min(cell, cells_.size() - 1)];
  if (ns > largest_) largest_ = ns;
  ++count_;
}

double LatencyTally::quantile_s(double share) const noexcept {
  const std::int64_t all = count_;
  if (all == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto wanted = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(share * static_cast<double>(all))));
  std::int64_t seen = 0;
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    seen += cells_[cell];
    if (seen >= wanted) return std::min(std::exp2(static_cast<double>(cell + 1) / static_cast<double>(kPerOctave)) * 1e-6, largest_s());
  }
  return largest_s();
}

}  // namespace semg
