// SPDX-License-Identifier: BSD-3-Clause
// How fast a device's rows really come, against this computer's clock.
#pragma once

#include <cstdint>

namespace semg {

/// A straight line from row index to arrival time, fitted recursively with exponential forgetting (half-life 90 s, as lab streaming layer
/// smooths time stamps). Only tells: nothing is resampled by it.
class StreamClock {
 public:
  static constexpr double kHalfLife_s = 90;

  explicit StreamClock(double nominal_fs_hz = 1) noexcept;

  /// `end_row`: first row that has not come yet when the clock reads `t_ns`. Rows and times that do not grow are left out.
  void see(std::int64_t end_row, std::int64_t t_ns) noexcept;

  bool is_known() const noexcept { return seen_ >= 2 && span_s_ >= 2; }  ///< two seconds of stream are in
  double fs_hz() const noexcept;                                         ///< fitted; the nominal rate until is_known()
  double drift_ppm() const noexcept;                                     ///< (fitted / nominal - 1) * 1e6; 0 until is_known()
  /// Row that would be next at this time, had nothing been lost.
  double row_at(std::int64_t t_ns) const noexcept;
  std::int64_t time_of(double row) const noexcept;  ///< the other way round

 private:
  double slope() const noexcept;  ///< seconds by the clock per second by the nominal rate

  double nominal_hz_;
  std::int64_t last_row_ = 0, last_ns_ = 0;
  std::int64_t seen_ = 0;
  double span_s_ = 0;
  // Weighted sums, the last point being the origin: x is seconds by the nominal rate, y seconds by the clock.
  double weight_ = 0, sx_ = 0, sy_ = 0, sxx_ = 0, sxy_ = 0;
};

}  // namespace semg
