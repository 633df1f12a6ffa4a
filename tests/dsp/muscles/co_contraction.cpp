// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/muscles/co_contraction.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "dsp/muscles/symmetry.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kPi = std::numbers::pi;

/// Envelopes (1 + cos t) / 2 and (1 + cos(t - phase)) / 2 over one turn, of muscles whose references are `a` and `b`.
CoContraction turned(double phase, double a = 1, double b = 1) {
  constexpr int kSteps = 100'000;
  CoContraction both(a, b);
  for (int k = 0; k < kSteps; ++k) {
    const double t = 2 * kPi * k / kSteps;
    both.add(a * (1 + std::cos(t)) / 2, b * (1 + std::cos(t - phase)) / 2);
  }
  return both;
}

}  // namespace

TEST_CASE("co-contraction: steady levels have closed forms") {
  CoContraction both(100, 50);  // 0.6 and 0.3 of their references
  for (int k = 0; k < 7; ++k) both.add(60, 15);
  CHECK(both.count() == 7);
  CHECK(both.falconer_winter_pct() == doctest::Approx(200.0 / 3).epsilon(1e-12));
  CHECK(both.rudolph() == doctest::Approx(0.45).epsilon(1e-12));
  CHECK(both.antagonist_share_pct() == doctest::Approx(100.0 / 3).epsilon(1e-12));
}

TEST_CASE("co-contraction: muscles in turn and a quarter of a turn apart have closed forms") {
  // The sum over 100,000 steps is that far from the integral where one envelope crosses the other.
  const CoContraction in_turn = turned(kPi), quarter = turned(kPi / 2), together = turned(0);
  CHECK(in_turn.falconer_winter_pct() == doctest::Approx(100 * (1 - 2 / kPi)).epsilon(1e-8));  // 36.338023 %
  CHECK(in_turn.rudolph() == doctest::Approx(0.273240).epsilon(1e-6 / 0.27));
  CHECK(in_turn.rudolph() == doctest::Approx(4 / kPi - 1).epsilon(1e-8));
  CHECK(quarter.falconer_winter_pct() == doctest::Approx(100 * (1 - std::numbers::sqrt2 / kPi)).epsilon(1e-8));  // 54.984184 %
  CHECK(quarter.rudolph() == doctest::Approx(0.438900).epsilon(1e-6 / 0.43));
  CHECK(together.falconer_winter_pct() == doctest::Approx(100).epsilon(1e-12));
  CHECK(together.rudolph() == doctest::Approx(1).epsilon(1e-9));
  CHECK(quarter.antagonist_share_pct() == doctest::Approx(50).epsilon(1e-9));
}

TEST_CASE("co-contraction: gain is taken off by the reference, whatever the unit") {
  const CoContraction unit = turned(1), scaled = turned(1, 340, 0.012);
  CHECK(scaled.falconer_winter_pct() == doctest::Approx(unit.falconer_winter_pct()).epsilon(1e-12));
  CHECK(scaled.rudolph() == doctest::Approx(unit.rudolph()).epsilon(1e-12));
  CHECK(scaled.antagonist_share_pct() == doctest::Approx(unit.antagonist_share_pct()).epsilon(1e-12));
}

TEST_CASE("co-contraction: a stronger contraction at the same reference is seen by Rudolph's index and not by the common area") {
  CoContraction weak(100, 100), strong(100, 100);
  for (const double x : {10.0, 30.0, 20.0}) {
    weak.add(x, x / 2);
    strong.add(2 * x, x);
  }
  CHECK(strong.falconer_winter_pct() == doctest::Approx(weak.falconer_winter_pct()));
  CHECK(strong.rudolph() == doctest::Approx(2 * weak.rudolph()));
}

TEST_CASE("co-contraction: exchanged muscles have the same common area, and the other share") {
  testing::Dice dice(3);
  CoContraction one(1, 2), other(2, 1);
  for (int k = 0; k < 1000; ++k) {
    const double a = dice.uniform(), b = dice.uniform();
    one.add(a, b);
    other.add(b, a);
  }
  CHECK(one.falconer_winter_pct() == doctest::Approx(other.falconer_winter_pct()).epsilon(1e-12));
  CHECK(one.rudolph() == doctest::Approx(other.rudolph()).epsilon(1e-12));
  CHECK(one.antagonist_share_pct() == doctest::Approx(100 - other.antagonist_share_pct()).epsilon(1e-12));
}

TEST_CASE("co-contraction: undershoot counts as 0, and silence is no co-contraction of 0 %") {
  CoContraction both(1, 1);
  CHECK(std::isnan(both.rudolph()));
  both.add(0, -0.01);
  CHECK(std::isnan(both.falconer_winter_pct()));
  CHECK(std::isnan(both.antagonist_share_pct()));
  CHECK(both.rudolph() == 0);
  both.add(1, -0.01);
  CHECK(both.falconer_winter_pct() == 0);
  CHECK(both.antagonist_share_pct() == 0);
  both.clear();
  CHECK(both.count() == 0);
  CHECK(std::isnan(both.falconer_winter_pct()));
}

TEST_CASE("co-contraction: a reference is a level above 0") {
  CHECK_THROWS_WITH_AS(CoContraction(1, 0), "co-contraction: found a reference of 0.000000, expected a level above 0", Error);
  CHECK_THROWS_AS(CoContraction(-1, 1), Error);
  CHECK_THROWS_AS(CoContraction(std::nan(""), 1), Error);
}

TEST_CASE("symmetry: half as strong, equal, silent, exchanged") {
  CHECK(log_ratio(50, 100) == doctest::Approx(-std::numbers::ln2).epsilon(1e-12));
  CHECK(symmetry_index_pct(50, 100) == doctest::Approx(-200.0 / 3).epsilon(1e-12));
  CHECK(symmetry_angle_pct(50, 100) == doctest::Approx(20.483276).epsilon(1e-7));
  for (const auto& measure : {log_ratio, symmetry_index_pct, symmetry_angle_pct}) {
    CHECK(measure(70, 70) == doctest::Approx(0));
    CHECK(measure(30, 80) == doctest::Approx(-measure(80, 30)).epsilon(1e-12));
    CHECK(measure(0.03, 0.08) == doctest::Approx(measure(30, 80)).epsilon(1e-12));
    CHECK(std::isnan(measure(-1, 5)));
    CHECK(std::isnan(measure(0, 0)));
    CHECK(std::isnan(measure(std::nan(""), 1)));
  }
  CHECK(symmetry_index_pct(0, 3) == -200);
  CHECK(symmetry_angle_pct(0, 3) == 50);
  CHECK(symmetry_angle_pct(3, 0) == doctest::Approx(-50));
  CHECK(std::isnan(log_ratio(0, 3)));
}

}  // namespace semg
