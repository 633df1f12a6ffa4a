// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/stream_clock.hpp"

#include <cmath>

namespace semg {

StreamClock::StreamClock(double nominal_fs_hz) noexcept : nominal_hz_(nominal_fs_hz) {}

void StreamClock::see(std::int64_t end_row, std::int64_t t_ns) noexcept {
  if (seen_ == 0) {
    last_row_ = end_row;
    last_ns_ = t_ns;
    weight_ = 1;
    seen_ = 1;
    return;
  }
  if (end_row <= last_row_ || t_ns <= last_ns_) return;
  const double dx = static_cast<double>(end_row - last_row_) / nominal_hz_;
  const double dy = static_cast<double>(t_ns - last_ns_) * 1e-9;
  // The origin moves to the new point, so that sums stay small however long the stream is.
  sxy_ += dx * dy * weight_ - dx * sy_ - dy * sx_;
  sxx_ += dx * dx * weight_ - 2 * dx * sx_;
  sx_ -= dx * weight_;
  sy_ -= dy * weight_;
  const double kept = std::exp2(-dy / kHalfLife_s);
  sxy_ *= kept;
  sxx_ *= kept;
  sx_ *= kept;
  sy_ *= kept;
  weight_ = weight_ * kept + 1;
  span_s_ += dy;
  ++seen_;
  last_row_ = end_row;
  last_ns_ = t_ns;
}

double StreamClock::slope() const noexcept {
  if (!is_known()) return 1;
  const double spread = sxx_ - sx_ * sx_ / weight_;
  const double slope = (sxy_ - sx_ * sy_ / weight_) / spread;
  return std::isfinite(slope) && slope > 0 ? slope : 1;
}

double StreamClock::fs_hz() const noexcept {
  return nominal_hz_ / slope();
}
double StreamClock::drift_ppm() const noexcept {
  return (1 / slope() - 1) * 1e6;
}

double StreamClock::row_at(std::int64_t t_ns) const noexcept {
  const double y = static_cast<double>(t_ns - last_ns_) * 1e-9;
  const double x = is_known() ? sx_ / weight_ + (y - sy_ / weight_) / slope() : y;
  return static_cast<double>(last_row_) + x * nominal_hz_;
}

std::int64_t StreamClock::time_of(double row) const noexcept {
  const double x = (row - static_cast<double>(last_row_)) / nominal_hz_;
  const double y = is_known() ? sy_ / weight_ + (x - sx_ / weight_) * slope() : x;
  return last_ns_ + static_cast<std::int64_t>(std::llround(y * 1e9));
}

}  // namespace semg
