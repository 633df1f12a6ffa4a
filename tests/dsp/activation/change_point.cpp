// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/change_point.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "tests/dsp/activation/scipy_change_points.hpp"
#include "tests/dsp/activation/simulated_bursts.hpp"
#include "tests/dsp/scipy_measures.hpp"

namespace semg {
namespace {

std::optional<ChangePoint> rise_in(const std::vector<double>& power) {
  std::vector<double> scratch(power.size());
  return largest_rise(power, scratch);
}

std::vector<double> step(std::size_t bins, std::size_t at, double low, double high) {
  std::vector<double> power(bins, low);
  std::fill(power.begin() + static_cast<std::ptrdiff_t>(at), power.end(), high);
  return power;
}

}  // namespace

TEST_CASE("change point: place and interval are those of SciPy's gamma densities") {
  for (const ScipyChangePoint& scipy : kScipyChangePoints) {
    CAPTURE(scipy.seed);
    std::vector<double> power;
    for (const float x : made_up(scipy.bins, scipy.seed)) power.push_back(static_cast<double>(x) * x);
    for (std::size_t k = scipy.at; k < scipy.bins; ++k) power[k] *= scipy.ratio;
    const auto rise = rise_in(power);
    REQUIRE(rise);
    CHECK(rise->bin == scipy.bin);
    // Logarithms of sums of hundreds of numbers: 1e-13 of them, times weights of hundreds.
    CHECK(rise->interval.low == doctest::Approx(scipy.low).epsilon(1e-9));
    CHECK(rise->interval.high == doctest::Approx(scipy.high).epsilon(1e-9));
  }
}

TEST_CASE("change point: a step without noise is known to its bin, at any gain, out of digital silence too") {
  for (const double gain : {1e-12, 1.0, 1e12}) {
    for (const double low : {0.0, 1e-3}) {
      const auto rise = rise_in(step(200, 90, gain * low, gain));
      REQUIRE(rise);
      CHECK(rise->bin == 90);
      CHECK(rise->interval.low >= 89);
      CHECK(rise->interval.high <= 92);
      CHECK(rise->interval.low < rise->interval.high);
    }
  }
}

TEST_CASE("change point: none where the power nowhere rises, in fewer than ten bins, and where it is not finite") {
  CHECK_FALSE(rise_in(std::vector<double>(200, 3.0)));
  CHECK_FALSE(rise_in(std::vector<double>(200, 0.0)));
  CHECK_FALSE(rise_in(step(200, 100, 2, 1)));
  CHECK_FALSE(rise_in(step(9, 5, 1, 100)));
  CHECK(rise_in(step(10, 5, 1, 100)));
  auto power = step(200, 100, 1, 100);
  power[20] = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(rise_in(power));
  power[20] = std::numeric_limits<double>::infinity();
  CHECK_FALSE(rise_in(power));
}

// About 200 bursts a cell: a share of 0.95 is known to 0.015, so that 0.90-0.98 is widened by that. bench/activation_table.cpp measures it
// with thousands.
TEST_CASE("edges: their 95 % intervals hold the true edge of steps from 6 to 30 dB, and the largest rise is that step") {
  for (const double snr_db : {6.0, 10.0, 30.0}) {
    CAPTURE(snr_db);
    const testing::EdgeCoverage coverage = testing::edge_coverage({}, 1000, snr_db, 600, 5);
    REQUIRE(coverage.bursts > 180);
    CHECK(coverage.found == coverage.bursts);
    CHECK(coverage.onset_share() > 0.885);
    CHECK(coverage.offset_share() > 0.885);
    CHECK(coverage.onset_share() < 0.995);
    CHECK(coverage.offset_share() < 0.995);
    CHECK(coverage.width_s[coverage.width_s.size() / 2] < 0.025);
    CHECK(std::abs(coverage.main_error_s[coverage.main_error_s.size() / 2]) <= 0.003);
  }
}

}  // namespace semg
