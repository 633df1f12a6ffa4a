// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/zero_phase.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "dsp/filters/bessel.hpp"
#include "dsp/filters/butterworth.hpp"
#include "dsp/filters/chebyshev2.hpp"
#include "dsp/filters/elliptic.hpp"
#include "tests/dsp/filters/scipy_filtering.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

Sos both(Sos first, const Sos& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Sos emg_band(double fs_hz) {
  return both(butterworth(for_two_passes(HighPass{.order = 2, .cutoff_hz = 20}, fs_hz), fs_hz),
              butterworth(for_two_passes(LowPass{.order = 2, .cutoff_hz = 450}, fs_hz), fs_hz));
}

Sos scipy_design(const std::string& type, double fs_hz) {
  if (type == "butterworth")
    return both(butterworth(HighPass{.order = 2, .cutoff_hz = 20}, fs_hz), butterworth(LowPass{.order = 2, .cutoff_hz = 200}, fs_hz));
  if (type == "steep") return butterworth(HighPass{.order = 8, .cutoff_hz = 20}, fs_hz);
  if (type == "chebyshev2") return chebyshev2(BandPass{.order = 5, .low_hz = 10, .high_hz = 220}, {.attenuation_db = 40}, fs_hz);
  if (type == "elliptic") return elliptic(BandPass{.order = 4, .low_hz = 20, .high_hz = 200}, {.pass_db = 1, .stop_db = 40}, fs_hz);
  return bessel(LowPass{.order = 5, .cutoff_hz = 100}, fs_hz);
}

std::vector<float> scipy_signal() {
  std::vector<float> x(kScipyLength);
  for (std::size_t n = 0; n < x.size(); ++n) x[n] = static_cast<float>((7919 * n * n + 104729 * n) % 2003) - 500.0F;
  return x;
}

/// The whole file at once, one channel: forward, then backward over all of it.
std::vector<double> whole_file(const Sos& sos, const std::vector<float>& x, bool backward = true) {
  std::vector<double> y(x.begin(), x.end());
  SosFilter forward(sos, 1), back(sos, 1);
  for (double& v : y) forward.process(std::span(&v, 1));
  for (std::size_t n = y.size(); backward && n-- > 0;) back.process(std::span(&y[n], 1));
  return y;
}

std::vector<std::vector<double>> in_pieces(const Sos& sos, double fs_hz, const testing::Channels& x, const std::vector<std::size_t>& cut) {
  ZeroPhase filter(sos, x.size(), fs_hz);
  std::vector<std::vector<double>> y(x.size());
  const auto keep = [&](std::span<const double> rows) {
    for (std::size_t k = 0; k < rows.size(); ++k) y[k % x.size()].push_back(rows[k]);
  };
  std::size_t at = 0;
  for (const std::size_t rows : cut) {
    filter.push(testing::block_of(x, at, rows), keep);
    at += rows;
  }
  filter.end(keep);
  return y;
}

double rms(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return std::sqrt(sum / static_cast<double>(x.size()));
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t n = 0; n < a.size(); ++n) largest = std::max(largest, std::abs(a[n] - b[n]));
  return largest;
}

}  // namespace

TEST_CASE("filtering in double gives what SciPy's sosfilt and sosfiltfilt give, within 1e-9 of the RMS") {
  for (const ScipyFiltering& expected : kScipyFiltering) {
    CAPTURE(expected.type);
    CAPTURE(expected.fs_hz);
    const Sos sos = scipy_design(expected.type, expected.fs_hz);
    const auto once = whole_file(sos, scipy_signal(), false);
    const auto twice = whole_file(sos, scipy_signal());
    for (std::size_t k = 0; k < kScipyRows.size(); ++k) {
      CHECK(std::abs(once[kScipyRows[k]] - expected.forward[k]) < 1e-9 * expected.forward_rms);
      CHECK(std::abs(twice[kScipyRows[k]] - expected.both[k]) < 1e-9 * expected.both_rms);
    }
    CHECK(rms(once) == doctest::Approx(expected.forward_rms).epsilon(1e-9));
    CHECK(rms(twice) == doctest::Approx(expected.both_rms).epsilon(1e-9));
  }
}

TEST_CASE("zero phase: in bounded memory it is the whole file's result, within 1e-9 of its RMS") {
  const auto check = [](const Sos& sos, double fs_hz, std::size_t rows) {
    auto x = testing::noise_of(1, rows, 3);
    for (float& v : x[0]) v += 3000;  // an electrode offset
    const auto whole = whole_file(sos, x[0]);
    const auto pieces = in_pieces(sos, fs_hz, x, {rows});
    REQUIRE(ZeroPhase(sos, 1, fs_hz).lead_rows() * 3 < rows);  // several pieces
    CHECK(largest_difference(whole, pieces[0]) < 1e-9 * rms(whole));
  };
  check(emg_band(1000), 1000, 10000);
  check(emg_band(2048), 2048, 10000);
  check(butterworth(HighPass{.order = 1, .cutoff_hz = 1}, 500), 500, 20000);
  check(butterworth(HighPass{.order = 2, .cutoff_hz = 1}, 500), 500, 20000);
  check(butterworth(HighPass{.order = 8, .cutoff_hz = 5}, 500), 500, 20000);
  check(butterworth(HighPass{.order = 20, .cutoff_hz = 20}, 2000), 2000, 30000);
  check(elliptic(BandPass{.order = 4, .low_hz = 20, .high_hz = 200}, {.pass_db = 1, .stop_db = 40}, 1000), 1000, 20000);
}

