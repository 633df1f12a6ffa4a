// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/spread.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "engine/simulation/simulated_random.hpp"
#include "engine/statistics/block_bootstrap.hpp"
#include "engine/statistics/day_to_day.hpp"

namespace semg {

TEST_CASE("quantiles are those of the tables of Student and of the normal distribution") {
  CHECK(t_quantile(0.975, 1) == doctest::Approx(12.7062047).epsilon(1e-8));
  CHECK(t_quantile(0.975, 12) == doctest::Approx(2.1788128).epsilon(1e-7));
  CHECK(t_quantile(0.975, std::numeric_limits<double>::infinity()) == doctest::Approx(1.959963985).epsilon(1e-9));
  CHECK(chi_square_quantile(0.95, 10) == doctest::Approx(18.3070381).epsilon(1e-8));
}

TEST_CASE("a mean has the variance s^2/n and n - 1 degrees of freedom") {
  const std::vector<double> values = {1, 2, 3, 4};
  const Spread spread = spread_of(values);
  CHECK(spread.mean == 2.5);
  CHECK(spread.variance == doctest::Approx(5.0 / 3 / 4));
  CHECK(spread.df == 3);
  CHECK_FALSE(interval_of(spread_of(std::vector<double>{7}), 0.95).has_value());
}

TEST_CASE("the degrees of freedom of a difference are those of Welch") {
  // R: t.test(c(1,2,3,4), c(2,2,5,9,1)): df 5.0187, difference -1.3, 95 % from -5.5136 to 2.9136.
  const Spread a = spread_of(std::vector<double>{1, 2, 3, 4}), b = spread_of(std::vector<double>{2, 2, 5, 9, 1});
  const Spread difference = combined(a, 1, b, -1);
  CHECK(difference.mean == doctest::Approx(-1.3));
  const double va = a.variance, vb = b.variance;
  CHECK(difference.df == doctest::Approx((va + vb) * (va + vb) / (va * va / 3 + vb * vb / 4)));
  const auto interval = interval_of(difference, 0.95);
  REQUIRE(interval.has_value());
  CHECK((interval->high - interval->low) / 2 == doctest::Approx(t_quantile(0.975, difference.df) * std::sqrt(va + vb)));
  CHECK(combined(a, 1, spread_of(std::vector<double>{3}), 1).df == 0);
}

TEST_CASE("the largest of three repetitions varies by 0.748 of what one of them does") {
  RandomStream draws{1, 77};
  double largest = 0, squares = 0, claimed = 0;
  constexpr int kTrials = 40000;
  for (int k = 0; k < kTrials; ++k) {
    const std::array<double, 3> three = {draws.gaussian(), draws.gaussian(), draws.gaussian()};
    const Spread spread = spread_of_largest(three);
    largest += spread.mean;
    squares += spread.mean * spread.mean;
    claimed += spread.variance;
  }
  const double mean = largest / kTrials;
  CHECK(mean == doctest::Approx(0.8463).epsilon(0.015));  // Harter 1961
  CHECK(squares / kTrials - mean * mean == doctest::Approx(0.5595).epsilon(0.02));
  CHECK(claimed / kTrials == doctest::Approx(0.5595).epsilon(0.02));
}

TEST_CASE("the block bootstrap's closed form is what drawing many resamples gives") {
  const std::vector<double> series = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};  // n = 12: blocks of 3
  const Spread exact = block_bootstrap_mean(series);
  RandomStream draws{5, 78};
  double sum = 0, squares = 0;
  constexpr int kResamples = 200000;
  for (int k = 0; k < kResamples; ++k) {
    double total = 0;
    for (int block = 0; block < 4; ++block) {
      const auto start = static_cast<std::size_t>(draws.uniform() * 12);
      for (std::size_t i = 0; i < 3; ++i) total += series[(start + i) % 12];
    }
    sum += total / 12;
    squares += total / 12 * total / 12;
  }
  const double variance = squares / kResamples - (sum / kResamples) * (sum / kResamples);
  CHECK(exact.mean == doctest::Approx(52.0 / 12));
  CHECK(exact.variance * (1 - 3.0 / 12) == doctest::Approx(variance).epsilon(0.02));
  CHECK(exact.df == doctest::Approx(3));
  CHECK(block_bootstrap_mean(std::vector<double>{1, 2, 3}).df == 0);
}

