// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum.hpp"

#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "dsp/amplitude/amplitude.hpp"
#include "dsp/error.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {

TEST_CASE("amplitude: a sine of whole periods reads A over root 2, and (2/20) cot(pi/20) A rectified") {
  AmplitudeSums sums;
  for (const float x : testing::sine(1, 100, 2000, 2000)) sums.add(x);
  CHECK(sums.rms() == doctest::Approx(0.7071067811865476).epsilon(1e-7));
  CHECK(sums.arv() == doctest::Approx(0.631375151467506).epsilon(1e-7));
  CHECK(sums.iemg(2000) == doctest::Approx(0.631375151467506).epsilon(1e-7));
  CHECK(sums.peak() == doctest::Approx(1).epsilon(1e-7));
}

TEST_CASE("amplitude: over nothing there is no value") {
  CHECK(std::isnan(AmplitudeSums().rms()));
  CHECK(std::isnan(AmplitudeSums().arv()));
}

TEST_CASE("frequency measures: a flat spectrum has both in the middle of the band") {
  const std::vector<double> flat(501, 3.0);  // 0..500 Hz in 1 Hz bins
  const BinRange band = bins_within(20, 450, 1, flat.size());
  CHECK(band.first == 20);
  CHECK(band.last == 450);
  CHECK(median_frequency(flat, 1, band) == doctest::Approx(235));
  CHECK(mean_frequency(flat, 1, band) == doctest::Approx(235));
}

TEST_CASE("frequency measures: the median is interpolated between the edges of a bin, not its centres") {
  // Power 1, 2, 1 at 10, 20, 30 Hz: half of 4 is reached half-way through the middle bin, which spans 15..25 Hz.
  const std::vector<double> power = {0, 1, 2, 1, 0};
  CHECK(median_frequency(power, 10, {1, 3}) == doctest::Approx(20));
  // Power 3, 1: half of 4 is reached after 2/3 of the first bin, which spans 5..15 Hz.
  CHECK(median_frequency(std::vector<double>{0, 3, 1, 0, 0}, 10, {1, 3}) == doctest::Approx(5 + 10 * 2.0 / 3.0));
}

TEST_CASE("frequency measures: a band without power has no frequency") {
  const std::vector<double> nothing(10, 0.0);
  CHECK(std::isnan(median_frequency(nothing, 1, {1, 8})));
  CHECK(std::isnan(mean_frequency(nothing, 1, {1, 8})));
}

TEST_CASE("frequency measures: they do not change with the gain") {
  std::vector<double> power = {0, 5, 3, 7, 2, 1};
  const double mdf = median_frequency(power, 4, {1, 5});
  const double mnf = mean_frequency(power, 4, {1, 5});
  for (double& p : power) p *= 1e6;
  CHECK(median_frequency(power, 4, {1, 5}) == doctest::Approx(mdf).epsilon(1e-14));
  CHECK(mean_frequency(power, 4, {1, 5}) == doctest::Approx(mnf).epsilon(1e-14));
}

TEST_CASE("welch: the density integrates to the mean power of the weighted segment (Parseval)") {
  WelchSpectrum welch(256, 2000);
  const auto noise = testing::noise_of(1, 256, 3)[0];
  std::vector<double> power(welch.bins());
  welch.add(noise, power);
  welch.to_density(power, 1);
  double mean = 0;
  for (const float x : noise) mean += x / 256.0;
  double squares = 0;
  double weights = 0;
  for (std::size_t n = 0; n < 256; ++n) {
    const double w = 0.5 - 0.5 * std::cos(2 * M_PI * static_cast<double>(n) / 256);
    squares += std::pow((noise[n] - mean) * w, 2);
    weights += w * w;
  }
  CHECK(std::accumulate(power.begin(), power.end(), 0.0) * welch.bin_hz() == doctest::Approx(squares / weights).epsilon(1e-12));
}

TEST_CASE("welch: a sine on a bin holds A^2/2 in three bins of a Hann window") {
  WelchSpectrum welch(200, 2000);
  std::vector<double> power(welch.bins());
  welch.add(testing::sine(10, 100, 2000, 200), power);
  welch.to_density(power, 1);
  CHECK((power[9] + power[10] + power[11]) * welch.bin_hz() == doctest::Approx(50).epsilon(1e-5));
  CHECK(power[10] / power[9] == doctest::Approx(4).epsilon(1e-4));
}

TEST_CASE("welch: an offset leaves no power at 0 Hz or beside it") {
  WelchSpectrum welch(128, 1000);
  std::vector<double> power(welch.bins());
  welch.add(std::vector<float>(128, 32768.0F), power);
  for (const double p : power) CHECK(p < 1e-12);
}

TEST_CASE("welch: segments are the power of two of rows nearest to 125 ms") {
  CHECK(segment_rows_for(0.125, 1000) == 128);
  CHECK(segment_rows_for(0.125, 990) == 128);
  CHECK(segment_rows_for(0.125, 1259.259) == 128);
  CHECK(segment_rows_for(0.125, 2000) == 256);
  CHECK(segment_rows_for(0.125, 2048) == 256);
  CHECK(segment_rows_for(0.125, 10240) == 1024);
  CHECK(segment_rows_for(0.125, 200) == 32);
}

TEST_CASE("welch: a segment must be even") {
  CHECK_THROWS_AS(WelchSpectrum(129, 1000), Error);
}

}  // namespace semg
