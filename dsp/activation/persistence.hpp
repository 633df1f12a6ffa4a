// SPDX-License-Identifier: BSD-3-Clause
// How long a statistic must stay above its threshold, or below, until it is believed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace semg {

/// On: at the first row of a run above the threshold that lasts `on_rows`, in which fewer than `gap_rows` in a row lie below (1: none).
/// Off: at the first of `off_rows` in a row below it.
struct PersistenceRule {
  std::int64_t on_rows = 1;
  std::int64_t gap_rows = 1;
  std::int64_t off_rows = 1;
};

/// Off at first; rows are counted from 0. A change is told at most look_ahead_rows() after the row at which it happened.
class Persistence {
 public:
  explicit Persistence(const PersistenceRule& rule) noexcept : rule_(rule) {}

  void begin() noexcept {
    row_ = 0;
    start_ = -1;
    on_ = false;
  }

  /// The row at which the state changed, where that is known with this row.
  std::optional<std::int64_t> push(bool above) noexcept {
    const std::int64_t row = row_++;
    if (above != on_) {
      if (start_ < 0) start_ = row;
      last_ = row;
    } else if (start_ >= 0 && (on_ || row - last_ >= rule_.gap_rows)) {
      start_ = -1;
    }
    if (above == on_ || row - start_ + 1 < (on_ ? rule_.off_rows : rule_.on_rows)) return std::nullopt;
    on_ = above;
    const std::int64_t changed = start_;
    start_ = -1;
    return changed;
  }

  std::int64_t look_ahead_rows() const noexcept { return std::max(rule_.on_rows + rule_.gap_rows, rule_.off_rows); }

 private:
  PersistenceRule rule_;
  std::int64_t row_ = 0;
  std::int64_t start_ = -1, last_ = -1;  // of a run of the other state; -1: none
  bool on_ = false;
};

}  // namespace semg
