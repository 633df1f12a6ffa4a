// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_coherence.hpp"

#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/dsp/muscles/scipy_between_muscles.hpp"
#include "tests/dsp/scipy_measures.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

std::vector<double> coherence_of(const std::vector<float>& x, const std::vector<float>& y, std::size_t segment_rows, double fs_hz = 1000) {
  Coherence coherence(segment_rows, fs_hz);
  for (std::size_t at = 0; at + segment_rows <= x.size(); at += segment_rows)
    coherence.add(std::span(x).subspan(at, segment_rows), std::span(y).subspan(at, segment_rows));
  std::vector<double> values(coherence.bins());
  coherence.values(values);
  return values;
}

/// A common input of power 1, and noise of power `noise` of each muscle's own: their coherence is 1 / (1 + noise)^2 at each frequency.
struct CommonInput {
  std::vector<float> x, y;
};
CommonInput common_input(std::size_t rows, double noise, std::uint64_t seed) {
  testing::Dice dice(seed);
  CommonInput out;
  const double own = std::sqrt(noise);
  for (std::size_t n = 0; n < rows; ++n) {
    const double common = noise < 1e6 ? dice.normal() : 0;
    out.x.push_back(static_cast<float>(common + own * dice.normal()));
    out.y.push_back(static_cast<float>(common + own * dice.normal()));
  }
  return out;
}

}  // namespace

TEST_CASE("coherence: it is SciPy's") {
  for (const ScipyCoherence& expected : kScipyCoherences) {
    CAPTURE(expected.segment_rows);
    const auto x = made_up(expected.rows, 1);
    auto y = made_up(expected.rows, 2);
    for (std::size_t n = expected.rows - 1; n > 0; --n) y[n] = static_cast<float>(y[n] + 0.5 * static_cast<double>(x[n - 1]));
    const auto values = coherence_of(x, y, expected.segment_rows);
    REQUIRE(values.size() == expected.segment_rows / 2 + 1);
    // The bin at 0 Hz holds what the mean left over, the least of all: rounding is 1e-9 of it.
    for (std::size_t k = 0; k < expected.values.size(); ++k)
      CHECK(values[k * expected.every] == doctest::Approx(expected.values[k]).epsilon(1e-9));
  }
}

TEST_CASE("coherence: the limit is the closed form") {
  CHECK(coherence_limit(10, 0.05) == doctest::Approx(0.283129).epsilon(1e-5));
  CHECK(coherence_limit(20, 0.05) == doctest::Approx(0.145869).epsilon(1e-5));
  CHECK(coherence_limit(50, 0.05) == doctest::Approx(0.059306).epsilon(1e-5));
  CHECK(coherence_limit(100, 0.05) == doctest::Approx(0.029807).epsilon(2e-5));
  CHECK(coherence_limit(200, 0.05) == doctest::Approx(0.014941).epsilon(4e-5));
  CHECK(coherence_limit(2, 0.05) == doctest::Approx(0.95));
  CHECK(coherence_limit(1, 0.05) == 1);
  CHECK(coherence_limit(0, 0.05) == 1);
}

TEST_CASE("coherence: of independent signals one bin in twenty is above the limit") {
  int above = 0, bins = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const CommonInput muscles = common_input(20 * 256, 1e9, seed);
    const auto values = coherence_of(muscles.x, muscles.y, 256);
    for (std::size_t k = 3; k < 128; k += 3, ++bins) above += values[k] > coherence_limit(20, 0.05);  // under Hann neighbours share
  }
  CHECK(bins == 840);
  CHECK(std::abs(above / 840.0 - 0.05) < 4 * std::sqrt(0.05 * 0.95 / 840));
}

