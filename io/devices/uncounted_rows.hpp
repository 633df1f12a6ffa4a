// SPDX-License-Identifier: BSD-3-Clause
// The index of rows that their device does not count.
#pragma once

#include <cstdint>

#include "dsp/stream_clock.hpp"

namespace semg {

/// Rows follow each other with nothing lost between, except where the caller says so: an exact number that the device told of, or a number
/// that only this computer's clock can tell (to about 20 ms). For Intake::push_at().
class UncountedRows {
 public:
  explicit UncountedRows(double fs_hz) noexcept : clock_(fs_hz) {}

  /// Exactly so many rows are missing before the next ones.
  void skip(std::int64_t rows) noexcept { next_ += rows; }
  /// Rows are missing before the next ones, `at_least` so many; the clock says how many.
  void lost(std::int64_t at_least) noexcept;
  /// Index of the first of `rows` rows of which the last has just come.
  std::int64_t place(std::int64_t rows, std::int64_t now_ns) noexcept;
  /// All rows that have come so far are placed.
  void all_placed(std::int64_t now_ns) noexcept;

 private:
  StreamClock clock_;
  std::int64_t next_ = 0;
  std::int64_t at_least_ = 0;
  bool has_begun_ = false;
  bool in_doubt_ = false;  // where the next rows are
};

}  // namespace semg
