// SPDX-License-Identifier: BSD-3-Clause
// Before the first task: electrodes, sides, and what differs from the earlier visit. Never how strong a muscle was.
#include "apps/live/setup_check.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include <doctest/doctest.h>

namespace semg {
namespace {

Recording two_sides() {
  Recording head;
  head.stream.fs_hz = 1000;
  for (const Side side : {Side::left, Side::right}) {
    Channel channel;
    channel.label = side == Side::left ? "CH1" : "CH2";
    channel.muscle = "TA";
    channel.side = side;
    channel.lsb = 0.2;
    head.stream.channels.push_back(channel);
  }
  return head;
}

std::vector<EarlierChannel> same_as_now() {
  std::vector<EarlierChannel> earlier;
  for (const Channel& c : two_sides().stream.channels)
    earlier.push_back({.label = c.label, .muscle = c.muscle, .side = c.side, .fs_hz = 1000, .lsb = c.lsb, .rest_rms = 3});
  return earlier;
}

struct Check {
  SetupCheck check;
  Glance glance{two_sides().stream, 0.01, 64};
  std::mt19937 random{2};
  std::int64_t row = 0;

  explicit Check(std::vector<EarlierChannel> earlier = {}, double min_rate_hz = 0)
      : check(two_sides(), {.min_rate_hz = min_rate_hz, .interelectrode_distance_mm = {}, .reference = ""}, 0.01, std::move(earlier)) {
    check.open();
  }
  void seconds(double length_s, float left, float right, double hum = 0) {
    std::normal_distribution<float> noise(0, 1);
    Block block(2, 10);
    const auto end = row + static_cast<std::int64_t>(length_s * 1000);
    for (; row < end; row += 10) {
      block.resize(10);
      block.first = row;
      for (std::size_t r = 0; r < 10; ++r) {
        const double t_s = static_cast<double>(row + static_cast<std::int64_t>(r)) / 1000;
        block.row(r)[0] = left * noise(random);
        block.row(r)[1] = right * noise(random) + static_cast<float>(hum * std::sin(2 * std::numbers::pi * 50 * t_s));
      }
      glance.see(block);
      glance.push(block, [&](const GlanceBin& bin) { check.see(bin); });
    }
  }
};

using Finding = SetupCheck::Finding;

}  // namespace

TEST_CASE("a setup that is as it was says same, after twenty seconds of rest and a contraction of each side") {
  Check c(same_as_now());
  CHECK(c.check.state().ask == "rest quietly");
  c.seconds(10, 3, 3);
  CHECK(c.check.state().rest_left_s == doctest::Approx(10).epsilon(0.01));
  CHECK(c.check.state().rows[0].rest_noise == Finding::waiting);
  c.seconds(11, 3, 3);
  CHECK(c.check.state().ask == "contract the right side strongly for a second");
  c.seconds(1, 3, 60);
  c.seconds(1, 3, 3);
  CHECK(c.check.state().ask == "contract the left side strongly for a second");
  c.seconds(1, 60, 3);
  const auto state = c.check.state();
  CHECK(state.ask.empty());
  CHECK(state.warnings.empty());
  for (const auto& row : state.rows) {
    CHECK(row.earlier == "same");
    for (const Finding f : {row.contact, row.rest_noise, row.line, row.rate, row.gain, row.side}) CHECK(f == Finding::ok);
  }
  CHECK_FALSE(c.check.was_done());
  c.check.close();
  CHECK(c.check.was_done());
}

TEST_CASE("exchanged sides are named before the first task: by the channel map, and by who answers") {
  SUBCASE("the map says another side than at the earlier visit") {
    auto earlier = same_as_now();
    std::swap(earlier[0].side, earlier[1].side);
    Check c(earlier);
    const auto state = c.check.state();
    REQUIRE(state.warnings.size() == 2);
    CHECK(state.warnings[0] == "left and right may be exchanged: CH1 was right at the earlier visit and is left now");
    CHECK(state.rows[0].side == Finding::stop);
    CHECK(state.rows[0].earlier == "differs: side right -> left");
  }
  SUBCASE("the other side answers") {
    Check c;
    c.seconds(21, 3, 3);
    c.seconds(1, 60, 5);
    const auto state = c.check.state();
    REQUIRE(state.warnings.size() == 1);
    CHECK(state.warnings[0] ==
          "the right side was asked for and the left electrodes answered: left and right are exchanged, or the other side moved");
    CHECK(state.rows[1].side == Finding::stop);
    CHECK(state.rows[1].earlier.empty());
  }
}

TEST_CASE("both sides at once tell nothing about sides") {
  Check c;
  c.seconds(21, 3, 3);
  c.seconds(2, 60, 60);
  CHECK(c.check.state().ask == "contract the right side strongly for a second");
  CHECK(c.check.state().rows[0].side == Finding::waiting);
}

TEST_CASE("what differs is named: rate, gain, muscle, noise") {
  auto earlier = same_as_now();
  earlier[0].fs_hz = 2000;
  earlier[0].lsb = 0.1;
  earlier[1].muscle = "GM";
  earlier[1].rest_rms = 1;
  Check c(earlier, 1500);
  c.seconds(21, 3, 3);
  const auto rows = c.check.state().rows;
  CHECK(rows[0].earlier == "differs: rate 2000 -> 1000 Hz; gain 0.1 -> 0.2 uV a step");
  CHECK(rows[0].rate == Finding::stop);  // below what the study plans, too
  CHECK(rows[0].gain == Finding::look);
  CHECK(rows[1].earlier == "differs: muscle GM -> TA; rest noise");
  CHECK(rows[1].rest_noise == Finding::look);
}

TEST_CASE("noise and hum at rest ask for a look, a dead electrode for a stop") {
  Check c;
  c.seconds(21, 20, 3, 20);
  auto rows = c.check.state().rows;
  CHECK(rows[0].rest_noise == Finding::look);
  CHECK(rows[0].line == Finding::ok);
  CHECK(rows[1].line == Finding::look);
  c.seconds(1, 0, 3);
  CHECK(c.check.state().rows[0].contact == Finding::stop);
}

TEST_CASE("a channel that was off during rest is not called ok, and one that is gone is named") {
  auto earlier = same_as_now();
  earlier.push_back({.label = "third", .muscle = "GM", .side = Side::left, .fs_hz = 1000, .lsb = 0.2, .rest_rms = 3});
  Check c(earlier);
  c.seconds(21, std::numeric_limits<float>::quiet_NaN(), 3);
  const auto state = c.check.state();
  CHECK(state.rows[0].rest_noise == Finding::look);
  CHECK(state.rows[0].line == Finding::look);
  CHECK(state.rows[0].earlier == "differs: rest not measured");
  CHECK(state.rows[1].earlier == "same");
  CHECK(state.warnings == std::vector<std::string>{"third was there at the earlier visit and is not now"});
}

}  // namespace semg