TEST_CASE("intervals of one long contraction hold the truth at about their rate") {
  // 30 independent seconds: 95 % wanted. Neighbours that resemble each other (AR(1), 0.3) must not ruin it.
  for (const auto& [memory, least] : {std::pair{0.0, 0.93}, {0.3, 0.88}}) {
    RandomStream draws{9, 79};
    int held = 0, held_slope = 0;
    constexpr int kTrials = 2000;
    std::vector<double> t(30), y(30);
    for (int trial = 0; trial < kTrials; ++trial) {
      double x = draws.gaussian();
      for (std::size_t k = 0; k < 30; ++k) {
        t[k] = static_cast<double>(k);
        x = memory * x + std::sqrt(1 - memory * memory) * draws.gaussian();
        y[k] = x - 0.2 * t[k];
      }
      const auto slope = interval_of(block_bootstrap_slope(t, y), 0.95);
      held_slope += slope->low <= -0.2 && -0.2 <= slope->high;
      for (std::size_t k = 0; k < 30; ++k) y[k] += 0.2 * t[k];
      const auto mean = interval_of(block_bootstrap_mean(y), 0.95);
      held += mean->low <= 0 && 0 <= mean->high;
    }
    CAPTURE(memory);
    CHECK(held >= least * kTrials);
    CHECK(held_slope >= (least - 0.04) * kTrials);
    CHECK(held <= 0.985 * kTrials);
  }
}

TEST_CASE("variation between days is the within mean square, and the limit uses its t-quantile") {
  const auto variation = day_to_day({{1, 3}, {5, 5}, {2}, {4, 6, 8}});
  REQUIRE(variation.has_value());
  CHECK(variation->df == 4);
  CHECK(variation->sem == doctest::Approx(std::sqrt((2.0 + 0 + 8) / 4)));
  CHECK(minimal_detectable_change(*variation, 2, 0.95) == doctest::Approx(2.776445105 * std::sqrt(1.5) * variation->sem));
  CHECK_FALSE(day_to_day({{1}, {2}}).has_value());
  // Weir 2005: 1.96 sqrt(2) SEM where the SEM is known.
  CHECK(minimal_detectable_change({.sem = 0.15, .df = std::numeric_limits<double>::infinity()}, 1, 0.95) ==
        doctest::Approx(1.959963985 * std::sqrt(2.0) * 0.15));
}

TEST_CASE("of nothing, five in a hundred are called a change, not seven") {
  // 12 participants with two baselines, one later day, no change at all.
  RandomStream draws{3, 80};
  int called = 0, called_normal = 0, cells = 0;
  for (int study = 0; study < 4000; ++study) {
    std::vector<std::vector<double>> days;
    std::vector<double> later;
    for (int p = 0; p < 12; ++p) {
      days.push_back({draws.gaussian(), draws.gaussian()});
      later.push_back(draws.gaussian());
    }
    const auto variation = day_to_day(days);
    const double limit = minimal_detectable_change(*variation, 2, 0.95);
    const double normal = minimal_detectable_change({variation->sem, std::numeric_limits<double>::infinity()}, 2, 0.95);
    for (std::size_t p = 0; p < 12; ++p, ++cells) {
      const double change = later[p] - (days[p][0] + days[p][1]) / 2;
      called += std::abs(change) > limit;
      called_normal += std::abs(change) > normal;
    }
  }
  CHECK(static_cast<double>(called) / cells == doctest::Approx(0.0497).epsilon(0.06));
  CHECK(static_cast<double>(called_normal) / cells > 0.062);
}

TEST_CASE("the limit itself is known from half to twice where it comes from twelve people") {
  const Factors factors = sem_interval(12, 0.95);
  CHECK(factors.low == doctest::Approx(0.717).epsilon(0.002));
  CHECK(factors.high == doctest::Approx(1.651).epsilon(0.002));
  CHECK(sem_interval(std::numeric_limits<double>::infinity(), 0.95).high == 1);
}

}  // namespace semg
