// SPDX-License-Identifier: BSD-3-Clause
// What holds for every spectrum of a single window, whatever its taper.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "dsp/spectrum/spectral_moments.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "tests/dsp/scipy_measures.hpp"
#include "tests/dsp/signals.hpp"

namespace semg::testing {

inline constexpr double kLow = 20, kHigh = 450;  // Hz

template <class Spectrum>
std::vector<double> density_of(const std::vector<float>& x, double fs_hz) {
  Spectrum spectrum(x.size(), fs_hz);
  std::vector<double> density(spectrum.bins());
  spectrum.density_of(x, density);
  return density;
}

struct Measures {
  double mdf, mnf, dimitrov, power;
};
template <class Spectrum>
Measures measures_of(const std::vector<float>& x, double fs_hz) {
  const std::vector<double> density = density_of<Spectrum>(x, fs_hz);
  const double bin_hz = fs_hz / static_cast<double>(x.size());
  const BinRange band = bins_within(kLow, kHigh, bin_hz, density.size());
  return {median_frequency(density, bin_hz, band), mean_frequency(density, bin_hz, band), dimitrov_index(density, bin_hz, band),
          spectral_moment(density, bin_hz, band, 0)};
}

template <class F>
std::vector<float> changed(std::vector<float> x, F change) {
  for (float& v : x) v = change(v);
  return x;
}

template <class Spectrum>
void check_against_scipy(const std::string& method) {
  int seen = 0;
  for (const ScipyDensity& expected : kScipyDensities) {
    if (expected.method != method) continue;
    ++seen;
    CAPTURE(expected.rows);
    const auto density = density_of<Spectrum>(made_up(expected.rows, static_cast<std::uint32_t>(expected.rows)), 2000);
    for (std::size_t k = 0; k < expected.values.size(); ++k) {
      // Two transforms in double round differently; the bin at 0 Hz is nothing but rounding where the mean was taken off.
      CHECK(density[k * expected.every] == doctest::Approx(expected.values[k]).epsilon(1e-10).scale(1e-10));
    }
    const double bin_hz = 2000 / static_cast<double>(expected.rows);
    const BinRange band = bins_within(expected.low_hz, expected.high_hz, bin_hz, density.size());
    CHECK(mean_frequency(density, bin_hz, band) == doctest::Approx(expected.meanfreq).epsilon(1e-10));
  }
  CHECK(seen == 4);
}

/// Silence has no frequency, and leaves nothing behind for the window after it.
template <class Spectrum>
void check_silence() {
  const std::vector<float> x = multisine(2000, 2000, 7);
  Spectrum spectrum(x.size(), 2000);
  std::vector<double> first(spectrum.bins()), silent(spectrum.bins()), again(spectrum.bins());
  const BinRange band = bins_within(kLow, kHigh, spectrum.bin_hz(), spectrum.bins());
  spectrum.density_of(x, first);
  spectrum.density_of(std::vector<float>(x.size(), 0.0F), silent);
  spectrum.density_of(x, again);
  CHECK(first == again);
  CHECK(std::isnan(median_frequency(silent, spectrum.bin_hz(), band)));
  CHECK(std::isnan(mean_frequency(silent, spectrum.bin_hz(), band)));
  CHECK(std::isnan(dimitrov_index(silent, spectrum.bin_hz(), band)));
}

/// With an offset of one standard deviation.
template <class Spectrum>
void check_that_an_offset_moves_nothing() {
  const std::vector<float> x = multisine(2000, 2000, 7);
  const Measures truth = measures_of<Spectrum>(x, 2000);
  const Measures m = measures_of<Spectrum>(changed(x, [](float v) { return v + 100.0F; }), 2000);
  CHECK(m.mdf == doctest::Approx(truth.mdf).epsilon(1e-6));  // the sums are rounded to float
  CHECK(m.mnf == doctest::Approx(truth.mnf).epsilon(1e-6));
  CHECK(m.dimitrov == doctest::Approx(truth.dimitrov).epsilon(1e-6));
}

struct Moments {
  double mean = 0, deviation = 0;
};
/// MDF of `windows` windows of a second of EMG-like noise (60 and 120 Hz, 2000 Hz), a drift added whose amplitude is `drift` times its RMS:
/// a sine of 3.3 Hz, its phase another one in each window.
template <class MdfOf>
Moments mdf_of_noise(std::size_t windows, double drift, MdfOf mdf_of) {
  ShapedNoise noise({.fl_hz = 60, .fh_hz = 120}, 2000, RandomStream{11, 81});
  RandomStream phases{11, 82};
  std::vector<double> drawn(2000);
  std::vector<float> x(2000);
  double sum = 0, squares = 0;
  for (std::size_t w = 0; w < windows; ++w) {
    noise.next(drawn, 1);
    const double phase = phases.uniform();
    for (std::size_t n = 0; n < x.size(); ++n) {
      const double turns = 3.3 * static_cast<double>(n) / 2000 + phase;
      x[n] = static_cast<float>(drawn[n] + drift * std::sin(2 * std::numbers::pi * turns));
    }
    const double mdf = mdf_of(x);
    sum += mdf;
    squares += mdf * mdf;
  }
  const double n = static_cast<double>(windows), mean = sum / n;
  return {mean, std::sqrt((squares - n * mean * mean) / (n - 1))};
}

}  // namespace semg::testing
