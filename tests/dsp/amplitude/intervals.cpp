// SPDX-License-Identifier: BSD-3-Clause
// Intervals of RMS, ARV, MDF and MNF: closed forms, SciPy, and how often they hold.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/amplitude/amplitude_interval.hpp"
#include "dsp/spectrum/frequency_interval.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "tests/dsp/amplitude/interval_coverage.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kNormal975 = 1.959963984540054;

struct Freedoms {
  double rms, arv;
};
Freedoms freedoms_of(const std::vector<float>& x, double fs_hz) {
  AmplitudeFreedom freedom(fs_hz);
  for (const float v : x) freedom.add(v);
  return {freedom.of_rms(), freedom.of_arv()};
}

/// E (1 + v) of K Hann segments with 50 % overlap, summed weight by weight.
double worth_by_weights(std::size_t segments) {
  constexpr std::size_t kRows = 256;
  std::vector<double> weight(kRows), together(kRows / 2 * (segments + 1));
  double squares = 0, overlapped = 0;
  for (std::size_t n = 0; n < kRows; ++n) {
    weight[n] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(n) / kRows);
    squares += weight[n] * weight[n];
  }
  for (std::size_t n = 0; n < kRows / 2; ++n) overlapped += weight[n] * weight[n + kRows / 2];
  for (std::size_t k = 0; k < segments; ++k) {
    for (std::size_t n = 0; n < kRows; ++n) together[k * kRows / 2 + n] += weight[n] * weight[n];
  }
  double sum = 0, sum_of_squares = 0;
  for (const double u : together) {
    sum += u;
    sum_of_squares += u * u;
  }
  const auto count = static_cast<double>(segments);
  const double shared = overlapped / squares;
  const double bin_variance = (1 + 2 * (count - 1) / count * shared * shared) / count;
  return sum * sum / sum_of_squares / kRows * (1 + bin_variance);
}

}  // namespace

TEST_CASE("amplitude interval: the ends are those of chi-square") {
  struct Row {
    double freedom, low, high;  // SciPy 1.10.1: sqrt(n / chi2.ppf(0.975, n)), sqrt(n / chi2.ppf(0.025, n))
  };
  for (const Row& row : {Row{10, 0.698717044163, 1.754933547413}, Row{50, 0.836709087312, 1.243078161984},
                         Row{100, 0.878541990686, 1.160737153532}, Row{400, 0.935248008080, 1.074458890888}}) {
    CAPTURE(row.freedom);
    const Interval interval = amplitude_interval(1, row.freedom);
    // What Wilson and Hilferty leave over falls at least as fast as 1/n; at 10 it is 0.8 % of the lower chi-square, 0.4 % of its root.
    CHECK(interval.low == doctest::Approx(row.low).epsilon(0.04 / row.freedom));
    CHECK(interval.high == doctest::Approx(row.high).epsilon(0.04 / row.freedom));
    CHECK(amplitude_interval(250, row.freedom).high == doctest::Approx(250 * interval.high));
  }
}

TEST_CASE("amplitude interval: with next to no freedom it has no upper end") {
  CHECK(amplitude_interval(1, 1).high == std::numeric_limits<double>::infinity());
  CHECK(amplitude_interval(1, 1).low > 0);
  CHECK(std::isnan(amplitude_interval(1, std::nan("")).low));
  CHECK(std::isnan(amplitude_interval(1, std::nan("")).high));
}

TEST_CASE("amplitude freedom: it is the sum over the autocorrelation, written out") {
  const auto noise = testing::noise_of(1, 600, 4)[0];
  std::vector<float> smooth(noise.size() - 3);
  for (std::size_t n = 0; n < smooth.size(); ++n) smooth[n] = noise[n] + noise[n + 1] + noise[n + 2] + noise[n + 3];
  for (std::size_t n = 0; n < smooth.size(); n += 100) smooth[n] *= 3;  // heavier tails than normal noise has
  for (const std::size_t step : {1UL, 2UL}) {
    const double fs_hz = step == 1 ? 1000 : 2048;
    const auto lags = static_cast<std::size_t>(std::lround(0.02 * fs_hz / static_cast<double>(step)));
    std::vector<double> x;
    for (std::size_t n = 0; n < smooth.size(); n += step) x.push_back(smooth[n]);
    double squares = 0, fourths = 0, rms_sum = 1, arv_sum = std::numbers::pi / 2 - 1;
    for (const double v : x) {
      squares += v * v;
      fourths += v * v * v * v;
    }
    for (std::size_t k = 1; k <= lags; ++k) {
      double product = 0;
      for (std::size_t n = k; n < x.size(); ++n) product += x[n] * x[n - k];
      const double r = product / squares;
      rms_sum += 2 * r * r;
      arv_sum += 2 * (std::sqrt(1 - r * r) + r * std::asin(r) - 1);
    }
    const double excess = static_cast<double>(x.size()) * fourths / (squares * squares) - 3;
    REQUIRE(excess > 0.1);
    rms_sum *= 1 + excess / 2;
    arv_sum *= 1 + excess / 2;
    const Freedoms found = freedoms_of(smooth, fs_hz);
    CHECK(found.rms == doctest::Approx(static_cast<double>(x.size()) / rms_sum).epsilon(1e-12));
    CHECK(found.arv == doctest::Approx(static_cast<double>(x.size()) / (2 * arv_sum)).epsilon(1e-12));
  }
}

