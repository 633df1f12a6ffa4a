// SPDX-License-Identifier: BSD-3-Clause
// Ratios of a spectrum against closed forms.
#include "dsp/quality/sinderby_ratios.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

namespace semg {
namespace {

/// Stulen & De Luca's spectrum at 60/120 Hz, unit density at no place in particular.
double stulen(double f) {
  return f * f / ((f * f + 3600) * std::pow(f * f + 14400, 2)) * 1e9;
}

template <class Density>
std::vector<double> sampled(double bin_hz, double top_hz, Density density) {
  std::vector<double> values(static_cast<std::size_t>(std::lround(top_hz / bin_hz)) + 1);
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = density(static_cast<double>(k) * bin_hz);
  return values;
}

double sum_of(const std::vector<double>& density) {
  double sum = 0;
  for (std::size_t k = 1; k < density.size(); ++k) sum += density[k];
  return sum;
}

double deformation_within(const std::vector<double>& density, double bin_hz, double low_hz, double high_hz) {
  return deformation(density, bin_hz, bins_within(low_hz, high_hz, bin_hz, density.size())).value();
}

}  // namespace

// Integrals of the analogue spectrum and of a flat one, to six digits. Bins of 2 mHz stand for the integral to 1e-6 and better.
TEST_CASE("deformation: of EMG's spectrum and of a flat one, as their integrals have it") {
  const auto emg = sampled(0.002, 1000, stulen);
  CHECK(deformation(emg, 0.002).value() == doctest::Approx(1.278350).epsilon(2e-6));
  CHECK(deformation_within(emg, 0.002, 5, 500) == doctest::Approx(1.211341).epsilon(2e-6));
  CHECK(deformation_within(emg, 0.002, 20, 450) == doctest::Approx(1.192387).epsilon(2e-6));
  const auto flat = sampled(0.002, 1000, [](double) { return 1.0; });
  CHECK(deformation_within(flat, 0.002, 20, 450) == doctest::Approx(1.130933).epsilon(2e-6));
  CHECK(deformation(flat, 0.002).value() == doctest::Approx(2 / std::sqrt(3.0)).epsilon(2e-6));
  std::vector<double> one(1001);
  one[100] = 3;
  CHECK(deformation(one, 1).value() == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("sinderby: a flat spectrum is all noise, drops nowhere, and has its slow part above the line") {
  const auto flat = sampled(1, 1000, [](double) { return 0.5; });
  CHECK(noise_ratio_db(flat, 1).value() == doctest::Approx(0).epsilon(1e-12));
  CHECK(drop_ratio_db(flat, 1).value() == doctest::Approx(0).epsilon(1e-12));
  // The line reaches the density at 35 Hz: sum over 1..19 of 1 - k / 35.
  CHECK(motion_ratio_db(flat, 1).value() == doctest::Approx(10 * std::log10(1000 / (19 - 190.0 / 35))).epsilon(1e-12));
  CHECK(slow_share(flat, 1).value() == doctest::Approx(0.019).epsilon(1e-12));
  CHECK(band_rms(flat, 1, 20, 450).value() == doctest::Approx(std::sqrt(431 * 0.5)).epsilon(1e-12));
}

TEST_CASE("sinderby: EMG alone has no motion, and drops by 23.4 dB from its peak to 600 Hz") {
  const auto emg = sampled(1, 1000, stulen);
  CHECK(motion_ratio_db(emg, 1).value() == kMostRatio_db);
  const double peak = stulen(65.346), end = stulen(600);
  CHECK(10 * std::log10(peak / end) == doctest::Approx(23.4).epsilon(2e-3));
  CHECK(drop_ratio_db(emg, 1).value() == doctest::Approx(10 * std::log10(peak / end)).epsilon(3e-3));  // 13 Hz together round the peak off
  CHECK(slow_share(emg, 1).value() < 0.03);
}

TEST_CASE("sinderby: power that is added is told exactly, below 20 Hz as motion and above as noise") {
  auto moved = sampled(1, 1000, stulen);
  const double total = sum_of(moved);
  double highest = 0, at_hz = 0;
  for (std::size_t k = 35; k <= 994; ++k) {
    double near = 0;
    for (std::size_t j = k - 6; j <= k + 6; ++j) near += moved[j] / 13;
    if (near > highest) highest = near, at_hz = static_cast<double>(k);
  }
  moved[5] += total / 10;
  const double above = total / 10 + stulen(5) - 5 * highest / at_hz;
  CHECK(motion_ratio_db(moved, 1).value() == doctest::Approx(10 * std::log10(1.1 * total / above)).epsilon(1e-9));
  const double noise = total / 1000 / 100;  // a hundredth of the power, spread over all
  const auto noisy = sampled(1, 1000, [&](double f) { return stulen(f) + noise; });
  double fifth = 0;
  for (std::size_t k = 800; k <= 1000; ++k) fifth += noisy[k] / 201;
  CHECK(noise_ratio_db(noisy, 1).value() == doctest::Approx(10 * std::log10(sum_of(noisy) / (1000 * fifth))).epsilon(1e-9));
  CHECK(noise_ratio_db(noisy, 1).value() < 20);
}

TEST_CASE("sinderby: what the rate is too low for is not told, and neither is anything of no power") {
  const auto at_1000 = sampled(1, 500, stulen);
  CHECK_FALSE(noise_ratio_db(at_1000, 1));
  CHECK_FALSE(drop_ratio_db(at_1000, 1));
  CHECK(motion_ratio_db(at_1000, 1));
  CHECK(deformation(at_1000, 1));
  const std::vector<double> none(1001);
  for (const auto value :
       {motion_ratio_db(none, 1), noise_ratio_db(none, 1), drop_ratio_db(none, 1), deformation(none, 1), slow_share(none, 1)})
    CHECK_FALSE(value);
  CHECK_FALSE(deformation({}, 1));
}

TEST_CASE("sinderby: no ratio depends on the signal's scale") {
  const auto emg = sampled(1, 1000, [](double f) { return stulen(f) + 0.01 + (f < 6 ? 0.5 : 0.0); });
  for (const double gain : {1e-3, 1e3}) {
    auto scaled = emg;
    for (double& density : scaled) density *= gain * gain;
    CHECK(motion_ratio_db(scaled, 1).value() == doctest::Approx(motion_ratio_db(emg, 1).value()).epsilon(1e-12));
    CHECK(noise_ratio_db(scaled, 1).value() == doctest::Approx(noise_ratio_db(emg, 1).value()).epsilon(1e-12));
    CHECK(drop_ratio_db(scaled, 1).value() == doctest::Approx(drop_ratio_db(emg, 1).value()).epsilon(1e-12));
    CHECK(deformation(scaled, 1).value() == doctest::Approx(deformation(emg, 1).value()).epsilon(1e-12));
    CHECK(slow_share(scaled, 1).value() == doctest::Approx(slow_share(emg, 1).value()).epsilon(1e-12));
    CHECK(band_rms(scaled, 1, 20, 450).value() == doctest::Approx(gain * band_rms(emg, 1, 20, 450).value()).epsilon(1e-12));
  }
}

}  // namespace semg
