// SPDX-License-Identifier: BSD-3-Clause
#include "engine/cycles/cycle_extractor.hpp"

#include <cmath>
#include <cstring>
#include <numbers>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "engine/cycles/cue.hpp"
#include "engine/run.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr std::int64_t kSecond = 1000;

StreamInfo stream_of(std::size_t channels) {
  StreamInfo info{.fs_hz = 1000, .channels = {}};
  for (std::size_t c = 0; c < channels; ++c)
    info.channels.push_back({.label = "ch" + std::to_string(c), .muscle = "m", .lsb = {}, .rail_low = {}, .rail_high = {}});
  return info;
}

/// A conditioned signal whose course is known: its sign changes with every row. `phase`: where in the cycle of a second its top is.
std::vector<float> waxing(double seconds, double level, double phase) {
  std::vector<float> x;
  for (int n = 0; n < static_cast<int>(seconds * 1000); ++n) {
    const double course = level * (1 + std::cos(2 * kPi * (n / 1000.0 - phase))) / 2;
    x.push_back(static_cast<float>(n % 2 == 0 ? course : -course));
  }
  return x;
}

CyclePlan plan_of(std::size_t channels, const std::vector<std::int64_t>& rows) {
  CyclePlan plan;
  for (const std::int64_t row : rows) plan.cues.push_back({.row = row});
  plan.activations.resize(channels);
  return plan;
}

std::vector<std::int64_t> every_second(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> rows;
  for (std::int64_t row = first * kSecond; row <= last * kSecond; row += kSecond) rows.push_back(row);
  return rows;
}

struct Measured {
  std::vector<Cycle> cycles;
  std::vector<EnsemblePoint> points;
};

Measured measured(const testing::Channels& rows, const CyclePlan& plan, const std::vector<std::size_t>& cut,
                  const std::vector<Gap>& gaps = {}) {
  CycleExtractor extractor(stream_of(rows.size()), chain_for({}, 1000), plan);
  std::size_t at = 0, next = 0;
  while (at < rows[0].size()) {
    std::size_t count = std::min({rows[0].size() - at, cut[next++ % cut.size()], CycleExtractor::kMostRows});
    for (const Gap& g : gaps) {
      if (static_cast<std::int64_t>(at) == g.first_row) at += static_cast<std::size_t>(g.rows);
      if (static_cast<std::int64_t>(at) < g.first_row) count = std::min(count, static_cast<std::size_t>(g.first_row) - at);
    }
    const Block block = testing::block_of(rows, at, std::min(count, rows[0].size() - at));
    extractor.see(block);
    extractor.push(block);
    at += block.rows();
  }
  extractor.end();
  return {.cycles = extractor.cycles(), .points = extractor.ensemble().points()};
}

const Cycle& cycle_of(const Measured& m, std::int64_t index, int channel) {
  for (const Cycle& c : m.cycles)
    if (c.index == index && c.channel == channel) return c;
  FAIL("no such cycle");
  return m.cycles.front();
}

