// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/held_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {

HeldRows::HeldRows(std::size_t channels) : before_(channels), step_(channels, std::numeric_limits<float>::infinity()) {}

void HeldRows::push(std::span<const float> row) {
  if (!started_) {
    started_ = true;
  } else {
    bool changed = false, moved = false;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const float step = std::abs(row[c] - before_[c]);
      if (!(step > 0)) continue;
      changed = true;
      moved = moved || step > 1.5F * step_[c];
      step_[c] = std::min(step_[c], step);
    }
    ++rows_;
    if (!changed) {
      ++repeated_;
      ++run_;
    } else {
      end_run();
      moved_ += moved ? 1 : 0;
    }
  }
  before_.assign(row.begin(), row.end());
}

void HeldRows::interrupt() noexcept {
  started_ = false;
  run_ = 1;
}

double HeldRows::rate(double fs_hz) const {
  const std::int64_t changes = rows_ - repeated_;
  if (rows_ < 100 || repeated_ * 2 < rows_ || changes < 10 || moved_ * 2 < changes) return 0;
  const auto mode = std::max_element(runs_.begin(), runs_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (mode->first > 1 && mode->second * 2 >= changes) return fs_hz / static_cast<double>(mode->first);
  // No even copying: the slowest rate of a common device that gives so many changes.
  const double seen = fs_hz * static_cast<double>(changes) / static_cast<double>(rows_);
  for (const double rate : {25.0, 50.0, 100.0, 200.0, 250.0, 500.0, 1000.0, 2000.0}) {
    if (rate >= seen) return std::min(rate, fs_hz);
  }
  return seen;
}

void HeldRows::end_run() {
  if (runs_.size() < 1024 || runs_.contains(run_)) ++runs_[run_];
  run_ = 1;
}

}  // namespace semg
