// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude/time_domain.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr TimeDomainThresholds kNone{.level = 0, .slope = 0, .steep = 0};
constexpr TimeDomainThresholds kUsual{.level = 5, .slope = 5000, .steep = 20000};  // uV and uV/s

TimeDomainCounts counted(const std::vector<float>& x, double fs_hz, const TimeDomainThresholds& thresholds) {
  TimeDomainCounts counts(fs_hz, thresholds);
  for (const float v : x) counts.add(v);
  return counts;
}

std::vector<float> quantised(std::vector<float> x, double step) {
  for (float& v : x) v = static_cast<float>(step * std::nearbyint(v / step));
  return x;
}

}  // namespace

TEST_CASE("time domain: a sine crosses, turns and travels as it must") {
  // 100 Hz, amplitude 10, 2000 Hz for 1 s, sampled half a step off its zeros: 100 periods but for the step that would close the last.
  std::vector<float> x;
  for (int n = 0; n < 2000; ++n) x.push_back(static_cast<float>(10 * std::sin(2 * std::numbers::pi * 100 * (n + 0.5) / 2000)));
  // Steps are 20 sin(pi/20) |cos| uV, the steepest of a period exactly twice at 3.1287 uV = 6257 uV/s, the next four at 2.9756 uV.
  const TimeDomainCounts counts = counted(x, 2000, {.level = 1, .slope = 100, .steep = 6000});
  CHECK(counts.count() == 2000);
  CHECK(counts.zero_crossings() == 199);
  CHECK(counts.slope_sign_changes() == 200);
  const double top = 10 * std::sin(0.45 * std::numbers::pi), missing = 20 * std::sin(0.05 * std::numbers::pi);
  CHECK(counts.waveform_length() == doctest::Approx(100 * 4 * top - missing).epsilon(1e-6));  // the sine is rounded to float
  CHECK(counts.willison_amplitude() == 199);
}

TEST_CASE("time domain: constant, impulse and step") {
  const std::vector<float> constant(100, 7.0F);
  CHECK(counted(constant, 1000, kNone).zero_crossings() == 0);
  CHECK(counted(constant, 1000, kNone).slope_sign_changes() == 0);
  CHECK(counted(constant, 1000, kNone).waveform_length() == 0);
  CHECK(counted(constant, 1000, kNone).willison_amplitude() == 0);
  std::vector<float> impulse(100, 0.0F);
  impulse[50] = 8;
  CHECK(counted(impulse, 1000, kNone).zero_crossings() == 0);
  CHECK(counted(impulse, 1000, kNone).slope_sign_changes() == 1);
  CHECK(counted(impulse, 1000, kNone).waveform_length() == 16);
  CHECK(counted(impulse, 1000, kNone).willison_amplitude() == 2);
  std::vector<float> step(100, -3.0F);
  std::fill(step.begin() + 50, step.end(), 3.0F);
  CHECK(counted(step, 1000, kNone).zero_crossings() == 1);
  CHECK(counted(step, 1000, kNone).slope_sign_changes() == 0);
  CHECK(counted(step, 1000, kNone).waveform_length() == 6);
  CHECK(counted(step, 1000, kNone).willison_amplitude() == 1);
  CHECK(TimeDomainCounts(1000, kNone).count() == 0);
}

TEST_CASE("time domain: of normal noise all four have closed forms") {
  // r the correlation of neighbours, q that of neighbouring steps, d the spread of a step: crossings acos(r)/pi a sample, turns acos(q)/pi,
  // length sqrt(2/pi) d, steps beyond s: erfc(s/(d sqrt 2)).
  const NoiseShape shape{.fl_hz = 60, .fh_hz = 120};
  const NoiseDensity density(shape, 2000);
  const auto correlation = [&](int lag) {
    return spectrum_moments([&](double f) { return density(f) * (1 + std::cos(2 * std::numbers::pi * f * lag / 2000)); }, 0.0, 999.999)
               .power -
           1;
  };
  const double r = correlation(1), r2 = correlation(2);
  const double q = (2 * r - r2 - 1) / (2 * (1 - r)), d = 100 * std::sqrt(2 * (1 - r));
  const double steep_s = d * 2000;  // one spread of a step
  constexpr int kWindows = 300;
  constexpr double kSamples = 2000;
  ShapedNoise noise(shape, 2000, RandomStream{21, 83});
  std::vector<double> drawn(static_cast<std::size_t>(kSamples));
  double sum[4] = {}, squares[4] = {};
  for (int w = 0; w < kWindows; ++w) {
    noise.next(drawn, 1);
    TimeDomainCounts counts(2000, {.level = 0, .slope = 0, .steep = steep_s});
    for (const double v : drawn) counts.add(static_cast<float>(100 * v));
    const double found[] = {static_cast<double>(counts.zero_crossings()) / (kSamples - 1),
                            static_cast<double>(counts.slope_sign_changes()) / (kSamples - 2), counts.waveform_length() / (kSamples - 1),
                            static_cast<double>(counts.willison_amplitude()) / (kSamples - 1)};
    for (int k = 0; k < 4; ++k) {
      sum[k] += found[k];
      squares[k] += found[k] * found[k];
    }
  }
  const double expected[] = {std::acos(r) / std::numbers::pi, std::acos(q) / std::numbers::pi, std::sqrt(2 / std::numbers::pi) * d,
                             std::erfc(std::sqrt(0.5))};
  for (int k = 0; k < 4; ++k) {
    const double mean = sum[k] / kWindows, error = std::sqrt((squares[k] / kWindows - mean * mean) / kWindows);
    CAPTURE(k);
    CHECK(std::abs(mean - expected[k]) < 4 * error);
    CHECK(error < 0.003 * expected[k]);
  }
}