bool same_bits(const Measured& a, const Measured& b) {
  const auto same_values = [](const auto& x, const auto& y) { return std::memcmp(&x, &y, sizeof x) == 0; };
  if (a.cycles.size() != b.cycles.size() || a.points.size() != b.points.size()) return false;
  for (std::size_t k = 0; k < a.cycles.size(); ++k) {
    if (a.cycles[k].reason != b.cycles[k].reason || a.cycles[k].pair_reason != b.cycles[k].pair_reason) return false;
    for (const auto& [name, value] : kCycleValues)
      if (!same_values(a.cycles[k].*value, b.cycles[k].*value)) return false;
  }
  for (std::size_t k = 0; k < a.points.size(); ++k) {
    if (a.points[k].n != b.points[k].n) return false;
    for (const auto& [name, value] : kEnsembleValues)
      if (a.points[k].*value != b.points[k].*value) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("cycles: a course known by formula comes out at its place and height") {
  const testing::Channels rows = {waxing(12, 80, 0.25), waxing(12, 40, 0.75)};
  const Measured m = measured(rows, plan_of(2, every_second(1, 11)), {1000});
  REQUIRE(m.cycles.size() == 20);
  for (const Cycle& c : m.cycles) {
    const double level = c.channel == 0 ? 80 : 40;
    CHECK(c.reason == Reason::ok);
    CHECK(c.end_row - c.first_row == kSecond);
    CHECK(c.arv == doctest::Approx(level / 2).epsilon(1e-6));                 // mean of (1 + cos) / 2
    CHECK(c.rms == doctest::Approx(level * std::sqrt(0.375)).epsilon(1e-6));  // root of the mean of its square
    CHECK(c.peak == doctest::Approx(level).epsilon(1e-3));                    // 6 Hz keep 1 / sqrt(1 + (1/6)^4) of a swing of 1 Hz
    CHECK(c.peak_pct ==
          doctest::Approx(c.channel == 0 ? 25 : 75).epsilon(0.2 / 25));  // the envelope's delay is a little less there than at 0 Hz
    CHECK(std::isnan(c.active_share));
  }
  REQUIRE(m.points.size() == 2 * Ensemble::kPoints);
  for (const EnsemblePoint& p : m.points) {
    const double level = p.channel == 0 ? 80 : 40, phase = p.channel == 0 ? 0.25 : 0.75;
    CHECK(p.n == 10);
    CHECK(std::abs(*p.mean - level * (1 + std::cos(2 * kPi * (p.percent / 100.0 - phase))) / 2) < 0.003 * level);
    CHECK(*p.sd < 1e-3);
  }
}

TEST_CASE("cycles: points lie between rows, by a straight line") {
  std::vector<float> ramp;
  for (int n = 0; n < 4000; ++n) ramp.push_back(static_cast<float>((n % 2 == 0 ? 0.25 : -0.25) * n));
  const Measured m = measured({ramp}, plan_of(1, {2000, 2333}), {1000});
  REQUIRE(m.cycles[0].reason == Reason::ok);
  for (std::size_t k = 1; k < m.points.size(); ++k) {
    const double rise = *m.points[k].mean - *m.points[k - 1].mean;
    CHECK(rise == doctest::Approx(0.25 * 3.33).epsilon(1e-3));  // floats of 600 are 6e-5 apart
  }
}

TEST_CASE("cycles: co-contraction of courses has its closed form, whatever the gain, and needs a reference") {
  for (const double gain : {1e-3, 1.0, 1e3}) {
    testing::Channels rows = {waxing(8, 80 * gain, 0), waxing(8, 40 * gain, 0.5), waxing(8, 20 * gain, 0.25)};
    for (std::size_t n = 6000; n < 7000; ++n) rows[1][n] /= 2;
    CyclePlan plan = plan_of(3, every_second(1, 7));
    plan.pairs = {{.agonist = 0, .antagonist = 1, .agonist_reference = 80 * gain, .antagonist_reference = 40 * gain},
                  {.agonist = 1, .antagonist = 2, .agonist_reference = 40 * gain, .antagonist_reference = 20 * gain},
                  {.agonist = 2, .antagonist = 0, .agonist_reference = 20 * gain, .antagonist_reference = {}, .reason = Reason::clipped}};
    const Measured m = measured(rows, plan, {77});
    CHECK(cycle_of(m, 6, 0).antagonist_share_pct == doctest::Approx(100.0 / 3).epsilon(1e-2));
    for (std::int64_t k = 1; k <= 5; ++k) {
      const Cycle &opposed = cycle_of(m, k, 0), &quarter = cycle_of(m, k, 1), &unknown = cycle_of(m, k, 2);
      CHECK(opposed.antagonist == 1);
      CHECK(opposed.falconer_winter_pct == doctest::Approx(36.338).epsilon(2e-3));  // of swings that the envelope makes 0.04 % smaller
      CHECK(opposed.rudolph == doctest::Approx(0.27324).epsilon(3e-3));
      CHECK(opposed.antagonist_share_pct == doctest::Approx(50).epsilon(1e-4));
      CHECK(quarter.falconer_winter_pct == doctest::Approx(54.984).epsilon(2e-3));
      CHECK(quarter.rudolph == doctest::Approx(0.4389).epsilon(3e-3));
      CHECK(unknown.reason == Reason::ok);
      CHECK(unknown.pair_reason == Reason::clipped);
      CHECK(std::isnan(unknown.falconer_winter_pct));
    }
  }
}

TEST_CASE("cycles: any cut of the stream gives the same bits") {
  testing::Channels rows = testing::noise_of(2, 9000, 5);
  rows[1][4200] = std::nanf("");
  CyclePlan plan = plan_of(2, {1003, 1999, 3010, 3950, 5021, 6200, 6333, 7444, 8001, 8999});
  plan.activations[0] = {{1100, 1300}, {1900, 2100}, {2200, 3300}};
  plan.pairs = {{.agonist = 1, .antagonist = 0, .agonist_reference = 100, .antagonist_reference = 90}};
  const std::vector<Gap> gaps = {{.first_row = 7500, .rows = 30}};
  const Measured whole = measured(rows, plan, {1000}, gaps);
  CHECK(cycle_of(whole, 4, 1).reason == Reason::not_finite);
  CHECK(cycle_of(whole, 4, 1).pair_reason == Reason::not_finite);
  CHECK(cycle_of(whole, 4, 0).reason == Reason::ok);
  CHECK(cycle_of(whole, 8, 0).reason == Reason::gap);
  CHECK(cycle_of(whole, 9, 0).reason == Reason::gap);  // the envelope of its last row would come after the recording's end
  for (const auto& cut : testing::cuts(rows[0].size())) CHECK(same_bits(whole, measured(rows, plan, cut, gaps)));
}

TEST_CASE("cycles: one with a gap, NaN, a flat stretch, a pause or a double strike is kept, invalid, and in no mean") {
  testing::Channels rows = testing::noise_of(1, 40'000, 6);
  rows[0][3600] = std::nanf("");
  std::fill(rows[0].begin() + 23'900, rows[0].begin() + 24'120, 4.0F);  // known to be flat only after the first of both cycles
  std::fill(rows[0].begin() + 9300, rows[0].begin() + 9600, 4.0F);
  CyclePlan plan = plan_of(1, {100, 1000, 2000, 3000, 4000, 5000, 6000, 6100, 7000, 8000, 9000, 10000, 21000, 22000, 23000, 24000, 25000});
  const Measured m = measured(rows, plan, {7}, {{.first_row = 7200, .rows = 5}});
  const std::vector<Reason> expected = {Reason::settling,  Reason::ok, Reason::ok,   Reason::not_finite, Reason::settling, Reason::ok,
                                        Reason::too_short, Reason::ok, Reason::gap,  Reason::ok,         Reason::flat,     Reason::too_long,
                                        Reason::ok,        Reason::ok, Reason::flat, Reason::flat};
  REQUIRE(m.cycles.size() == expected.size());
  std::int64_t valid = 0;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    CAPTURE(k);
    CHECK(m.cycles[k].reason == expected[k]);
    CHECK(std::isnan(m.cycles[k].rms) == (expected[k] != Reason::ok));
    valid += expected[k] == Reason::ok;
  }
  for (const EnsemblePoint& p : m.points) CHECK(p.n == valid);
}

TEST_CASE("cycles: share, onset and offset of activations, also of one that reaches over the edge") {
  const testing::Channels rows = testing::noise_of(1, 6000, 7);
  CyclePlan plan = plan_of(1, every_second(1, 5));
  plan.activations[0] = {{1850, 2100}, {2400, 2500}, {4000, 5000}};
  const Measured m = measured(rows, plan, {500});
  const auto check = [&](std::int64_t index, double share, double onset, double offset) {
    const Cycle& c = cycle_of(m, index, 0);
    CHECK(c.active_share == doctest::Approx(share));
    for (const auto& [found, wanted] : {std::pair{c.onset_pct, onset}, {c.offset_pct, offset}}) {
      CHECK(std::isnan(found) == std::isnan(wanted));
      if (!std::isnan(wanted)) CHECK(found == doctest::Approx(wanted));
    }
  };
  check(1, 0.15, 85, NAN);
  check(2, 0.2, 40, 10);
  check(3, 0, NAN, NAN);
  check(4, 1, 0, NAN);
}

TEST_CASE("cycles: gain and polarity scale amplitudes and move nothing else") {
  const testing::Channels rows = testing::noise_of(1, 6000, 8);
  const Measured plain = measured(rows, plan_of(1, every_second(1, 5)), {1000});
  for (const float gain : {1e-3F, 1e3F, -1.0F}) {
    testing::Channels scaled = rows;
    for (float& x : scaled[0]) x *= gain;
    const Measured m = measured(scaled, plan_of(1, every_second(1, 5)), {1000});
    for (std::size_t k = 0; k < plain.cycles.size(); ++k) {
      CHECK(m.cycles[k].rms == doctest::Approx(std::abs(gain) * plain.cycles[k].rms).epsilon(1e-6));
      CHECK(m.cycles[k].peak == doctest::Approx(std::abs(gain) * plain.cycles[k].peak).epsilon(1e-6));
      CHECK(m.cycles[k].peak_pct == plain.cycles[k].peak_pct);
    }
    for (std::size_t k = 0; k < plain.points.size(); ++k)
      CHECK(*m.points[k].ci_low == doctest::Approx(std::abs(gain) * *plain.points[k].ci_low).epsilon(1e-5));
  }
}

TEST_CASE("cycles: tasks have a mean course each, their repetitions one together, and no cycle reaches from one period into the next") {
  testing::Channels rows = testing::noise_of(1, 20'000, 9);
  for (std::size_t n = 10'000; n < 15'000; ++n) rows[0][n] *= 3;
  CyclePlan plan;
  plan.activations.resize(1);
  plan.tasks = {"walk", "stairs", "walk"};
  for (std::int64_t row = 1000; row <= 19'000; row += 1000)
    plan.cues.push_back({.row = row, .period = row < 10'000 ? 0 : row < 15'000 ? 1 : 2});
  const Measured m = measured(rows, plan, {1000});
  CHECK(m.cycles.size() == 8 + 4 + 4);
  REQUIRE(m.points.size() == 2 * Ensemble::kPoints);
  CHECK(m.points[0].task == "stairs");
  CHECK(m.points[0].n == 4);
  CHECK(m.points[Ensemble::kPoints].task == "walk");
  CHECK(m.points[Ensemble::kPoints].n == 12);
  CHECK(*m.points[50].mean > 2 * *m.points[Ensemble::kPoints + 50].mean);
}

TEST_CASE("ensemble: mean, deviation and interval of five cycles worked by hand") {
  Ensemble ensemble({""}, 1);
  for (const double value : {4.0, 7.0, 13.0, 16.0, 10.0}) {
    Ensemble::Course course;
    course.fill(value);
    ensemble.add(0, 0, course);
  }
  const EnsemblePoint p = ensemble.points()[100];
  CHECK(p.percent == 100);
  CHECK(*p.mean == doctest::Approx(10));
  CHECK(*p.sd == doctest::Approx(std::sqrt(22.5)));
  CHECK(*p.ci_low == doctest::Approx(10 - 2.7764451 * std::sqrt(4.5)).epsilon(1e-7));  // t of 4 degrees of freedom
  CHECK(*p.ci_high == doctest::Approx(10 + 2.7764451 * std::sqrt(4.5)).epsilon(1e-7));
  Ensemble one({""}, 1);
  CHECK_FALSE(one.points()[0].mean);
  one.add(0, 0, {});
  CHECK(one.points()[0].mean);
  CHECK_FALSE(one.points()[0].sd);
}

TEST_CASE("cues: events of one text and onsets of one channel, each row once, and what is not there is named") {
  Recording recording;
  recording.stream = stream_of(2);
  recording.rows = 10'000;
  recording.events = {{3, 0, "HS"}, {1, 0, "HS"}, {2, 0, "TO"}, {1.0001, 0, "HS"}, {11, 0, "HS"}};
  const auto rows = [&](const std::string& word, const std::vector<Activation>& activations = {}) {
    std::vector<std::int64_t> found;
    for (const CueRow& cue : cue_rows(*cue_from(word), recording, activations)) found.push_back(cue.row);
    return found;
  };
  CHECK(rows("event:HS") == std::vector<std::int64_t>{1000, 3000});
  CHECK(rows("activation:ch1", {{.channel = 1, .onset_row = 50}, {.channel = 0, .onset_row = 40}, {.channel = 1, .onset_row = 30}}) ==
        std::vector<std::int64_t>{30, 50});
  recording.periods = {{.first_row = 500, .rows = 600, .task = "walk"}};
  CHECK(rows("event:HS") == std::vector<std::int64_t>{1000});
  CHECK_FALSE(cue_from("HS"));
  CHECK_FALSE(cue_from("event:"));
  CHECK_THROWS_WITH_AS(check_cue(*cue_from("event:heel"), recording, "a.nwb: cycles.from"),
                       "a.nwb: cycles.from: found event heel, expected one of HS, TO", Error);
  CHECK_THROWS_WITH_AS(check_cue(*cue_from("activation:TA"), recording, "a.nwb: cycles.from"),
                       "a.nwb: cycles.from: found channel TA, expected one of ch0, ch1", Error);
  recording.events.clear();
  CHECK_THROWS_WITH_AS(check_cue(*cue_from("event:HS"), recording, "x"), "x: found event HS, expected none: the recording has no events",
                       Error);
}

}  // namespace semg
