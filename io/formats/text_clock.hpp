// SPDX-License-Identifier: BSD-3-Clause
// What a column of times tells about the sampling rate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace semg {

/// Gathered from a column as its numbers pass.
struct Steps {
  std::int64_t count = 0;  ///< numbers, not steps
  double first = 0;
  double last = 0;
  double smallest = 0;  ///< step from one number to the next
  double largest = 0;
  double quantum = 1;  ///< of the finest number printed

  void push(double value) noexcept;
  double mean() const noexcept { return count > 1 ? (last - first) / static_cast<double>(count - 1) : 0.0; }
  /// No step is below half or above one and a half of the mean, but for the rounding of print.
  bool even() const noexcept;
  /// All steps are the same but for the rounding of print, and forward.
  bool constant() const noexcept;
};

/// Time, t, Time (s), time_ms, X[s], Timestamp ...
bool names_time(std::string_view name);
/// Seconds per unit of a time column, from its unit or name; none where neither says.
std::optional<double> seconds_per(std::string_view unit_or_name);
/// Samples per second; a whole number where the printed times allow it.
double rate_of(const Steps& steps, double seconds) noexcept;

}  // namespace semg
