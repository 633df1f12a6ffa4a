// SPDX-License-Identifier: BSD-3-Clause
// The classical time-domain measures of a stretch of conditioned signal: how often and how far it goes up and down.
#pragma once

#include <cmath>
#include <cstdint>

namespace semg {

/// What is too small to count, in the unit of the signal and of its change per second: the same at every gain and sampling rate.
struct TimeDomainThresholds {
  double level;  ///< uV, for zero crossings
  double slope;  ///< uV/s, for slope sign changes
  double steep;  ///< uV/s, for Willison's amplitude
};

/// Counts over consecutive samples of one channel, added in their order so that the result does not depend on how they arrived.
/// Changes of sign have hysteresis: a value within +- the threshold leaves the sign as it was. So silence counts nothing, a passage
/// through exactly 0 counts once, a plateau of a coarse converter is no turn, and noise below the threshold is not seen. The thresholds
/// of the source are on the step between two samples, which shrinks as the rate grows; these do not.
/// Source: Hudgins, Parker & Scott, IEEE Trans Biomed Eng 1993; 40: 82-94.
class TimeDomainCounts {
 public:
  /// Throws Error(usage) unless the rate is above 0 and no threshold below 0.
  TimeDomainCounts(double fs_hz, const TimeDomainThresholds& thresholds);

  void add(float x) noexcept {
    const double value = x;
    zero_crossings_ += turned(level_side_, value, level_);
    if (count_ > 0) {
      const double step = value - last_;
      slope_sign_changes_ += turned(slope_side_, step, slope_step_);
      willison_ += std::fabs(step) > steep_step_;
      length_ += std::fabs(step);
    }
    last_ = value;
    ++count_;
  }

  std::int64_t count() const noexcept { return count_; }
  std::int64_t zero_crossings() const noexcept { return zero_crossings_; }  ///< from above the level to below minus it, and back
  std::int64_t slope_sign_changes() const noexcept {
    return slope_sign_changes_;
  }                                                            ///< from rising to falling faster than the slope, and back
  double waveform_length() const noexcept { return length_; }  ///< sum of |x_n - x_n-1|, unit of x
  /// Willison's amplitude: steps steeper than `steep`. It grows with the rate; over the rate it is the time spent so, in seconds.
  std::int64_t willison_amplitude() const noexcept { return willison_; }

 private:
  static bool turned(int& side, double value, double threshold) noexcept {
    const int now = value > threshold ? 1 : value < -threshold ? -1 : side;
    const bool changed = now * side < 0;
    side = now;
    return changed;
  }

  double level_, slope_step_, steep_step_;  // the latter two from one sample to the next
  double last_ = 0, length_ = 0;
  int level_side_ = 0, slope_side_ = 0;  // 1, -1, or 0 where nothing has been beyond the threshold yet
  std::int64_t count_ = 0, zero_crossings_ = 0, slope_sign_changes_ = 0, willison_ = 0;
};

}  // namespace semg
