// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "dsp/channel.hpp"
#include "dsp/error.hpp"
#include "dsp/quality/input_survey.hpp"
#include "dsp/quality/line_survey.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

InputFacts facts_of(const std::vector<float>& x) {
  InputSurvey survey({.fs_hz = 1000, .channels = {{.label = "a", .muscle = "a", .lsb = {}, .rail_low = -500.0, .rail_high = 500.0}}});
  survey.push(testing::block_of({x}));
  return survey.facts(0);
}

LineFacts line_of(const std::vector<float>& x, double wanted_hz = 0) {
  LineSurvey survey(1000, 1, 450);
  survey.push(testing::block_of({x}));
  return survey.facts(0, wanted_hz);
}

std::vector<float> sum_of(std::vector<float> a, const std::vector<float>& b) {
  for (std::size_t n = 0; n < a.size(); ++n) a[n] += b[n];
  return a;
}

}  // namespace

TEST_CASE("input survey: moments of a known signal, whatever its offset") {
  auto x = testing::sine(10, 50, 1000, 1000);
  for (float& v : x) v += 4096;  // an electrode offset that would cancel in naive sums
  const InputFacts facts = facts_of(x);
  CHECK(facts.mean == doctest::Approx(4096).epsilon(1e-7));
  CHECK(facts.deviation == doctest::Approx(10 / std::sqrt(2.0)).epsilon(1e-4));
  CHECK(facts.skewness == doctest::Approx(0).epsilon(1e-3));
  CHECK(facts.rows == 1000);
  CHECK(facts.clipped == 1000);
}

TEST_CASE("input survey: a rectified, smoothed signal looks like an envelope; counts and offsets do not") {
  std::vector<float> envelope(4000);
  for (std::size_t n = 0; n < envelope.size(); ++n) {
    envelope[n] = static_cast<float>(std::exp(-std::pow((static_cast<double>(n % 1000) - 500) / 120, 2)) * 100);
  }
  CHECK(facts_of(envelope).looks_like_envelope());
  auto counts = testing::noise_of(1, 4000, 1, 60)[0];
  for (float& v : counts) v += 2048;
  CHECK_FALSE(facts_of(counts).looks_like_envelope());
  CHECK_FALSE(facts_of(testing::noise_of(1, 4000, 2)[0]).looks_like_envelope());
}

TEST_CASE("input survey: 200 Hz held up to 1000 Hz looks held, a true 1000 Hz signal does not") {
  auto x = testing::noise_of(1, 5000, 3)[0];
  CHECK_FALSE(facts_of(x).looks_held());
  for (std::size_t n = 0; n < x.size(); ++n) x[n] = x[n - n % 5];
  CHECK(facts_of(x).looks_held());
  CHECK(facts_of(x).repeated_share() == doctest::Approx(0.8).epsilon(1e-3));
}

TEST_CASE("input survey: a converter at its end is seen without its rails being known, equal samples elsewhere are not") {
  auto x = testing::sine(100, 10, 1000, 1000);
  CHECK(facts_of(x).at_extreme == 0);
  std::int64_t high = 0, low = 0;
  for (float& v : x) {
    v = std::clamp(v, -90.0F, 80.0F);
    high += v == 80.0F;
    low += v == -90.0F;
  }
  CHECK(facts_of(x).at_extreme == high + low);
  CHECK(high + low > 300);
  for (float& v : x) v = -v;
  CHECK(facts_of(x).at_extreme == high + low);
  x[500] = 200;  // now nothing else is at the extreme
  CHECK(facts_of(x).at_extreme == high);
  auto flat = testing::noise_of(1, 1000, 6)[0];
  std::fill(flat.begin() + 300, flat.begin() + 400, 5.0F);
  CHECK(facts_of(flat).at_extreme == 0);
  CHECK(facts_of(std::vector<float>(1000, 5.0F)).at_extreme == 0);  // one value only: flat, not clipped
}

TEST_CASE("line: hum of known amplitude is measured with its harmonics, at 50 and at 60 Hz") {
  const auto noise = testing::noise_of(1, 30000, 4, 10)[0];
  for (const double line_hz : {50.0, 60.0}) {
    auto x = sum_of(noise, testing::sine(20, line_hz, 1000, 30000));
    x = sum_of(x, testing::sine(8, 3 * line_hz, 1000, 30000));
    const LineFacts facts = line_of(x);
    CHECK(facts.line_hz == line_hz);
    CHECK(facts.power == doctest::Approx(20.0 * 20 / 2 + 8.0 * 8 / 2).epsilon(0.05));
  }
}

TEST_CASE("line: noise without hum has none, and a stated mains frequency looks at that one alone") {
  const auto noise = testing::noise_of(1, 30000, 5, 10)[0];
  CHECK(line_of(noise).line_hz == 0);
  const auto hum = sum_of(noise, testing::sine(20, 60, 1000, 30000));
  CHECK(line_of(hum, 50).line_hz == 0);
  CHECK(line_of(hum, 60).line_hz == 60);
}

TEST_CASE("channel: sides are three words") {
  CHECK(side_from("left") == Side::left);
  CHECK(side_from("") == Side::none);
  CHECK_THROWS_WITH_AS(side_from("lefft"), "side: found 'lefft', expected left, right or none", Error);
}

}  // namespace semg