TEST_CASE("zero phase: any cut of the stream gives the same bits") {
  const auto x = testing::noise_of(2, 3000, 5);
  const auto whole = in_pieces(emg_band(1000), 1000, x, {3000});
  for (const auto& cut : testing::cuts(3000)) {
    const auto again = in_pieces(emg_band(1000), 1000, x, cut);
    for (std::size_t c = 0; c < 2; ++c) CHECK(std::memcmp(whole[c].data(), again[c].data(), 3000 * sizeof(double)) == 0);
  }
}

TEST_CASE("zero phase: a second stretch knows nothing of the first") {
  const auto x = testing::noise_of(1, 2500, 6);
  ZeroPhase filter(emg_band(1000), 1, 1000);
  std::vector<double> first, second;
  filter.push(testing::block_of(x), [&](auto rows) { first.insert(first.end(), rows.begin(), rows.end()); });
  filter.end([&](auto rows) { first.insert(first.end(), rows.begin(), rows.end()); });
  filter.push(testing::block_of(x), [&](auto rows) { second.insert(second.end(), rows.begin(), rows.end()); });
  filter.end([&](auto rows) { second.insert(second.end(), rows.begin(), rows.end()); });
  CHECK(first == second);
}

TEST_CASE("zero phase: NaN stays in its rows and its channel, and both passes start anew beyond it") {
  auto x = testing::noise_of(2, 3000, 7);
  const auto clean = in_pieces(emg_band(1000), 1000, x, {3000});
  x[0][1400] = std::numeric_limits<float>::quiet_NaN();
  const auto faulty = in_pieces(emg_band(1000), 1000, x, {3000});
  CHECK(faulty[1] == clean[1]);
  const auto before = whole_file(emg_band(1000), {x[0].begin(), x[0].begin() + 1400});
  const auto after = whole_file(emg_band(1000), {x[0].begin() + 1401, x[0].end()});
  for (std::size_t n = 0; n < 1400; ++n) CHECK(std::abs(faulty[0][n] - before[n]) < 1e-9 * rms(before));
  CHECK(std::isnan(faulty[0][1400]));
  for (std::size_t n = 1401; n < 3000; ++n) CHECK(std::abs(faulty[0][n] - after[n - 1401]) < 1e-9 * rms(after));
}

TEST_CASE("zero phase: the edges are not at the rest of a state left over from the other pass") {
  // Reusing the forward state for the backward pass raises the RMS of the last 50 ms several times where the signal has an offset.
  auto x = testing::noise_of(1, 4000, 8, 1);
  for (float& v : x[0]) v += 20;
  const auto y = in_pieces(emg_band(2000), 2000, x, {4000})[0];
  const double inside = rms({y.begin() + 1000, y.begin() + 3000});
  CHECK(rms({y.begin(), y.begin() + 100}) < 1.5 * inside);
  CHECK(rms({y.end() - 100, y.end()}) < 1.5 * inside);
}

TEST_CASE("zero phase: after two passes -3 dB stands at the cut-off that was asked for, at any order and rate") {
  const auto both_db = [](const Sos& sos, double f_hz, double fs_hz) { return 40 * std::log10(std::abs(response_at(sos, f_hz, fs_hz))); };
  for (const double fs_hz : {500.0, 1000.0, 2048.0, 30000.0}) {
    for (int order = 1; order <= 8; ++order) {
      CAPTURE(fs_hz);
      CAPTURE(order);
      const double low_hz = 0.45 * fs_hz;
      CHECK(both_db(butterworth(for_two_passes(HighPass{.order = order, .cutoff_hz = 20}, fs_hz), fs_hz), 20, fs_hz) ==
            doctest::Approx(-10 * std::log10(2.0)).epsilon(1e-9));
      CHECK(both_db(butterworth(for_two_passes(LowPass{.order = order, .cutoff_hz = low_hz}, fs_hz), fs_hz), low_hz, fs_hz) ==
            doctest::Approx(-10 * std::log10(2.0)).epsilon(1e-9));
    }
  }
  // Where the rate is far above the cut-off the bilinear transform bends nothing: C itself.
  CHECK(for_two_passes(HighPass{.order = 2, .cutoff_hz = 1}, 1e6).cutoff_hz == doctest::Approx(0.802243).epsilon(1e-6));
  CHECK(for_two_passes(LowPass{.order = 4, .cutoff_hz = 1}, 1e6).cutoff_hz == doctest::Approx(1 / 0.895680).epsilon(1e-6));
}

TEST_CASE("zero phase: a sine comes out where it went in") {
  const auto x = testing::sine(1, 80, 2000, 8000);
  const auto y = in_pieces(emg_band(2000), 2000, {x}, {8000})[0];
  const double gain = std::norm(response_at(emg_band(2000), 80, 2000));
  for (std::size_t n = 2000; n < 6000; ++n) CHECK(std::abs(y[n] - gain * x[n]) < 1e-6);  // the sine itself is rounded to float
}

}  // namespace semg
