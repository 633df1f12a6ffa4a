// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/trace_columns.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace semg {

TraceColumns::TraceColumns(std::int64_t first_row, std::int64_t rows, int columns)
    : first_row_(first_row), rows_(std::max<std::int64_t>(rows, 1)) {
  columns_.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(rows_, 1, std::max(columns, 1))));
  next_row_ = first_row_of(1);
}

std::int64_t TraceColumns::first_row_of(std::size_t column) const noexcept {
  // Divided before it is multiplied, so that no length overflows.
  const auto count = static_cast<std::int64_t>(columns_.size());
  const auto at = static_cast<std::int64_t>(column);
  return first_row_ + rows_ / count * at + (rows_ % count) * at / count;
}

double TraceColumns::middle_of(std::size_t column) const noexcept {
  return 0.5 * static_cast<double>(first_row_of(column) + first_row_of(column + 1) - 1);
}

WindowColumns::WindowColumns(std::int64_t rows, std::int64_t window_rows, std::int64_t hop_rows, int columns)
    : rows_(std::max<std::int64_t>(rows, 1)),
      window_rows_(std::max<std::int64_t>(window_rows, 1)),
      hop_rows_(std::max<std::int64_t>(hop_rows, 1)) {
  // Where there is room, every window keeps a column of its own: one more column than hops, for the grid starts anew after a gap.
  columns_.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(rows_ / hop_rows_ + 1, 1, std::max(columns, 1))));
}

void WindowColumns::push(std::int64_t first_row, float value, Reason reason) noexcept {
  const double middle = static_cast<double>(first_row) + 0.5 * static_cast<double>(window_rows_);
  const double share = std::clamp(middle / static_cast<double>(rows_), 0.0, 1.0);
  const auto last = columns_.size() - 1;
  Column& column = columns_[std::min(last, static_cast<std::size_t>(share * static_cast<double>(columns_.size())))];
  const int before = column.valid + column.invalid;
  column.middle_row += (middle - column.middle_row) / (before + 1);
  if (reason == Reason::ok && !std::isfinite(value)) reason = Reason::not_finite;  // never drawn, and never passed over in silence
  ++counts_[static_cast<std::size_t>(reason)];
  if (reason == Reason::ok) {
    ++column.valid;
    column.low = std::min(column.low, value);
    column.high = std::max(column.high, value);
  } else {
    ++column.invalid;
    column.reason = reason;
  }
}

std::int64_t WindowColumns::windows() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

}  // namespace semg
