// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude/amplitude_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/amplitude/amplitude.hpp"
#include "tests/dsp/scipy_measures.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

/// RMS of windows of 250 ms, hop 125 ms.
std::vector<float> rms_windows(const std::vector<float>& x, std::size_t fs_hz) {
  std::vector<float> rms;
  for (std::size_t at = 0; at + fs_hz / 4 <= x.size(); at += fs_hz / 8) {
    AmplitudeSums sums;
    for (std::size_t n = at; n < at + fs_hz / 4; ++n) sums.add(x[n]);
    rms.push_back(static_cast<float>(sums.rms()));
  }
  return rms;
}

}  // namespace

TEST_CASE("amplitude distribution: an even spread from 0 to 100 has 10, 50 and 90") {
  std::vector<float> even;
  for (int k = 0; k <= 1000; ++k) even.push_back(static_cast<float>(k) / 10.0F);
  std::reverse(even.begin(), even.end());
  const AmplitudeDistribution load = amplitude_distribution(even);
  CHECK(load.p10 == doctest::Approx(10).epsilon(1e-7));
  CHECK(load.p50 == doctest::Approx(50).epsilon(1e-7));
  CHECK(load.p90 == doctest::Approx(90).epsilon(1e-7));
}

TEST_CASE("amplitude distribution: percentiles are NumPy's") {
  for (const NumpyPercentiles& expected : kNumpyPercentiles) {
    CAPTURE(expected.rows);
    const AmplitudeDistribution load = amplitude_distribution(made_up(expected.rows, static_cast<std::uint32_t>(expected.rows)));
    CHECK(load.p10 == doctest::Approx(expected.p10).epsilon(1e-12));
    CHECK(load.p50 == doctest::Approx(expected.p50).epsilon(1e-12));
    CHECK(load.p90 == doctest::Approx(expected.p90).epsilon(1e-12));
  }
}

TEST_CASE("amplitude distribution: invalid windows are left out, and none leave no level") {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  const AmplitudeDistribution load = amplitude_distribution({kNone, 3, kNone, 1, 2});
  CHECK(load.p50 == 2);
  CHECK(load.p10 == doctest::Approx(1.2));
  CHECK(std::isnan(amplitude_distribution({}).p10));
  CHECK(std::isnan(amplitude_distribution({kNone, kNone}).p90));
}

TEST_CASE("amplitude distribution: silence that is marked invalid changes nothing") {
  std::vector<float> windows = rms_windows(testing::multisine(2000, 8000, 8), 2000);
  const AmplitudeDistribution truth = amplitude_distribution(windows);
  windows.resize(windows.size() + 50, std::numeric_limits<float>::quiet_NaN());
  const AmplitudeDistribution load = amplitude_distribution(windows);
  CHECK(load.p10 == truth.p10);
  CHECK(load.p90 == truth.p90);
}

TEST_CASE("noise-corrected RMS: power of rest is taken off, and what does not rise above rest is no contraction of 0") {
  CHECK(noise_corrected_rms(5, 3) == doctest::Approx(4).epsilon(1e-15));
  CHECK(noise_corrected_rms(7, 0) == 7);
  CHECK(noise_corrected_rms(5e3, 3e3) == doctest::Approx(4e3).epsilon(1e-15));
  CHECK(noise_corrected_rms(5e-3, 3e-3) == doctest::Approx(4e-3).epsilon(1e-14));
  CHECK(std::isnan(noise_corrected_rms(3, 3)));
  CHECK(std::isnan(noise_corrected_rms(2, 3)));
  CHECK(std::isnan(noise_corrected_rms(std::numeric_limits<double>::quiet_NaN(), 3)));
}

TEST_CASE("noise-corrected RMS: what was added to a signal as noise is taken off again") {
  // A signal of 20 uV RMS in noise of 10 uV, 20 s at 2000 Hz: the noise's power is known to 0.7 %, the product of both to 0.5 %.
  const auto noise = testing::noise_of(2, 80000, 12, 10);
  std::vector<float> signal = testing::multisine(4000, 80000, 3);
  AmplitudeSums rest, pure, both;
  for (std::size_t n = 0; n < signal.size(); ++n) {
    rest.add(noise[0][n]);
    pure.add(0.2F * signal[n]);
    both.add(0.2F * signal[n] + noise[1][n]);
  }
  CHECK(both.rms() > 1.1 * pure.rms());
  CHECK(noise_corrected_rms(both.rms(), rest.rms()) == doctest::Approx(pure.rms()).epsilon(0.01));
}

}  // namespace semg
