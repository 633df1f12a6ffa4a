// SPDX-License-Identifier: BSD-3-Clause
// The rate of a device against this computer's clock.
#include "dsp/stream_clock.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace semg {

TEST_CASE("on a straight line the clock finds its slope exactly, and both ways along it agree") {
  StreamClock clock(2000);
  const double fs_hz = 2000 * (1 + 35e-6);
  for (std::int64_t row = 0; row <= 600000; row += 20) clock.see(row, 5'000'000'000 + std::llround(static_cast<double>(row) / fs_hz * 1e9));
  CHECK(clock.is_known());
  CHECK(clock.drift_ppm() == doctest::Approx(35).epsilon(1e-4));
  CHECK(clock.fs_hz() == doctest::Approx(fs_hz).epsilon(1e-9));
  const std::int64_t later = 5'000'000'000 + std::llround(700000 / fs_hz * 1e9);
  CHECK(clock.row_at(later) == doctest::Approx(700000).epsilon(1e-9));
  CHECK(std::abs(clock.time_of(700000) - later) < 1000);
}

TEST_CASE("until two seconds are in the clock says the nominal rate") {
  StreamClock clock(1000);
  CHECK_FALSE(clock.is_known());
  clock.see(0, 0);
  clock.see(1000, 900'000'000);
  CHECK_FALSE(clock.is_known());
  CHECK(clock.fs_hz() == 1000);
  CHECK(clock.drift_ppm() == 0);
  CHECK(clock.row_at(1'000'000'000) == doctest::Approx(1100));
}

TEST_CASE("a rate that changed has half its weight after ninety seconds") {
  // Weighted least squares in closed form over both stretches, weight 2^(-age/90): what the recursion must give.
  StreamClock clock(1000);
  std::vector<std::pair<double, double>> points;
  double t_s = 0;
  for (std::int64_t row = 0; row <= 360000; row += 100) {
    clock.see(row, std::llround(t_s * 1e9));
    points.emplace_back(static_cast<double>(row) / 1000, t_s);
    t_s += row < 180000 ? 0.1 : 0.1001;
  }
  long double w = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (const auto& [x, y] : points) {
    const long double weight = std::exp2((y - points.back().second) / 90);
    w += weight;
    sx += weight * x;
    sy += weight * y;
    sxx += weight * x * x;
    sxy += weight * x * y;
  }
  const auto slope = static_cast<double>((sxy - sx * sy / w) / (sxx - sx * sx / w));
  CHECK(clock.fs_hz() == doctest::Approx(1000 / slope).epsilon(1e-9));
}

TEST_CASE("times that do not grow are left out") {
  StreamClock clock(1000), clean(1000);
  for (std::int64_t row = 0; row < 5000; row += 100) {
    clock.see(row, row * 1'000'000);
    clean.see(row, row * 1'000'000);
    clock.see(row - 50, row * 1'000'000 + 7);
    clock.see(row + 50, row * 1'000'000 - 7);
  }
  CHECK(clock.fs_hz() == clean.fs_hz());
}

}  // namespace semg
