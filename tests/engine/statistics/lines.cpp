// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "engine/simulation/simulated_random.hpp"
#include "engine/statistics/least_squares_line.hpp"
#include "engine/statistics/theil_sen_line.hpp"
#include "tests/dsp/scipy_measures.hpp"

namespace semg {
namespace {

constexpr double kConfidence = 0.95;

std::vector<double> values_of(const ScipyLine& expected) {
  const auto drawn = made_up(expected.t.size(), expected.seed);
  std::vector<double> y;
  for (std::size_t k = 0; k < drawn.size(); ++k) {
    y.push_back(expected.tied ? std::nearbyint(static_cast<double>(drawn[k]) / 40) : static_cast<double>(drawn[k]) + 3 * expected.t[k]);
  }
  return y;
}

bool holds(const std::optional<Interval>& interval, double truth) {
  return interval && interval->low <= truth && truth <= interval->high;
}

}  // namespace

TEST_CASE("least squares: slope, start, their errors and R squared are SciPy's") {
  for (const ScipyLine& expected : kScipyLines) {
    CAPTURE(expected.seed);
    const auto line = least_squares_line(expected.t, values_of(expected));
    REQUIRE(line);
    CHECK(line->slope.mean == doctest::Approx(expected.slope).epsilon(1e-11));
    CHECK(line->intercept.mean == doctest::Approx(expected.intercept).epsilon(1e-11));
    CHECK(std::sqrt(line->slope.variance) == doctest::Approx(expected.slope_error).epsilon(1e-11));
    CHECK(std::sqrt(line->intercept.variance) == doctest::Approx(expected.intercept_error).epsilon(1e-11));
    CHECK(line->r_squared == doctest::Approx(expected.r_squared).epsilon(1e-11));
    CHECK(line->slope.df == static_cast<double>(expected.t.size()) - 2);
  }
}

TEST_CASE("theil-sen: slope, start and interval are SciPy's, with ties in t and in y") {
  for (const ScipyLine& expected : kScipyLines) {
    CAPTURE(expected.seed);
    const auto line = theil_sen_line(expected.t, values_of(expected), kConfidence);
    REQUIRE(line);
    CHECK(line->slope == doctest::Approx(expected.theil_sen).epsilon(1e-12));
    CHECK(line->intercept == doctest::Approx(expected.theil_sen_intercept).epsilon(1e-12));
    REQUIRE(line->slope_interval);
    CHECK(line->slope_interval->low == doctest::Approx(expected.low).epsilon(1e-12));
    CHECK(line->slope_interval->high == doctest::Approx(expected.high).epsilon(1e-12));
  }
}

TEST_CASE("lines: a straight line is found as it is, with nothing left over") {
  const std::vector<double> t = {0.5, 1.5, 3, 4, 8, 9}, y = {99, 97, 94, 92, 84, 82};
  const auto line = least_squares_line(t, y);
  CHECK(line->slope.mean == doctest::Approx(-2));
  CHECK(line->intercept.mean == doctest::Approx(100));
  CHECK(line->r_squared == doctest::Approx(1));
  CHECK(line->slope.variance < 1e-25);
  CHECK(slope_over_intercept(*line, kConfidence)->low == doctest::Approx(-0.02));
  CHECK(slope_over_intercept(*line, kConfidence)->high == doctest::Approx(-0.02));
  const auto robust = theil_sen_line(t, y, kConfidence);
  CHECK(robust->slope == doctest::Approx(-2));
  CHECK(robust->intercept == doctest::Approx(100));
}

TEST_CASE("lines: where t does not vary there is none, and two points tell nothing of its error") {
  const std::vector<double> same = {2, 2, 2}, y = {1, 2, 3};
  CHECK_FALSE(least_squares_line(same, y));
  CHECK_FALSE(theil_sen_line(same, y, kConfidence));
  CHECK_FALSE(least_squares_line({}, {}));
  CHECK_FALSE(theil_sen_line({}, {}, kConfidence));
  const std::vector<double> two = {0, 1}, values = {5, 7};
  const auto line = least_squares_line(two, values);
  CHECK(line->slope.mean == 2);
  CHECK_FALSE(interval_of(line->slope, kConfidence));
  CHECK_FALSE(slope_over_intercept(*line, kConfidence));
}

TEST_CASE("theil-sen: four points have no 95 % interval, not the range of their slopes") {
  // All six slopes lie on one side of the true one in 2 of 24 orders: their range holds it in 92 % only.
  const std::vector<double> t = {0, 1, 2, 3, 4}, y = {3, 1, 4, 1, 5};
  CHECK_FALSE(theil_sen_line(std::span(t).first(4), std::span(y).first(4), kConfidence)->slope_interval);
  CHECK(theil_sen_line(t, y, kConfidence)->slope_interval);
}

TEST_CASE("theil-sen: an artefact does not turn the line as it turns that of least squares") {
  std::vector<double> t, y;
  RandomStream draws{31, 84};
  for (int k = 0; k < 30; ++k) {
    t.push_back(k + 0.5);
    y.push_back(100 - 0.6 * t.back() + draws.gaussian());
  }
  for (const std::size_t spoilt : {26U, 27U, 28U, 29U}) y[spoilt] += 150;
  CHECK(theil_sen_line(t, y, kConfidence)->slope == doctest::Approx(-0.6).epsilon(0.25));
  CHECK(least_squares_line(t, y)->slope.mean > 1);
}

TEST_CASE("lines: gain scales them, an offset moves them, time reversed turns them round") {
  const ScipyLine& some = kScipyLines[2];
  const std::vector<double>& t = some.t;
  const std::vector<double> y = values_of(some);
  const auto line = least_squares_line(t, y);
  const auto robust = theil_sen_line(t, y, kConfidence);
  for (const double gain : {1e-3, 1e3}) {
    std::vector<double> scaled = y;
    for (double& v : scaled) v *= gain;
    const auto louder = least_squares_line(t, scaled);
    CHECK(louder->slope.mean == doctest::Approx(gain * line->slope.mean).epsilon(1e-12));
    CHECK(louder->r_squared == doctest::Approx(line->r_squared).epsilon(1e-12));
    CHECK(theil_sen_line(t, scaled, kConfidence)->slope_interval->high ==
          doctest::Approx(gain * robust->slope_interval->high).epsilon(1e-12));
  }
  std::vector<double> back;
  for (const double at : t) back.push_back(30 - at);
  CHECK(least_squares_line(back, y)->slope.mean == doctest::Approx(-line->slope.mean).epsilon(1e-12));
  CHECK(least_squares_line(back, y)->intercept.mean == doctest::Approx(line->intercept.mean + 30 * line->slope.mean).epsilon(1e-12));
  const auto turned = theil_sen_line(back, y, kConfidence);
  CHECK(turned->slope == doctest::Approx(-robust->slope).epsilon(1e-12));
  CHECK(turned->slope_interval->low == doctest::Approx(-robust->slope_interval->high).epsilon(1e-12));
}

TEST_CASE("lines: intervals hold the truth at their rate, however short the contraction") {
  // 4000 contractions: 4 standard errors of a rate of 95 % are 1.4 %. Sen's interval of ranks moves in steps and is safe where they are
  // few: of 5 epochs exactly 1 - 2/120.
  constexpr int kTrials = 4000;
  for (const std::size_t n : {5U, 10U, 30U}) {
    CAPTURE(n);
    RandomStream draws{33, 85, n};
    int slope = 0, ratio = 0, robust = 0, exponential = 0;
    std::vector<double> t(n), y(n), skewed(n);
    for (int trial = 0; trial < kTrials; ++trial) {
      for (std::size_t k = 0; k < n; ++k) {
        t[k] = static_cast<double>(k) + 0.5;
        y[k] = 90 - 0.6 * t[k] + 5 * draws.gaussian();
        skewed[k] = 90 - 0.6 * t[k] + 5 * draws.exponential();
      }
      const auto line = least_squares_line(t, y);
      slope += holds(interval_of(line->slope, kConfidence), -0.6);
      ratio += holds(slope_over_intercept(*line, kConfidence), -0.6 / 90);
      robust += holds(theil_sen_line(t, y, kConfidence)->slope_interval, -0.6);
      exponential += holds(theil_sen_line(t, skewed, kConfidence)->slope_interval, -0.6);
    }
    CHECK(std::abs(slope / static_cast<double>(kTrials) - 0.95) < 0.014);
    CHECK(std::abs(ratio / static_cast<double>(kTrials) - 0.95) < 0.014);
    if (n == 5) {
      CHECK(std::abs(robust / static_cast<double>(kTrials) - (1 - 2.0 / 120)) < 0.008);
      CHECK(std::abs(exponential / static_cast<double>(kTrials) - (1 - 2.0 / 120)) < 0.008);
    } else {
      for (const int held : {robust, exponential}) {
        CHECK(held > (0.95 - 0.014) * kTrials);
        CHECK(held < 0.975 * kTrials);
      }
    }
  }
}

TEST_CASE("ratio: where the start may as well be 0 there is no interval, not a narrow one") {
  const std::vector<double> t = {1, 2, 3, 4, 5}, y = {-3, 2, -1, 4, 0};
  const auto line = least_squares_line(t, y);
  REQUIRE(line);
  CHECK_FALSE(slope_over_intercept(*line, kConfidence));
}

}  // namespace semg
