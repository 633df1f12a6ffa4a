// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/smoothing.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/filters/butterworth.hpp"

namespace semg {

std::int64_t rows_of(double seconds, double fs_hz, std::int64_t least) noexcept {
  return std::max<std::int64_t>(least, std::llround(seconds * fs_hz));
}

LowPassed::LowPassed(double fs_hz, double cutoff_hz) {
  const Sos sos = butterworth(LowPass{.order = 2, .cutoff_hz = std::min(cutoff_hz, 0.45 * fs_hz)}, fs_hz);
  section_ = sos.front();
  delay_rows_ = std::llround(group_delay_s(sos, 0.0, fs_hz) * fs_hz);
}

void LowPassed::begin_at(double level) noexcept {
  // The state after an endless constant, as the gain at 0 Hz is one.
  z2_ = (section_.b2 - section_.a2) * level;
  z1_ = (section_.b1 - section_.a1) * level + z2_;
  primed_ = true;
}

double LowPassed::push(double x) noexcept {
  if (!primed_) begin_at(x);
  const double y = section_.b0 * x + z1_;
  z1_ = section_.b1 * x - section_.a1 * y + z2_;
  z2_ = section_.b2 * x - section_.a2 * y;
  return y;
}

MovingMean::MovingMean(std::int64_t rows) : ring_(static_cast<std::size_t>(rows)) {}

void MovingMean::begin_at(double level) noexcept {
  std::fill(ring_.begin(), ring_.end(), level);
  sum_ = level * static_cast<double>(ring_.size());
  at_ = 0;
  primed_ = true;
}

double MovingMean::push(double x) noexcept {
  if (!primed_) begin_at(x);
  sum_ += x - ring_[at_];
  ring_[at_] = x;
  if (++at_ == ring_.size()) {  // summed anew once a window, so that rounding does not pile up
    at_ = 0;
    sum_ = 0;
    for (const double value : ring_) sum_ += value;
  }
  return sum_ / static_cast<double>(ring_.size());
}

}  // namespace semg