TEST_CASE("time domain: thresholds in uV and uV/s mean the same at 2000 and at 4000 Hz") {
  const TimeDomainCounts slow = counted(testing::multisine(2000, 20000, 5), 2000, kUsual);
  const TimeDomainCounts fast = counted(testing::multisine(4000, 40000, 5), 4000, kUsual);
  // Samples miss what happens between them: of normal noise with this spectrum, by the closed forms above, 2000 Hz sees 1.2 % fewer
  // crossings than 4000 Hz, 2.7 % fewer turns, 1.8 % less length, 0.4 % less time above the slope. A threshold on steps would halve.
  CHECK(static_cast<double>(fast.zero_crossings()) == doctest::Approx(static_cast<double>(slow.zero_crossings())).epsilon(0.03));
  CHECK(static_cast<double>(fast.slope_sign_changes()) == doctest::Approx(static_cast<double>(slow.slope_sign_changes())).epsilon(0.03));
  CHECK(fast.waveform_length() == doctest::Approx(slow.waveform_length()).epsilon(0.03));
  const double slow_s = static_cast<double>(slow.willison_amplitude()) / 2000,
               fast_s = static_cast<double>(fast.willison_amplitude()) / 4000;
  CHECK(fast_s == doctest::Approx(slow_s).epsilon(0.03));
}

TEST_CASE("time domain: two hundred zeros have no slope sign changes") {
  CHECK(counted(std::vector<float>(200, 0.0F), 2000, kNone).slope_sign_changes() == 0);
}

TEST_CASE("time domain: a passage through exactly 0 is a crossing, and one only") {
  std::vector<float> x;
  for (int period = 0; period < 50; ++period) x.insert(x.end(), {1.0F, 0.0F, -1.0F, 0.0F});
  CHECK(counted(x, 1000, kNone).zero_crossings() == 99);
  // Touching 0 and going back is none.
  CHECK(counted({1.0F, 0.0F, 1.0F, 0.0F, 1.0F}, 1000, kNone).zero_crossings() == 0);
}

TEST_CASE("time domain: a coarse converter adds neither crossings nor turns") {
  // Rounding keeps the order of values, so what rises does not fall afterwards.
  const std::vector<float> x = testing::multisine(2000, 4000, 6);
  const TimeDomainCounts fine = counted(x, 2000, kNone);
  for (const double step : {20.0, 100.0, 150.0}) {
    CAPTURE(step);
    const TimeDomainCounts coarse = counted(quantised(x, step), 2000, kNone);
    CHECK(coarse.zero_crossings() <= fine.zero_crossings());
    CHECK(coarse.slope_sign_changes() <= fine.slope_sign_changes());
    CHECK(coarse.zero_crossings() > fine.zero_crossings() / 2);
    CHECK(coarse.slope_sign_changes() > fine.slope_sign_changes() / 3);
  }
}

TEST_CASE("time domain: noise below the thresholds is not counted") {
  const auto noise = testing::noise_of(1, 4000, 4, 1.0)[0];  // 1 uV RMS, at most 6 uV
  const TimeDomainCounts counts = counted(noise, 2000, {.level = 6, .slope = 24000, .steep = 24000});
  CHECK(counts.zero_crossings() == 0);
  CHECK(counts.slope_sign_changes() == 0);
  CHECK(counts.willison_amplitude() == 0);
  CHECK(counted(noise, 2000, kNone).zero_crossings() > 1500);
}

TEST_CASE("time domain: a threshold below 0 or a rate of 0 is refused in words") {
  const TimeDomainThresholds below{.level = 0, .slope = -1, .steep = 0};
  const TimeDomainThresholds no_number{.level = std::numeric_limits<double>::quiet_NaN(), .slope = 0, .steep = 0};
  CHECK_THROWS_WITH_AS(TimeDomainCounts(1000, below), "slope sign change threshold: found -1.000000, expected 0 or more", Error);
  CHECK_THROWS_AS(TimeDomainCounts(1000, no_number), Error);
  CHECK_THROWS_WITH_AS(TimeDomainCounts(0, kNone), "sampling rate: found 0.000000 Hz, expected more than 0", Error);
}

}  // namespace semg
