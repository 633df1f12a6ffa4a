// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_random.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "engine/simulation/simulated_streams.hpp"

using namespace semg;

TEST_CASE("a seed means the same numbers for ever") {
  RandomStream random({1, 2, 3});
  CHECK(random.bits() == 0x8b721839dc0226d7);
  CHECK(random.bits() == 0x7e83572fba2e8b5f);
  CHECK(random.bits() == 0x6edda55f1bc3da12);
}

TEST_CASE("uniform numbers have the mean 1/2 and the variance 1/12 and never touch 0 or 1") {
  RandomStream random({7});
  constexpr int kCount = 1000000;
  double sum = 0, squares = 0, least = 1, most = 0;
  for (int i = 0; i < kCount; ++i) {
    const double x = random.uniform();
    sum += x;
    squares += (x - 0.5) * (x - 0.5);
    least = std::min(least, x);
    most = std::max(most, x);
  }
  CHECK(sum / kCount == doctest::Approx(0.5).epsilon(4 * 0.5774e-3));  // 4 SE of the mean, as a share of 1/2
  CHECK(squares / kCount == doctest::Approx(1.0 / 12).epsilon(4 * 0.895e-3));
  CHECK(least > 0);
  CHECK(most < 1);
}

TEST_CASE("Gaussian numbers have Gaussian moments and Gaussian tails, also where the ziggurat's tail begins") {
  RandomStream random({1, 1});
  constexpr int kCount = 4000000;
  double sum = 0, second = 0, fourth = 0;
  int beyond_one = 0, beyond_three = 0, in_tail = 0;
  for (int i = 0; i < kCount; ++i) {
    const double x = random.gaussian();
    sum += x;
    second += x * x;
    fourth += x * x * x * x;
    beyond_one += std::abs(x) > 1 ? 1 : 0;
    beyond_three += std::abs(x) > 3 ? 1 : 0;
    in_tail += std::abs(x) > 3.442619855899 ? 1 : 0;
  }
  const double n = kCount;
  CHECK(std::abs(sum / n) < 4 / std::sqrt(n));
  CHECK(std::abs(second / n - 1) < 4 * std::sqrt(2 / n));
  CHECK(std::abs(fourth / n - 3) < 4 * std::sqrt(96 / n));
  const auto share_fits = [&](int count, double limit) {
    const double p = std::erfc(limit / std::sqrt(2));
    return std::abs(count / n - p) < 4 * std::sqrt(p * (1 - p) / n);
  };
  CHECK(share_fits(beyond_one, 1));
  CHECK(share_fits(beyond_three, 3));
  CHECK(share_fits(in_tail, 3.442619855899));
}

TEST_CASE("streams of two channels, two purposes or two seeds are not correlated") {
  const auto correlation = [](RandomStream a, RandomStream b) {
    constexpr int kCount = 200000;
    double sum = 0;
    for (int i = 0; i < kCount; ++i) sum += a.gaussian() * b.gaussian();
    return std::abs(sum) / kCount * std::sqrt(static_cast<double>(kCount));  // in standard errors
  };
  CHECK(correlation(channel_stream(1, 0, Purpose::muscle), channel_stream(1, 1, Purpose::muscle)) < 4);
  CHECK(correlation(channel_stream(1, 0, Purpose::muscle), channel_stream(1, 0, Purpose::floor)) < 4);
  CHECK(correlation(channel_stream(1, 0, Purpose::muscle), channel_stream(2, 0, Purpose::muscle)) < 4);
  CHECK(correlation(channel_stream(1, 0, Purpose::mains), shared_stream(1, Purpose::mains)) < 4);
}