TEST_CASE("coherence: a known common input is found, and intervals hold it") {
  constexpr int kBins = 840, kSegments = 50;
  for (const double noise : {0.25, 1.0}) {
    const double truth = 1 / ((1 + noise) * (1 + noise));
    double mean = 0, squares = 0;
    int held = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const CommonInput muscles = common_input(kSegments * 256, noise, seed);
      const auto values = coherence_of(muscles.x, muscles.y, 256);
      for (std::size_t k = 3; k < 128; k += 3) {
        mean += values[k] / kBins;
        squares += values[k] * values[k] / kBins;
        const Interval interval = coherence_interval(values[k], kSegments);
        held += interval.low <= truth && truth <= interval.high;
      }
    }
    CAPTURE(truth);
    // The estimator's expectation lies (1 - C)^2 / L above the truth (Carter 1987).
    CHECK(std::abs(mean - truth - (1 - truth) * (1 - truth) / kSegments) < 4 * std::sqrt((squares - mean * mean) / kBins));
    CHECK(std::abs(static_cast<double>(held) / kBins - 0.95) < 4 * std::sqrt(0.05 * 0.95 / kBins));
  }
}

TEST_CASE("coherence: a common rhythm is found in its band and in no other") {
  testing::Dice dice(5);
  std::vector<float> x, y;
  for (std::size_t n = 0; n < 60'000; ++n) {
    const double rhythm = 0.5 * std::sin(2 * std::numbers::pi * 20 * static_cast<double>(n) / 1000);
    x.push_back(static_cast<float>(rhythm + dice.normal()));
    y.push_back(static_cast<float>(dice.normal() - rhythm));  // at the opposite phase
  }
  const auto values = coherence_of(x, y, 1000);
  const BandCoherence beta = coherence_in(values, 1, kCoherenceBands[1]);
  CHECK(beta.bins == 16);
  CHECK(beta.peak_hz == 20);
  CHECK(beta.peak > 0.9);
  for (const std::size_t other : {0U, 2U}) {
    const BandCoherence band = coherence_in(values, 1, kCoherenceBands[other]);
    CHECK(band.bins == (other == 0 ? 5 : 31));
    CHECK(band.peak < coherence_limit(60, 0.001 / 31));
    CHECK(band.mean < coherence_limit(60, 0.05));
  }
}

TEST_CASE("coherence: gain and polarity of either signal change nothing, and it is the same both ways") {
  const CommonInput muscles = common_input(10 * 128, 1, 9);
  const auto plain = coherence_of(muscles.x, muscles.y, 128);
  for (const float gain : {1e-3F, 1e3F, -1.0F}) {
    auto scaled = muscles.x;
    for (float& v : scaled) v *= gain;
    const auto values = coherence_of(scaled, muscles.y, 128), reversed = coherence_of(muscles.y, scaled, 128);
    for (std::size_t k = 1; k < plain.size(); ++k) {
      CHECK(values[k] == doctest::Approx(plain[k]).epsilon(1e-5));  // the product is rounded to float
      CHECK(reversed[k] == doctest::Approx(values[k]).epsilon(1e-12));
    }
  }
}

TEST_CASE("coherence: one segment tells nothing, silence and an empty band neither") {
  const CommonInput muscles = common_input(256, 1, 2);
  for (const double c : coherence_of(muscles.x, muscles.y, 256)) CHECK(std::isnan(c));
  for (const double c : coherence_of(muscles.x, std::vector<float>(256), 64)) CHECK(std::isnan(c));
  const std::vector<double> nothing(33, std::nan(""));
  for (const CoherenceBand& band : {CoherenceBand{"between bins", 16.5, 17.5}, CoherenceBand{"above", 900, 990}, kCoherenceBands[0]}) {
    const BandCoherence none = coherence_in(nothing, 8, band);
    CHECK(none.bins == 0);
    CHECK(std::isnan(none.mean));
    CHECK(std::isnan(none.peak));
  }
  CHECK_THROWS_WITH_AS(Coherence(3, 1000), "coherence: found a segment of 3 rows, expected at least 4", Error);
}

}  // namespace semg
