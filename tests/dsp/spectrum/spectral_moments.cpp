// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectral_moments.hpp"

#include <cmath>
#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

struct Sampled {
  std::vector<double> density;
  double bin_hz;
  BinRange band;
};

/// A formula at every 0.01 Hz of a band, half of it at both edges: the sum is the trapezoidal rule of the integral.
Sampled sampled(double low_hz, double high_hz, const std::function<double(double)>& formula) {
  constexpr double kBin = 0.01;
  Sampled s{.density = std::vector<double>(static_cast<std::size_t>(std::lround(high_hz / kBin)) + 1), .bin_hz = kBin, .band = {}};
  s.band = bins_within(low_hz, high_hz, kBin, s.density.size());
  for (std::size_t k = s.band.first; k <= s.band.last; ++k) s.density[k] = formula(static_cast<double>(k) * kBin);
  s.density[s.band.first] /= 2;
  s.density[s.band.last] /= 2;
  return s;
}

double dimitrov_of(double low_hz, double high_hz, const std::function<double(double)>& formula) {
  const Sampled s = sampled(low_hz, high_hz, formula);
  return dimitrov_index(s.density, s.bin_hz, s.band);
}

double flat(double) {
  return 1;
}

/// Stulen & De Luca 1981 with 60 and 120 Hz.
double emg(double f) {
  return f * f / ((f * f + 3600) * std::pow(f * f + 14400, 2));
}

}  // namespace

TEST_CASE("moments: those of a flat density are closed forms") {
  const Sampled s = sampled(20, 450, flat);
  CHECK(s.band.first == 2000);
  CHECK(s.band.last == 45000);
  CHECK(spectral_moment(s.density, s.bin_hz, s.band, 0) == doctest::Approx(430).epsilon(1e-10));
  CHECK(spectral_moment(s.density, s.bin_hz, s.band, 1) == doctest::Approx((450.0 * 450 - 20 * 20) / 2).epsilon(1e-10));
  CHECK(spectral_moment(s.density, s.bin_hz, s.band, 2) == doctest::Approx((std::pow(450, 3) - std::pow(20, 3)) / 3).epsilon(1e-8));
  CHECK(spectral_moment(s.density, s.bin_hz, s.band, -1) == doctest::Approx(std::log(22.5)).epsilon(1e-7));
}

TEST_CASE("moments: the first over the zeroth is the mean frequency") {
  const std::vector<double> power = {9, 5, 3, 7, 2, 1};
  const BinRange band = {1, 5};
  CHECK(spectral_moment(power, 4, band, 1) / spectral_moment(power, 4, band, 0) == doctest::Approx(mean_frequency(power, 4, band)));
}

TEST_CASE("moments: 0 Hz has no moment of an order below 0, and only power of order 0") {
  const std::vector<double> power = {1000, 1, 1};
  CHECK(spectral_moment(power, 2, {0, 2}, -1) == doctest::Approx(2 * (1.0 / 2 + 1.0 / 4)));
  CHECK(spectral_moment(power, 2, {0, 2}, 0) == doctest::Approx(2 * 1002.0));
  CHECK(spectral_moment(power, 2, {0, 2}, 5) == doctest::Approx(2 * (32 + 1024)));
}

TEST_CASE("dimitrov: closed forms of flat and of EMG-like spectra, band by band") {
  // Trapezoidal rule: 1e-7 at 5 Hz, where 1/f bends most.
  CHECK(dimitrov_of(20, 450, flat) == doctest::Approx(6 * std::log(22.5) / (std::pow(450, 6) - std::pow(20, 6))).epsilon(1e-6));
  CHECK(dimitrov_of(5, 500, flat) == doctest::Approx(1.7683853514e-15).epsilon(1e-6));
  CHECK(dimitrov_of(20, 450, emg) == doctest::Approx(3.749248e-14).epsilon(1e-6));
  CHECK(dimitrov_of(5, 500, emg) == doctest::Approx(3.123919e-14).epsilon(1e-6));
  CHECK(dimitrov_of(10, 500, emg) == doctest::Approx(3.067431e-14).epsilon(1e-6));
}

TEST_CASE("dimitrov: conduction that slows to 0.8 doubles it, as far as the band lets it") {
  // 0.8^-6 = 3.8 where no edge of a band cut the spectrum off; the same band before and after gives less.
  const auto slower = [](double f) { return emg(f / 0.8); };
  CHECK(dimitrov_of(20, 450, slower) / dimitrov_of(20, 450, emg) == doctest::Approx(2.0595).epsilon(3e-5));
  CHECK(dimitrov_of(10, 500, slower) / dimitrov_of(10, 500, emg) == doctest::Approx(2.1725).epsilon(3e-5));
  CHECK(dimitrov_of(5, 500, slower) / dimitrov_of(5, 500, emg) == doctest::Approx(2.1945).epsilon(3e-5));
  CHECK(dimitrov_of(20 * 0.8, 450 * 0.8, slower) / dimitrov_of(20, 450, emg) == doctest::Approx(std::pow(0.8, -6)).epsilon(1e-5));
}

TEST_CASE("dimitrov: all orders are ratios of moments, free of the gain") {
  std::vector<double> power = {0, 5, 3, 7, 2, 1};
  for (const int order : {2, 3, 4, 5}) {
    const double index = dimitrov_index(power, 4, {1, 5}, order);
    CHECK(index == doctest::Approx(spectral_moment(power, 4, {1, 5}, -1) / spectral_moment(power, 4, {1, 5}, order)));
    for (const double gain : {1e-6, 1e6}) {
      std::vector<double> louder = power;
      for (double& p : louder) p *= gain;
      CHECK(dimitrov_index(louder, 4, {1, 5}, order) == doctest::Approx(index).epsilon(1e-14));
    }
  }
}

TEST_CASE("dimitrov: power at 0 Hz does not make it endless, no power makes it none") {
  CHECK(dimitrov_index(std::vector<double>{1e9, 1, 1}, 10, {0, 2}) == dimitrov_index(std::vector<double>{0, 1, 1}, 10, {1, 2}));
  CHECK(std::isnan(dimitrov_index(std::vector<double>(8, 0.0), 10, {0, 7})));
}

}  // namespace semg