TEST_CASE("amplitude freedom: independent samples are each one of RMS, and 1/(pi - 2) of ARV") {
  const auto noise = testing::noise_of(1, 100000, 5)[0];
  const Freedoms found = freedoms_of(noise, 1000);  // 20 lags: each adds 2/N to the sum by its noise
  CHECK(found.rms == doctest::Approx(100000).epsilon(1e-3));
  CHECK(found.arv == doctest::Approx(100000 / (std::numbers::pi - 2)).epsilon(1e-3));
}

TEST_CASE("amplitude freedom: the gain and the sign of the signal do not change it, and silence has none") {
  auto noise = testing::noise_of(1, 500, 6)[0];
  const Freedoms before = freedoms_of(noise, 2000);
  for (float& x : noise) x *= -1024;
  CHECK(freedoms_of(noise, 2000).rms == before.rms);
  CHECK(freedoms_of(noise, 2000).arv == before.arv);
  CHECK(std::isnan(freedoms_of(std::vector<float>(500), 2000).rms));
  CHECK(std::isnan(freedoms_of({}, 2000).arv));
}

TEST_CASE("frequency intervals: of a flat spectrum they are what the weights of the segments say") {
  const std::vector<double> flat(120, 3.0);
  const BinRange band{.first = 10, .last = 109};  // 100 bins of 4 Hz, middle 238 Hz
  for (const std::size_t segments : {1UL, 2UL, 3UL, 15UL}) {
    CAPTURE(segments);
    const double worth = worth_by_weights(segments);
    const Interval median = median_frequency_interval(flat, 4, band, static_cast<double>(segments));
    const double median_reach = kNormal975 * std::sqrt(100 / (4 * worth)) / 100 * 400;  // share of power -> Hz: 400 Hz hold it all
    CHECK(median.low == doctest::Approx(238 - median_reach).epsilon(1e-12));
    CHECK(median.high == doctest::Approx(238 + median_reach).epsilon(1e-12));
    const Interval mean = mean_frequency_interval(flat, 4, band, static_cast<double>(segments));
    const double mean_reach = kNormal975 * 4 * std::sqrt(100.0 * (100 * 100 - 1) / 12 / worth) / 100;
    CHECK(mean.low == doctest::Approx(238 - mean_reach).epsilon(1e-12));
    CHECK(mean.high == doctest::Approx(238 + mean_reach).epsilon(1e-12));
  }
}

TEST_CASE("frequency intervals: they end where the band ends, and do not change with the gain") {
  std::vector<double> power = {0, 0, 8, 1, 9, 0, 0};
  const BinRange band{.first = 1, .last = 5};
  const Interval median = median_frequency_interval(power, 10, band, 1);
  CHECK(median.low == doctest::Approx(15));  // below the first bin that holds power there is none
  CHECK(median.high == doctest::Approx(45));
  const Interval mean = mean_frequency_interval(std::vector<double>{0, 9, 0, 0, 0, 9, 0}, 10, band, 1);
  CHECK(mean.low == 10);
  CHECK(mean.high == 50);
  for (double& p : power) p *= 1e6;
  CHECK(median_frequency_interval(power, 10, band, 9).low ==
        doctest::Approx(median_frequency_interval(std::vector<double>{0, 0, 8, 1, 9, 0, 0}, 10, band, 9).low));
}

TEST_CASE("frequency intervals: without power or without a segment there is none") {
  const std::vector<double> nothing(10, 0.0), flat(10, 1.0);
  CHECK(std::isnan(median_frequency_interval(nothing, 1, {1, 8}, 3).low));
  CHECK(std::isnan(mean_frequency_interval(nothing, 1, {1, 8}, 3).high));
  CHECK(std::isnan(median_frequency_interval(flat, 1, {1, 8}, 0).high));
  CHECK(std::isnan(mean_frequency_interval(flat, 1, {1, 8}, 0).low));
}

TEST_CASE("95 % intervals of simulated EMG hold in about 95 % of windows") {
  constexpr std::size_t kWindows = 800;
  const double doubt = 3 * std::sqrt(0.95 * 0.05 / kWindows);  // three standard errors of a share of so many windows
  for (const double window_s : {0.25, 0.5, 1.0}) {
    CAPTURE(window_s);
    ShapedNoise noise({}, 2048, RandomStream{7, 1});
    const testing::Coverage coverage =
        testing::interval_coverage([&](std::span<double> out) { noise.next(out, 1); }, NoiseDensity({}, 2048), 2048, window_s, kWindows);
    for (std::size_t measure = 0; measure < 4; ++measure) {
      CAPTURE(measure);
      const bool is_short_spectrum = measure >= 2 && window_s < 1;
      CHECK(coverage.held[measure] > (is_short_spectrum ? 0.90 : 0.93) - doubt);
      CHECK(coverage.held[measure] < (is_short_spectrum ? 0.98 : 0.97) + doubt);
    }
    CHECK(coverage.mdf_bias_hz > 0);  // a skewed spectrum, blurred by short segments
    CHECK(coverage.mdf_bias_hz < 2.5);
  }
}

}  // namespace semg
