// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/muscles/envelope_lag.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/dsp/muscles/scipy_between_muscles.hpp"
#include "tests/dsp/scipy_measures.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kFs = 1000;

/// A burst of bell shape whose top is at `top_s`.
std::vector<float> bell(double top_s, double height = 80, double fs_hz = kFs) {
  std::vector<float> x(static_cast<std::size_t>(1.5 * fs_hz));
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double t = (static_cast<double>(n) / fs_hz - top_s) / 0.08;
    x[n] = static_cast<float>(2 + height * std::exp(-t * t));
  }
  return x;
}

std::vector<double> means_of_50(const std::vector<float>& x) {
  std::vector<double> means(x.size() - 49);
  for (std::size_t n = 0; n < means.size(); ++n) {
    for (std::size_t k = 0; k < 50; ++k) means[n] += std::abs(static_cast<double>(x[n + k])) / 50;
  }
  return means;
}

}  // namespace

TEST_CASE("lag: correlation and place of its maximum are SciPy's") {
  for (const ScipyLag& expected : kScipyLags) {
    CAPTURE(expected.shift);
    const auto whole = means_of_50(made_up(expected.rows + 99 + 49, 3)), own = means_of_50(made_up(expected.rows + 49, 4));
    std::vector<float> x, y;
    for (std::size_t n = 0; n < expected.rows; ++n) {
      x.push_back(static_cast<float>(whole[50 + n]));
      y.push_back(static_cast<float>(0.7 * whole[static_cast<std::size_t>(50 - expected.shift) + n] + 0.5 * own[n]));
    }
    const auto lag = envelope_lag(x, y, kFs, 0.2);
    REQUIRE(lag);
    // A value may be rounded to the float beside: 1e-7 of it. The parabola, of which the bend is some 1e-3, makes that 1e-4 of a row.
    CHECK(lag->correlation == doctest::Approx(expected.correlation).epsilon(1e-7));
    CHECK(std::abs(lag->lag_s * kFs - expected.lag_rows) < 1e-4);
  }
}

TEST_CASE("lag: a burst that follows by a part of a row is told to a hundredth of it, at any gain") {
  for (const double later_s : {0.0, 0.0303, -0.0417, 0.15025, -0.0005}) {
    CAPTURE(later_s);
    for (const double gain : {1e-3, 1.0, 1e3}) {
      auto x = bell(0.7), y = bell(0.7 + later_s, 30);
      for (float& v : y) v *= static_cast<float>(gain);
      const auto lag = envelope_lag(x, y, kFs, 0.2);
      REQUIRE(lag);
      CHECK(std::abs(lag->lag_s - later_s) < 0.01 / kFs);
      CHECK(lag->correlation > 0.9999);
      const auto exchanged = envelope_lag(y, x, kFs, 0.2);
      REQUIRE(exchanged);
      CHECK(exchanged->lag_s == doctest::Approx(-lag->lag_s).epsilon(1e-9));
    }
  }
}

TEST_CASE("lag: a copy moved by whole rows correlates by 1 at its shift, however much of it is cut off") {
  const auto whole = means_of_50(made_up(1000, 9));
  std::vector<float> x, y;
  for (std::size_t n = 0; n < 600; ++n) {
    x.push_back(static_cast<float>(whole[n + 150]));
    y.push_back(static_cast<float>(whole[n]));  // what x is 150 rows later
  }
  const auto lag = envelope_lag(x, y, kFs, 0.3);
  REQUIRE(lag);
  CHECK(std::abs(lag->lag_s * kFs - 150) < 0.2);
  CHECK(lag->correlation == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("lag: none where there is none within the bound") {
  CHECK_FALSE(envelope_lag(bell(0.5), bell(0.9), kFs, 0.2));  // 0.4 s apart
  const std::vector<float> steady(1500, 0.1F);
  CHECK_FALSE(envelope_lag(bell(0.7), steady, kFs, 0.2));
  CHECK_FALSE(envelope_lag(steady, steady, kFs, 0.2));
  auto faulty = bell(0.7);
  faulty[3] = std::nanf("");
  CHECK_FALSE(envelope_lag(faulty, bell(0.7), kFs, 0.2));
  CHECK_FALSE(envelope_lag(bell(0.7), faulty, kFs, 0.2));
}

TEST_CASE("lag: what cannot be compared is refused in words") {
  const std::vector<float> ten(10), nine(9);
  CHECK_THROWS_WITH_AS(envelope_lag(ten, nine, 10, 0.2), "lag of envelopes: found 10 and 9 rows, expected as many", Error);
  CHECK_THROWS_WITH_AS(envelope_lag(ten, ten, 10, 0.6),
                       "lag of envelopes: found a bound of 6.000000 rows for 10 rows, expected 1 to half of them", Error);
  CHECK_THROWS_AS(envelope_lag(ten, ten, 10, 0.01), Error);
  CHECK_THROWS_AS(envelope_lag(ten, ten, 10, std::nan("")), Error);
}

}  // namespace semg
