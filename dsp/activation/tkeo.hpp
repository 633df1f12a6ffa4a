// SPDX-License-Identifier: BSD-3-Clause
// Activation by the Teager-Kaiser energy operator: amplitude and frequency of the signal in one number, against rest.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "dsp/activation/persistence.hpp"
#include "dsp/activation/rest_moments.hpp"
#include "dsp/activation/smoothing.hpp"

namespace semg {

/// psi[n] = x[n]^2 - x[n-1] x[n+1], unit^2; of A sin(wn) it is A^2 sin^2(w) at every n.
/// Source: Kaiser, Proc ICASSP 1990: 381-384.
constexpr double teager_kaiser(double before, double x, double after) noexcept {
  return x * x - before * after;
}

struct TkeoRule {
  double low_pass_hz = 50;
  double spreads = 7;       ///< fewer suit bursts under 10 dB, more (15) leave out weak activity
  double least_s = 0.0125;  ///< above the threshold without a gap for so long; off when below it for so long
};

/// y = low-pass(|psi|); active where y > mean of y at rest + h standard deviations of y at rest. The low-pass is causal; its delay for slow
/// changes (4.5 ms) is taken off. Source: Solnik et al., Acta Bioeng Biomech 2008; 10(2): 65-68; Eur J Appl Physiol 2010; 110: 489-498.
class Tkeo {
 public:
  explicit Tkeo(double fs_hz, const TkeoRule& rule = {});

  struct Statistic {  // one row late, as psi needs the next sample
    LowPassed low_pass;
    double before = 0, x = 0;
    bool primed = false;
    void begin() noexcept {
      low_pass.begin();
      primed = false;
    }
    double push(double after) noexcept {
      if (!primed) before = x = after;
      primed = true;
      const double psi = teager_kaiser(before, x, after);
      before = x;
      x = after;
      return low_pass.push(std::fabs(psi));
    }
  };
  static Statistic statistic(double fs_hz, const TkeoRule& rule = {}) { return {.low_pass = LowPassed(fs_hz, rule.low_pass_hz)}; }

  void begin(const RestMoments& rest) noexcept;         ///< as in HodgesBui
  std::optional<std::int64_t> push(double x) noexcept;  ///< as in HodgesBui
  std::int64_t look_ahead_rows() const noexcept { return shift_ + persistence_.look_ahead_rows(); }

 private:
  double spreads_;
  double threshold_ = 0;
  Statistic statistic_;
  std::int64_t shift_;
  Persistence persistence_;
};

}  // namespace semg
