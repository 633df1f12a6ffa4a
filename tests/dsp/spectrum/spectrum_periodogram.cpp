// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_periodogram.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "tests/dsp/spectrum/window_spectra.hpp"

namespace semg {

using testing::density_of;
using testing::measures_of;

TEST_CASE("periodogram: density and mean frequency are SciPy's, for even and odd lengths") {
  testing::check_against_scipy<Periodogram>("periodogram");
}

TEST_CASE("periodogram: silence has no frequency, and changes nothing of the window after it") {
  testing::check_silence<Periodogram>();
}

TEST_CASE("periodogram: the density integrates to the variance of the window (Parseval)") {
  for (const std::size_t rows : {256U, 257U}) {
    const auto x = testing::noise_of(1, rows, 3)[0];
    const double n = static_cast<double>(rows);
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    double variance = 0;
    for (const float v : x) variance += (v - mean) * (v - mean) / n;
    const auto density = density_of<Periodogram>(x, 2000);
    CHECK(std::accumulate(density.begin(), density.end(), 0.0) * 2000 / n == doctest::Approx(variance).epsilon(1e-12));
  }
}

TEST_CASE("periodogram: a sine on a bin keeps its power A^2/2 there, not a share of the largest") {
  const auto density = density_of<Periodogram>(testing::sine(10, 100, 2000, 200), 2000);
  CHECK(density[10] * 10 == doctest::Approx(50).epsilon(1e-6));  // the sine is rounded to float
  CHECK(density[9] < 1e-9);
}

TEST_CASE("periodogram: an offset of one standard deviation does not pull the frequencies to 0 Hz") {
  testing::check_that_an_offset_moves_nothing<Periodogram>();
}

TEST_CASE("periodogram: the band does not begin at another frequency for a longer window") {
  // A swing of 3 Hz, 10 times as strong, lies below 20 Hz however fine the bins.
  const auto swinging = [](std::size_t rows) {
    auto x = testing::multisine(2000, rows, 9);
    for (std::size_t n = 0; n < rows; ++n)
      x[n] += static_cast<float>(1000 * std::sin(2 * std::numbers::pi * 3 * static_cast<double>(n) / 2000));
    return measures_of<Periodogram>(x, 2000);
  };
  const auto calm = [](std::size_t rows) { return measures_of<Periodogram>(testing::multisine(2000, rows, 9), 2000); };
  for (const std::size_t rows : {2000U, 16000U}) {
    CHECK(swinging(rows).mdf == doctest::Approx(calm(rows).mdf).epsilon(1e-6));
    CHECK(swinging(rows).power == doctest::Approx(calm(rows).power).epsilon(1e-6));
  }
}

TEST_CASE("periodogram: its median frequency of a second of EMG has the mean and spread of theory") {
  // Closed form of the discrete spectrum: 92.97 Hz, a bias of 0.3 Hz at 1 s; spread 5.26 Hz from kappa int P^2 / (4 T P(f_m)^2), kappa 1.
  // 600 windows: 4 standard errors are 0.86 Hz of the mean and 0.61 Hz of the spread.
  const auto found = testing::mdf_of_noise(600, 0, [](const std::vector<float>& x) { return measures_of<Periodogram>(x, 2000).mdf; });
  CHECK(std::abs(found.mean - 93.2) < 0.86);
  CHECK(std::abs(found.deviation - 5.26) < 0.61);
}

TEST_CASE("medfreq: values are those of interpolating the running sum of power with NumPy") {
  for (const ScipyDensity& expected : kScipyDensities) {
    if (expected.method != "periodogram") continue;
    CAPTURE(expected.rows);
    const auto density = density_of<Periodogram>(made_up(expected.rows, static_cast<std::uint32_t>(expected.rows)), 2000);
    const double bin_hz = 2000 / static_cast<double>(expected.rows);
    CHECK(matlab_median_frequency(density, bin_hz, expected.low_hz, expected.high_hz) == doctest::Approx(expected.medfreq).epsilon(1e-10));
  }
}

TEST_CASE("medfreq: edges of the band cut bins, and the first and the last bin are half as wide") {
  const std::vector<double> flat(11, 1.0);  // 0..100 Hz in bins of 10 Hz
  CHECK(matlab_median_frequency(flat, 10, 21, 68) == doctest::Approx(44.5));
  // Bins of the same power, the two outer ones crowded into 5 Hz each: half of 3 is in the middle one.
  CHECK(matlab_median_frequency(std::vector<double>(3, 1.0), 10, 0, 20) == doctest::Approx(10));
  // Power 3, 1, 1: half of 5 is reached after 2.5/3 of the first bin, which spans 0..5 Hz.
  CHECK(matlab_median_frequency(std::vector<double>{3, 1, 1}, 10, 0, 20) == doctest::Approx(5 * 2.5 / 3));
}

TEST_CASE("medfreq: between bin centres the median is neither half a bin low nor stuck to a bin") {
  // A spectrum that is stretched a little at a time moves its median as little, 20 steps a bin.
  const double bin_hz = 8;
  double last = 0;
  for (int step = 0; step <= 40; ++step) {
    const double stretch = 1 + 0.05 * step * bin_hz / 95.0;
    std::vector<double> power;
    for (int k = 0; k <= 125; ++k) {
      const double f = k * bin_hz / stretch;
      power.push_back(f * f / ((f * f + 3600) * std::pow(f * f + 14400, 2)));
    }
    const double mdf = matlab_median_frequency(power, bin_hz, 0, 1000);
    CHECK(mdf == doctest::Approx(95.6 * stretch).epsilon(0.005));  // half of it below 1000 Hz lies under 95.6 Hz
    if (step > 0) CHECK(std::abs(mdf - last - 0.05 * bin_hz) < 0.02 * bin_hz);
    last = mdf;
  }
}

TEST_CASE("medfreq: an all-zero window and an empty band have no median") {
  CHECK(std::isnan(matlab_median_frequency(std::vector<double>(10, 0.0), 1, 2, 8)));
  CHECK(std::isnan(matlab_median_frequency(std::vector<double>(10, 1.0), 1, 20, 30)));
}

TEST_CASE("periodogram: a window is told what is wrong with it") {
  CHECK_THROWS_WITH_AS(Periodogram(3, 1000), "periodogram: found a window of 3 rows, expected at least 4", Error);
}

}  // namespace semg
