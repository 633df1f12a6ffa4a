// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/serial_mean.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

SerialMean of(const std::vector<double>& values) {
  SerialMean mean;
  for (std::size_t k = 0; k < values.size(); ++k) k == 0 ? mean.add_first(values[k]) : mean.add_next(values[k]);
  return mean;
}

/// How often the 95 % interval of n values of a first-order autoregression about 5 holds 5.
double coverage(double correlation, int n, int series) {
  testing::Dice dice(11);
  int holds = 0;
  for (int s = 0; s < series; ++s) {
    std::vector<double> values;
    double x = dice.normal();
    for (int k = 0; k < n; ++k, x = correlation * x + std::sqrt(1 - correlation * correlation) * dice.normal()) values.push_back(5 + x);
    const auto interval = interval_of(of(values).spread(), 0.95);
    holds += !interval || (interval->low < 5 && interval->high > 5);
  }
  return static_cast<double>(holds) / series;
}

}  // namespace

TEST_CASE("serial mean: neighbours that resemble each other tell less") {
  // 0 1 1 0 0 1 1 0 0 1 1 0 about 1/2: neighbours are alike in 5 of 11 pairs and unlike in 6, so r_1 = (5 - 6) / 12 and, its bias taken
  // off, 1/12 (3/4) - 1/12 < 0: as good as independent, variance (12/4) / 11 / 12.
  const Spread alternating = of({0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0}).spread();
  CHECK(alternating.mean == 0.5);
  CHECK(alternating.variance == doctest::Approx(3.0 / 11 / 12));
  CHECK(alternating.df == 11);
  // 0 0 1 1 0 0 1 1 0 0 1 1: 6 alike and 5 unlike, r_1 = 1/12, corrected 1/12 + (1 + 1/4) / 12 = 3/16: worth 12 * 13/19 values.
  const Spread alike = of({0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1}).spread();
  CHECK(alike.df == doctest::Approx(12.0 * 13 / 19 - 1));
  CHECK(alike.variance == doctest::Approx(3.0 / 11 / (12.0 * 13 / 19)));
  // 0 0 0 0 1 1 1 1: 6 alike, 1 unlike of 8: r_1 = 5/8, corrected 5/8 + (1 + 15/8) / 8 = 0.984; worth less than two values.
  CHECK(of({0, 0, 0, 0, 1, 1, 1, 1}).spread().df == 0);
  CHECK(of({1, 2, 3, 4, 5, 6, 7}).spread().df == 0);  // too few
}

TEST_CASE("serial mean: values of two series are not neighbours") {
  SerialMean both = of({1, 2, 1, 3, 2, 1, 2, 3, 1});
  both += of({4, 3, 2, 1, 2, 1, 2, 3, 1});
  SerialMean by_hand = of({1, 2, 1, 3, 2, 1, 2, 3, 1});
  by_hand.add_first(4);
  for (const double x : {3, 2, 1, 2, 1, 2, 3, 1}) by_hand.add_next(x);
  CHECK(both.spread().mean == doctest::Approx(by_hand.spread().mean));
  CHECK(both.spread().variance == doctest::Approx(by_hand.spread().variance));
}

TEST_CASE("serial mean: 95 % intervals hold in about 95 % of series") {
  // Two standard errors of 4,000 series are 0.7 %; where neighbours resemble each other much, few values know too little of it.
  CHECK(coverage(0, 30, 4000) == doctest::Approx(0.96).epsilon(0.012));
  CHECK(coverage(0.3, 120, 4000) == doctest::Approx(0.947).epsilon(0.012));
  CHECK(coverage(0.6, 120, 4000) == doctest::Approx(0.947).epsilon(0.012));
}

}  // namespace semg
