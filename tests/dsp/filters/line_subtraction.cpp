// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/line_subtraction.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "dsp/filters/notch.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/simulation/simulated_artefacts.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kFs = 1000;

testing::Channels without_line(const testing::Channels& x, const std::vector<std::size_t>& cut, double line_hz = 50) {
  LineSubtraction line({.line_hz = line_hz, .top_hz = 450}, x.size(), kFs);
  testing::Channels y(x.size());
  const auto keep = [&](std::span<const float> rows) {
    for (std::size_t k = 0; k < rows.size(); ++k) y[k % x.size()].push_back(rows[k]);
  };
  std::size_t at = 0;
  for (const std::size_t rows : cut) {
    line.push(testing::block_of(x, at, rows), keep);
    at += rows;
  }
  line.end(keep);
  return y;
}

std::vector<float> without_line(const std::vector<float>& x) {
  return without_line({x}, {x.size()})[0];
}

/// EMG of the typical spectrum, 100 RMS.
std::vector<float> emg(std::size_t rows, std::uint64_t seed) {
  ShapedNoise noise({.fl_hz = 60, .fh_hz = 120}, kFs, RandomStream({seed, 0}));
  std::vector<double> x(rows);
  noise.next(x, 1.0);
  std::vector<float> out(rows);
  for (std::size_t n = 0; n < rows; ++n) out[n] = static_cast<float>(100 * x[n]);
  return out;
}

/// Mains at 50.03 Hz, drifting by 0.02 Hz over 20 s, with harmonics; the fundamental's power is `db` over that of 100 RMS.
std::vector<float> hum(std::size_t rows, double db) {
  const double amplitude = 100 * std::sqrt(2 * std::pow(10, db / 10));
  std::vector<float> x(rows);
  double angle = 0.3;
  for (std::size_t n = 0; n < rows; ++n) {
    double sum = 0;
    for (std::size_t h = 0; h < MainsHum::kHarmonics.size(); ++h) {
      const double order = static_cast<double>(h + 1);
      sum += MainsHum::kHarmonics[h] * std::cos(order * angle + order);
    }
    x[n] = static_cast<float>(amplitude * sum);
    const double f_hz = 50.03 + 0.02 * std::sin(2 * std::numbers::pi * static_cast<double>(n) / kFs / 20);
    angle += 2 * std::numbers::pi * f_hz / kFs;
  }
  return x;
}

std::vector<float> sum_of(std::vector<float> a, const std::vector<float>& b) {
  for (std::size_t n = 0; n < a.size(); ++n) a[n] += b[n];
  return a;
}

double power_of(const std::vector<float>& x, std::size_t from = 0, std::size_t to = SIZE_MAX) {
  double sum = 0;
  to = std::min(to, x.size());
  for (std::size_t n = from; n < to; ++n) sum += static_cast<double>(x[n]) * x[n];
  return sum / static_cast<double>(to - from);
}

std::vector<float> difference(std::vector<float> a, const std::vector<float>& b) {
  for (std::size_t n = 0; n < a.size(); ++n) a[n] -= b[n];
  return a;
}

/// Welch, 128 rows: bins of 7.8 Hz.
struct Density {
  std::vector<double> power;
  double bin_hz = 0;
  double mdf_hz() const { return median_frequency(power, bin_hz, bins_within(20, 450, bin_hz, power.size())); }
};
Density density_of(const std::vector<float>& x, std::size_t segment = 128, std::size_t from = 0, std::size_t to = SIZE_MAX) {
  WelchSpectrum welch(segment, kFs);
  Density d{.power = std::vector<double>(welch.bins()), .bin_hz = welch.bin_hz()};
  std::size_t segments = 0;
  for (std::size_t at = from; at + segment <= std::min(to, x.size()); at += segment / 2, ++segments)
    welch.add(std::span(x).subspan(at, segment), d.power);
  welch.to_density(d.power, segments);
  return d;
}

}  // namespace

TEST_CASE("line subtraction: hum alone is gone, drifting or not, with all its harmonics") {
  const auto x = hum(20000, 0);
  const auto rest = without_line(x);
  REQUIRE(rest.size() == x.size());
  CHECK(power_of(rest, 2000, 18000) < 1e-5 * power_of(x));  // the model's drift is a straight line over 3 s, this one's a sine
  CHECK(power_of(rest) < 1e-4 * power_of(x));
}

TEST_CASE("line subtraction: the median frequency is that of EMG without hum, at -10, 0 and 10 dB of hum") {
  const auto x = emg(60000, 1);
  const double truth_hz = density_of(x).mdf_hz();
  for (const double db : {-10.0, 0.0, 10.0}) {
    CAPTURE(db);
    const auto with = sum_of(x, hum(x.size(), db));
    CHECK(density_of(with).mdf_hz() < truth_hz - 5);  // -7.3 Hz at -10 dB for the fundamental alone; harmonics pull the other way
    CHECK(std::abs(density_of(without_line(with)).mdf_hz() - truth_hz) < 0.25);  // a twentieth of what a window of 1 s is uncertain by
  }
}

