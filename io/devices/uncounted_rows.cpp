// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/uncounted_rows.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace semg {

void UncountedRows::lost(std::int64_t at_least) noexcept {
  if (!has_begun_) return;
  in_doubt_ = true;
  at_least_ += at_least;
}

std::int64_t UncountedRows::place(std::int64_t rows, std::int64_t now_ns) noexcept {
  if (std::exchange(in_doubt_, false)) {
    const auto by_clock = static_cast<std::int64_t>(std::llround(clock_.row_at(now_ns))) - rows;
    next_ = std::max(next_ + std::exchange(at_least_, 0), by_clock);
  }
  has_begun_ = true;
  return std::exchange(next_, next_ + rows);
}

void UncountedRows::all_placed(std::int64_t now_ns) noexcept {
  if (has_begun_) clock_.see(next_, now_ns);
}

}  // namespace semg
