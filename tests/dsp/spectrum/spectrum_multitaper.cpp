// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_multitaper.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/spectrum/dpss.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "dsp/spectrum/spectrum_periodogram.hpp"
#include "tests/dsp/spectrum/window_spectra.hpp"

namespace semg {

using testing::density_of;
using testing::measures_of;

TEST_CASE("tapers: they are SciPy's") {
  for (const ScipyTaper& expected : kScipyTapers) {
    CAPTURE(expected.rows);
    CAPTURE(expected.taper);
    const auto taper = dpss_tapers(expected.rows, expected.time_bandwidth, expected.taper + 1)[expected.taper];
    for (std::size_t k = 0; k < expected.values.size(); ++k) {
      // Both solve the same matrix, whose numbers grow with rows^2 while its eigenvalues keep their distance.
      CHECK(taper[k * expected.every] == doctest::Approx(expected.values[k]).epsilon(1e-10));
    }
  }
}

TEST_CASE("tapers: of unit energy, orthogonal, symmetric or antisymmetric in turn") {
  for (const std::size_t rows : {64U, 1023U, 4096U}) {
    CAPTURE(rows);
    const auto tapers = dpss_tapers(rows, 4, 7);
    for (std::size_t a = 0; a < tapers.size(); ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        const double product = std::inner_product(tapers[a].begin(), tapers[a].end(), tapers[b].begin(), 0.0);
        CHECK(std::abs(product - (a == b ? 1 : 0)) < 1e-9);
      }
      const double sign = a % 2 == 0 ? 1 : -1;
      double apart = 0;
      for (std::size_t n = 0; n < rows; ++n) apart = std::max(apart, std::abs(tapers[a][n] - sign * tapers[a][rows - 1 - n]));
      CHECK(apart < 1e-9);
    }
  }
}

TEST_CASE("tapers: two rows have the closed form") {
  const auto tapers = dpss_tapers(2, 0.5, 2);
  CHECK(tapers[0][0] == doctest::Approx(std::sqrt(0.5)));
  CHECK(tapers[0][1] == doctest::Approx(std::sqrt(0.5)));
  CHECK(tapers[1][0] == doctest::Approx(std::sqrt(0.5)));
  CHECK(tapers[1][1] == doctest::Approx(-std::sqrt(0.5)));
}

TEST_CASE("multitaper: density and mean frequency are those of SciPy's tapers and periodograms") {
  testing::check_against_scipy<MultitaperSpectrum>("multitaper");
}

TEST_CASE("multitaper: silence has no frequency, and changes nothing of the window after it") {
  testing::check_silence<MultitaperSpectrum>();
}

TEST_CASE("multitaper: an offset of one standard deviation does not pull the frequencies to 0 Hz") {
  testing::check_that_an_offset_moves_nothing<MultitaperSpectrum>();
}

TEST_CASE("multitaper: the density integrates to the mean power of the tapered window (Parseval)") {
  const auto x = testing::noise_of(1, 256, 3)[0];
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / 256;
  double squares = 0;
  for (const auto& taper : dpss_tapers(256, 2.5, 4)) {
    for (std::size_t n = 0; n < 256; ++n) squares += std::pow((x[n] - mean) * taper[n], 2) / 4;
  }
  const auto density = density_of<MultitaperSpectrum>(x, 2000);
  CHECK(std::accumulate(density.begin(), density.end(), 0.0) * 2000 / 256 == doctest::Approx(squares).epsilon(1e-12));
}

TEST_CASE(
    "multitaper: on a single window it is as steady as the periodogram, where Hann is not, and keeps drift out, where the periodogram does "
    "not") {
  WelchSpectrum hann(2000, 2000);  // one segment
  const auto with_hann = [&](const std::vector<float>& x) {
    std::vector<double> power(hann.bins());
    hann.add(x, power);
    return median_frequency(power, 1, bins_within(testing::kLow, testing::kHigh, 1, power.size()));
  };
  MultitaperSpectrum multitaper(2000, 2000);
  const auto with_tapers = [&](const std::vector<float>& x) {
    std::vector<double> density(multitaper.bins());
    multitaper.density_of(x, density);
    return median_frequency(density, 1, bins_within(testing::kLow, testing::kHigh, 1, density.size()));
  };
  const auto with_box = [](const std::vector<float>& x) { return measures_of<Periodogram>(x, 2000).mdf; };

  // Over many more windows: spread 5.49 Hz with four tapers, 7.23 Hz with Hann; here 600, whose 4 standard errors are 0.63 and 0.84 Hz.
  const testing::Moments tapers = testing::mdf_of_noise(600, 0, with_tapers), one = testing::mdf_of_noise(600, 0, with_hann);
  CHECK(std::abs(tapers.mean - 93.1) < 0.90);
  CHECK(std::abs(tapers.deviation - 5.49) < 0.63);
  CHECK(std::abs(one.deviation - 7.23) < 0.84);
  // Drift of 10 times the RMS that no filter took off. NumPy and SciPy over 1500 windows: 92.05 Hz with four tapers (spread 5.4 Hz), 80.3
  // Hz without (9.3 Hz); 4 standard errors of the difference are 1.1 and 1.8 Hz.
  CHECK(std::abs(testing::mdf_of_noise(600, 10, with_tapers).mean - 92.05) < 1.1);
  CHECK(std::abs(testing::mdf_of_noise(600, 10, with_box).mean - 80.3) < 1.8);
}

TEST_CASE("multitaper: what cannot be is refused in words") {
  CHECK_THROWS_WITH_AS(MultitaperSpectrum(3, 1000), "multitaper spectrum: found a window of 3 rows, expected at least 4", Error);
  const Tapering leaking{.time_bandwidth = 2.5, .tapers = 5};
  CHECK_THROWS_AS(MultitaperSpectrum(100, 1000, leaking), Error);
  const Tapering too_broad{.time_bandwidth = 4, .tapers = 4};
  CHECK_THROWS_AS(MultitaperSpectrum(8, 1000, too_broad), Error);
  CHECK_THROWS_AS(dpss_tapers(8, 2, 0), Error);
  CHECK_THROWS_AS(dpss_tapers(8, 2, 9), Error);
  CHECK_THROWS_AS(dpss_tapers(8, std::nan(""), 1), Error);
}

}  // namespace semg