TEST_CASE("line subtraction: no hole is left at 50 Hz, where a notch leaves one") {
  const auto x = emg(120000, 2);
  const auto cleaned = density_of(without_line(sum_of(x, hum(x.size(), 10))));
  const auto truth = density_of(x);
  SosFilter filter(notch({.f_hz = 50, .quality = 10}, kFs), 1);
  const auto notched = density_of(testing::through(std::move(filter), {x}, {x.size()})[0]);
  // Three seconds of sines take half a hertz of a bin that is 11.7 Hz wide (Hann). The two bins beside 50 Hz are 46.9 and 54.7 Hz.
  for (const std::size_t bin : {6UL, 7UL}) {
    CHECK(cleaned.power[bin] / truth.power[bin] == doctest::Approx(1.0).epsilon(0.03));
    CHECK(notched.power[bin] / truth.power[bin] < 0.8);
  }
  for (const std::size_t bin : {3UL, 4UL, 5UL, 8UL, 9UL, 10UL, 30UL}) {
    CHECK(cleaned.power[bin] / truth.power[bin] == doctest::Approx(1.0).epsilon(0.005));
  }
}

TEST_CASE("line subtraction: of EMG without hum it takes less than sines that are always subtracted would") {
  // Least squares over 3.2 s of Hann pieces takes 1/3.2 of what lies in each hertz at each harmonic: density times 2/3.2 for two numbers,
  // half as much again for the frequency's own.
  const NoiseDensity density({.fl_hz = 60, .fh_hz = 120}, kFs);
  double share = 0;
  for (int h = 1; h <= 9; ++h) share += density(50.0 * h) * 1.5 / 3.2;
  double taken = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto x = emg(30000, seed);
    taken += power_of(difference(x, without_line(x))) / power_of(x) / 5;
  }
  CHECK(share < 0.012);
  CHECK(taken < 0.25 * share);
}

TEST_CASE("line subtraction: hum in a contraction is known from the rest beside it, and the contraction stays whole") {
  auto x = emg(20000, 3);
  for (std::size_t n = 0; n < x.size(); ++n) x[n] *= (n / 1000) % 2 == 0 ? 0.02F : 1.0F;  // a second of rest, a second of contraction
  const auto line = hum(x.size(), -6);
  const auto left = difference(without_line(sum_of(x, line)), x);
  double in_contractions = 0;
  for (std::size_t k = 3; k < 17; k += 2) in_contractions += power_of(left, 1000 * k, 1000 * k + 1000) / 7;
  CHECK(in_contractions < 1e-4 * 100 * 100);  // beside constant EMG of this strength it is known to some 6e-3
}

TEST_CASE("line subtraction: any cut of the stream gives the same bits") {
  const testing::Channels x = {sum_of(emg(9050, 4), hum(9050, 0)), emg(9050, 5)};
  const auto whole = without_line(x, {9050});
  for (const auto& cut : testing::cuts(9050)) CHECK(testing::same_bits(whole, without_line(x, cut)));
  CHECK(testing::same_bits({whole[1]}, {without_line(x[1])}));  // nor does a channel depend on the others
}

TEST_CASE("line subtraction: gain and polarity change nothing but themselves") {
  const auto x = sum_of(emg(6000, 6), hum(6000, 3));
  const auto y = without_line(x);
  for (const float gain : {-1.0F, 0.0009765625F, 1024.0F}) {
    auto scaled = x;
    for (float& v : scaled) v *= gain;
    const auto z = without_line(scaled);
    for (std::size_t n = 0; n < y.size(); ++n) CHECK(z[n] == gain * y[n]);
  }
}

TEST_CASE("line subtraction: an electrode offset and a missing sample do no harm") {
  const auto clean = emg(8000, 7);
  auto x = sum_of(clean, hum(8000, 0));
  const auto before = without_line(x);
  for (float& v : x) v += 32768;
  x[4000] = std::numeric_limits<float>::quiet_NaN();
  const auto y = without_line(x);
  CHECK(std::isnan(y[4000]));
  double worst = 0;
  for (std::size_t n = 0; n < y.size(); ++n)
    if (n != 4000) worst = std::max(worst, std::abs(y[n] - 32768.0 - before[n]));
  CHECK(worst < 30);  // two pieces of thirty do not count: of the order of what is not known anyway
}

TEST_CASE("line subtraction: too short a stretch is left as it is; a stretch begins anew") {
  const auto x = sum_of(emg(599, 8), hum(599, 10));
  CHECK(testing::same_bits({without_line(x)}, {x}));
  const auto y = sum_of(emg(5000, 9), hum(5000, 10));
  LineSubtraction line({}, 1, kFs);
  std::vector<float> first, second;
  line.push(testing::block_of({y}), [&](auto rows) { first.insert(first.end(), rows.begin(), rows.end()); });
  line.end([&](auto rows) { first.insert(first.end(), rows.begin(), rows.end()); });
  line.push(testing::block_of({y}), [&](auto rows) { second.insert(second.end(), rows.begin(), rows.end()); });
  line.end([&](auto rows) { second.insert(second.end(), rows.begin(), rows.end()); });
  CHECK(testing::same_bits({first}, {second}));
}

TEST_CASE("line subtraction: a frequency that cannot be followed is refused") {
  CHECK_THROWS_AS(LineSubtraction({.line_hz = 50}, 1, 120), Error);
  CHECK_THROWS_AS(LineSubtraction({.line_hz = 5}, 1, 1000), Error);
  CHECK(LineSubtraction({.line_hz = 50, .top_hz = 450}, 1, 1000).harmonics() == 9);
  CHECK(LineSubtraction({.line_hz = 60, .top_hz = 225}, 1, 500).harmonics() == 3);
}

}  // namespace semg
