// SPDX-License-Identifier: BSD-3-Clause
// What a figure needs of a recording of any length: the lowest and highest value of each of its columns, in constant memory.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "dsp/reason.hpp"

namespace semg {

/// As many columns as a printed page can show apart.
inline constexpr int kTraceColumns = 700;

/// The signal of one channel, for a figure. Push the rows in order; rows that are lost are not pushed, or pushed as NaN.
class TraceColumns {
 public:
  struct Column {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    bool empty() const noexcept { return low > high; }
  };

  TraceColumns() = default;
  /// `rows` from `first_row` on; where they are fewer than `columns`, each row has its own column.
  TraceColumns(std::int64_t first_row, std::int64_t rows, int columns = kTraceColumns);

  void push(std::int64_t row, float value) noexcept {
    while (row >= next_row_ && column_ + 1 < columns_.size()) next_row_ = first_row_of(++column_ + 1);
    Column& column = columns_[column_];
    if (value < column.low) column.low = value;  // NaN compares false: a column of NaN stays empty
    if (value > column.high) column.high = value;
  }

  const std::vector<Column>& columns() const noexcept { return columns_; }
  /// The middle of a column, in rows.
  double middle_of(std::size_t column) const noexcept;

 private:
  std::int64_t first_row_of(std::size_t column) const noexcept;

  std::int64_t first_row_ = 0;
  std::int64_t rows_ = 0;
  std::vector<Column> columns_ = std::vector<Column>(1);
  std::size_t column_ = 0;
  std::int64_t next_row_ = std::numeric_limits<std::int64_t>::max();
};

/// One feature of one channel, window by window, for a figure. Push the windows in order. A window that is not valid leaves a hole.
class WindowColumns {
 public:
  struct Column {
    double middle_row = 0;  ///< of its windows, on average
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    std::int32_t valid = 0;
    std::int32_t invalid = 0;
    Reason reason = Reason::ok;  ///< of its last invalid window
    bool empty() const noexcept { return valid + invalid == 0; }
  };

  WindowColumns() = default;
  /// For a recording of `rows`, in which a window of `window_rows` begins every `hop_rows`.
  WindowColumns(std::int64_t rows, std::int64_t window_rows, std::int64_t hop_rows, int columns = kTraceColumns);

  /// `value` counts only where `reason` is ok.
  void push(std::int64_t first_row, float value, Reason reason) noexcept;

  const std::vector<Column>& columns() const noexcept { return columns_; }
  std::int64_t window_rows() const noexcept { return window_rows_; }
  std::int64_t hop_rows() const noexcept { return hop_rows_; }
  /// How many windows there were of each reason; `[0]` are the valid ones.
  const std::array<std::int64_t, kReasonWords.size()>& counts() const noexcept { return counts_; }
  std::int64_t windows() const noexcept;

 private:
  std::int64_t rows_ = 1;
  std::int64_t window_rows_ = 1;
  std::int64_t hop_rows_ = 1;
  std::vector<Column> columns_ = std::vector<Column>(1);
  std::array<std::int64_t, kReasonWords.size()> counts_{};
};

}  // namespace semg
