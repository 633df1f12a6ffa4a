// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/quality_watch.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

StreamInfo one_channel() {
  return {.fs_hz = 1000, .channels = {{.label = "a", .muscle = "a", .lsb = 1.0, .rail_low = -2048.0, .rail_high = 2047.0}}};
}

FaultCounts faults_of(const std::vector<float>& x, std::int64_t settling = 0) {
  QualityWatch watch(one_channel(), settling, static_cast<std::int64_t>(x.size()));
  watch.see(testing::block_of({x}));
  return watch.count(0, 0, static_cast<std::int64_t>(x.size()));
}

std::vector<float> steps(std::size_t rows) {  // no two neighbours alike
  std::vector<float> x(rows);
  for (std::size_t n = 0; n < rows; ++n) x[n] = static_cast<float>(n % 7) * 10.0F - 30.0F + static_cast<float>(n % 2);
  return x;
}

}  // namespace

TEST_CASE("quality: a sound signal has no fault") {
  CHECK(faults_of(steps(1000)).judge(0.01) == Reason::ok);
}

TEST_CASE("quality: samples at either rail are clipped, and fail a window from 1 % of its rows") {
  auto x = steps(1000);
  for (std::size_t n = 0; n < 9; ++n) x[100 * n + 3] = n % 2 == 0 ? 2047.0F : -2048.0F;
  CHECK(faults_of(x).clipped == 9);
  CHECK(faults_of(x).judge(0.01) == Reason::ok);
  x[950] = 2047.0F;
  CHECK(faults_of(x).judge(0.01) == Reason::clipped);
}

TEST_CASE("quality: 200 ms of one value is flat from its first row on, 199 ms is not") {
  auto x = steps(1000);
  std::fill(x.begin() + 300, x.begin() + 499, 5.0F);
  CHECK(faults_of(x).flat == 0);
  x[499] = 5.0F;
  CHECK(faults_of(x).flat == 200);
  CHECK(faults_of(x).judge(0.01) == Reason::flat);
}

TEST_CASE("quality: one NaN makes a window invalid, and the rows after it settle anew") {
  auto x = steps(1000);
  x[500] = std::nanf("");
  const FaultCounts faults = faults_of(x, 50);
  CHECK(faults.not_finite == 1);
  CHECK(faults.settling == 100);  // 50 at the start, 50 after the NaN
  CHECK(faults.judge(0.01) == Reason::not_finite);
}

TEST_CASE("quality: rows after a gap settle anew and are not compared with those before it") {
  QualityWatch watch(one_channel(), 20, 2000);
  Block before = testing::block_of({std::vector<float>(150, 5.0F)});
  watch.see(before);
  Block after = testing::block_of({std::vector<float>(150, 5.0F)});
  after.first = 1000;
  watch.see(after);
  CHECK(watch.count(0, 1000, 150).settling == 20);
  CHECK(watch.count(0, 1000, 150).flat == 0);
}

TEST_CASE("quality: repeated rows are counted, the first of a run is not one") {
  std::vector<float> x;
  for (int n = 0; n < 100; ++n) {
    for (int k = 0; k < 5; ++k) x.push_back(static_cast<float>(n * 37 % 83));
  }
  CHECK(faults_of(x).repeated == 400);
}

TEST_CASE("quality: any cut of the stream gives the same marks") {
  auto x = steps(3000);
  std::fill(x.begin() + 400, x.begin() + 700, 5.0F);
  x[1000] = std::nanf("");
  x[2000] = 2047.0F;
  const FaultCounts whole = faults_of(x, 30);
  for (const auto& cut : testing::cuts(3000)) {
    QualityWatch watch(one_channel(), 30, 3000);
    std::size_t at = 0;
    for (const std::size_t rows : cut) {
      watch.see(testing::block_of({x}, at, rows));
      at += rows;
    }
    const FaultCounts parts = watch.count(0, 0, 3000);
    CHECK(parts.flat == whole.flat);
    CHECK(parts.settling == whole.settling);
    CHECK(parts.clipped == whole.clipped);
    CHECK(parts.repeated == whole.repeated);
    CHECK(parts.not_finite == whole.not_finite);
  }
}

}  // namespace semg
