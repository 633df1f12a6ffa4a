// SPDX-License-Identifier: BSD-3-Clause
#include "engine/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "dsp/activation/activation_detector.hpp"

namespace semg {
namespace {

double typical_power(double f_hz) {
  constexpr double kLow = 60.0;
  constexpr double kHigh = 120.0;
  return std::pow(kHigh, 4) * f_hz * f_hz / ((f_hz * f_hz + kLow * kLow) * std::pow(f_hz * f_hz + kHigh * kHigh, 2));
}

double gain(const Chain& chain, double f_hz) {
  return std::pow(std::abs(response_at(chain.sos, f_hz, chain.fs_hz)), chain.passes);
}

/// Between two frequencies on either side of the half-power point.
double half_power_between(const Chain& chain, double low_hz, double high_hz) {
  const bool rising = gain(chain, low_hz) < std::sqrt(0.5);
  for (int k = 0; k < 60; ++k) {
    const double middle = (low_hz + high_hz) / 2;
    if ((gain(chain, middle) < std::sqrt(0.5)) == rising) {
      low_hz = middle;
    } else {
      high_hz = middle;
    }
  }
  return (low_hz + high_hz) / 2;
}

constexpr double kStep_hz = 0.05;

template <class Power>
double median_in_band(const Chain& chain, Power power) {
  double total = 0;
  for (double f = chain.band_low_hz + kStep_hz / 2; f < chain.band_high_hz; f += kStep_hz) total += power(f);
  double below = 0;
  for (double f = chain.band_low_hz + kStep_hz / 2; f < chain.band_high_hz; f += kStep_hz) {
    below += power(f);
    if (below >= total / 2) return f;
  }
  return chain.band_high_hz;
}

}  // namespace

Explanation explain(const Chain& chain) {
  Explanation out;
  const double nyquist = chain.fs_hz / 2;
  for (const double f : {1.0,   2.0,   5.0,   10.0,  15.0,  20.0,  30.0,  40.0,  50.0,  60.0,   80.0,   100.0, 150.0,
                         200.0, 250.0, 300.0, 350.0, 400.0, 450.0, 500.0, 600.0, 800.0, 1000.0, 2000.0, 5000.0}) {
    if (f >= nyquist) break;
    out.response.push_back({.f_hz = f,
                            .gain_db = 20.0 * std::log10(gain(chain, f)),
                            .phase_delay_s = chain.passes == 1 ? phase_delay_s(chain.sos, f, chain.fs_hz) : 0,
                            .group_delay_s = chain.passes == 1 ? group_delay_s(chain.sos, f, chain.fs_hz) : 0});
  }
  const double step = nyquist / 20000;
  for (double f = step; f + step < nyquist; f += step) {
    if ((gain(chain, f) < std::sqrt(0.5)) != (gain(chain, f + step) < std::sqrt(0.5)))
      out.minus_3db_hz.push_back(half_power_between(chain, f, f + step));
  }
  double all = 0;
  double passed = 0;
  for (double f = kStep_hz / 2; f < nyquist; f += kStep_hz) {
    all += typical_power(f);
    passed += typical_power(f) * std::pow(gain(chain, f), 2);
  }
  out.power_kept = passed / all;
  out.mdf_shift_hz = median_in_band(chain, [&](double f) { return typical_power(f) * std::pow(gain(chain, f), 2); }) -
                     median_in_band(chain, typical_power);
  const ActivationDetector detector(chain.fs_hz, chain.decision_sos, chain.filter_band_hz(), {}, {std::nullopt});
  out.activation_latency_s = static_cast<double>(detector.latency_rows()) / chain.fs_hz;
  return out;
}

}  // namespace semg
