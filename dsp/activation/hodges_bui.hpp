// SPDX-License-Identifier: BSD-3-Clause
// Activation by Hodges and Bui: the mean of a window of the smoothed, rectified signal lies some standard deviations above rest.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "dsp/activation/persistence.hpp"
#include "dsp/activation/rest_moments.hpp"
#include "dsp/activation/smoothing.hpp"

namespace semg {

struct HodgesBuiRule {
  double low_pass_hz = 50;
  double window_s = 0.025;
  double spreads = 3;
};

/// y = low-pass(|x|); a row is active where mean(y[n .. n+W)) > mean of y at rest + h standard deviations of y at rest.
/// The low-pass is causal; its delay for slow changes (4.5 ms) is taken off. The window lies ahead of the row, so onsets of strong bursts
/// come up to a window early. Source: Hodges & Bui, Electroencephalogr Clin Neurophysiol 1996; 101: 511-519.
class HodgesBui {
 public:
  explicit HodgesBui(double fs_hz, const HodgesBuiRule& rule = {});

  /// What rest is told of: y.
  struct Statistic {
    LowPassed low_pass;
    void begin() noexcept { low_pass.begin(); }
    double push(double x) noexcept { return low_pass.push(std::fabs(x)); }
  };
  static Statistic statistic(double fs_hz, const HodgesBuiRule& rule = {}) { return {LowPassed(fs_hz, rule.low_pass_hz)}; }

  /// A stretch starts, at rest; rows are counted from 0.
  void begin(const RestMoments& rest) noexcept;
  /// The row at which the muscle was switched on, or off, where that is known with this row.
  std::optional<std::int64_t> push(double x) noexcept;
  std::int64_t look_ahead_rows() const noexcept { return shift_ + persistence_.look_ahead_rows(); }

 private:
  double spreads_;
  double threshold_ = 0;
  Statistic statistic_;
  MovingMean window_;
  std::int64_t shift_;
  Persistence persistence_;
};

}  // namespace semg
