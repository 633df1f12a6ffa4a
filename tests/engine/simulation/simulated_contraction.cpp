// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_contraction.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "dsp/error.hpp"

using namespace semg;

TEST_CASE("a burst begins and ends at its row") {
  const ContractionCourse course({.rest_s = 1, .on_s = 0.5, .off_s = 0.25, .repetitions = 3}, 1000, 3250);
  REQUIRE(course.bursts().size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [onset, offset] = course.bursts()[i];
    CHECK(onset == 1000 + 750 * static_cast<std::int64_t>(i));
    CHECK(offset == onset + 500);
    CHECK(course.drive(onset - 1) == 0);
    CHECK(course.drive(onset) == 1);
    CHECK(course.drive(offset - 1) == 1);
    CHECK(course.drive(offset) == 0);
  }
  CHECK(course.drive(0) == 0);
  CHECK(course.drive(3249) == 0);
}

TEST_CASE("a straight ramp rises and falls in equal steps and its mean square is a third") {
  const ContractionCourse course({.rest_s = 0, .on_s = 4, .off_s = 1, .repetitions = 1, .ramp = Ramp::linear, .ramp_s = 2}, 1000, 5000);
  double square = 0;
  for (std::int64_t row = 0; row < 2000; ++row) {
    CHECK(course.drive(row) == doctest::Approx((static_cast<double>(row) + 0.5) / 2000).epsilon(1e-12));
    CHECK(course.drive(row) == course.drive(3999 - row));
    square += course.drive(row) * course.drive(row);
  }
  CHECK(square / 2000 == doctest::Approx(1.0 / 3).epsilon(1e-6));
}

TEST_CASE("a raised cosine passes the half at the middle of its rise and its mean square is three eighths") {
  const ContractionCourse course({.rest_s = 0, .on_s = 4, .off_s = 1, .repetitions = 1, .ramp = Ramp::raised_cosine, .ramp_s = 1}, 1000,
                                 5000);
  double square = 0;
  for (std::int64_t row = 0; row < 1000; ++row) square += course.drive(row) * course.drive(row);
  CHECK(square / 1000 == doctest::Approx(3.0 / 8).epsilon(1e-9));
  CHECK((course.drive(499) + course.drive(500)) / 2 == doctest::Approx(0.5).epsilon(1e-12));
  CHECK(course.drive(1000) == 1);
}

TEST_CASE("fatigue and drift run from the first row to the last") {
  const ContractionCourse course({.rest_s = 0, .on_s = 100, .off_s = 1, .repetitions = 1, .fatigue = 0.2, .gain_drift = 0.3}, 1000, 100000);
  CHECK(course.warp(0) == doctest::Approx(1).epsilon(1e-4));
  CHECK(course.warp(50000) == doctest::Approx(0.9).epsilon(1e-4));
  CHECK(course.warp(99999) == doctest::Approx(0.8).epsilon(1e-4));
  CHECK(course.warp(64) == course.warp(127));
  CHECK(course.drive(50000) == doctest::Approx(1.15).epsilon(1e-12));
}

TEST_CASE("a contraction that does not fit is refused in a sentence") {
  CHECK_THROWS_WITH_AS(ContractionCourse({.rest_s = 5, .on_s = 3, .off_s = 3, .repetitions = 5}, 1000, 30000),
                       "repetitions: 5 of them end at 32 s, the recording at 30 s", Error);
  CHECK_THROWS_WITH_AS(ContractionCourse({.ramp = Ramp::linear, .ramp_s = 2}, 1000, 60000),
                       "ramp: found 2000, expected more than 0 ms and at most half a contraction", Error);
  CHECK_THROWS_WITH_AS(ContractionCourse({.fatigue = 1}, 1000, 60000), "fatigue: found 100, expected 0 to 90 %", Error);
  CHECK_THROWS_WITH_AS(ContractionCourse({.off_s = std::nan("")}, 1000, 60000), "burst: found nan, expected a pause longer than 0 s",
                       Error);
}
