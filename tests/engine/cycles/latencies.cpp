// SPDX-License-Identifier: BSD-3-Clause
#include "engine/cycles/latencies.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

using Rows = std::vector<std::int64_t>;

/// Two muscles, three repetitions of a reach at a cue, and a rest without one.
Recording reaches() {
  Recording recording;
  recording.stream.fs_hz = 1000;
  for (const char* label : {"TA", "GM"})
    recording.stream.channels.push_back({.label = label, .muscle = label, .lsb = {}, .rail_low = {}, .rail_high = {}});
  recording.rows = 20'000;
  recording.periods = {{0, 3000, "rest", 0}, {3000, 5000, "reach", 1}, {8000, 5000, "reach", 2}, {13'000, 5000, "reach", 3}};
  recording.events = {{4, 0, "go"}, {6, 0, "go"}, {9, 0, "go"}, {14, 0, "go"}};
  return recording;
}

std::vector<Activation> onsets(int channel, const std::vector<std::pair<int, std::int64_t>>& rows) {
  std::vector<Activation> out;
  for (const auto& [period, row] : rows) out.push_back({.channel = channel, .period = period, .onset_row = row, .offset_row = row + 300});
  return out;
}

std::vector<SummaryRow> rows_of(const std::string& from, const std::vector<Activation>& activations) {
  const Recording recording = reaches();
  Settings settings;
  settings.latency.from = from;
  Latencies latencies(recording, settings, "r.nwb");
  for (const Activation& a : activations) latencies.write(a);
  std::vector<ChannelBrief> briefs(2);
  for (ChannelBrief& brief : briefs) brief.rest.emplace();
  return latencies.rows(briefs, Summary::RestFrom::given);
}

const SummaryRow& row_of(const std::vector<SummaryRow>& rows, int channel, const std::string& task, int repetition) {
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const SummaryRow& r) { return r.channel == channel && r.task == task && r.repetition == repetition; });
  REQUIRE(at != rows.end());
  return *at;
}

}  // namespace

TEST_CASE("latency: from a cue to the next onset before the next cue") {
  CHECK(rows_to_next_onset(Rows{100, 200, 300, 400}, Rows{90, 120, 130, 300, 900}) == Rows{20, 0, 500});
  CHECK(rows_to_next_onset(Rows{}, Rows{5}).empty());
  CHECK(rows_to_next_onset(Rows{5}, Rows{}).empty());
}

TEST_CASE("latency: from an onset to the other muscle's nearest, earlier ones below 0, and none that belongs to another contraction") {
  CHECK(rows_to_nearest_onset(Rows{100, 200, 300}, Rows{95, 210, 305}) == Rows{-5, 10, 5});
  CHECK(rows_to_nearest_onset(Rows{100, 200, 300}, Rows{95, 305}) == Rows{-5, 5});  // 200 has none: 95 is nearer to 100, 305 to 300
  CHECK(rows_to_nearest_onset(Rows{200}, Rows{95, 180, 305}) == Rows{-20});
  CHECK(rows_to_nearest_onset(Rows{100}, Rows{}).empty());
  CHECK(rows_to_nearest_onset(Rows{}, Rows{100}).empty());
}

TEST_CASE("latency: rows of the summary, worked by hand") {
  auto activations = onsets(0, {{1, 4200}, {1, 6300}, {2, 9150}, {3, 14'250}});
  const auto second = onsets(1, {{0, 1000}, {2, 9190}});
  activations.insert(activations.end(), second.begin(), second.end());
  const auto rows = rows_of("event:go", activations);
  CHECK(rows.size() == 2 * (1 + 3 + 1));  // the recording, three repetitions, the task; rest has no cue
  const SummaryRow& all = row_of(rows, 0, "", 0);
  CHECK(all.feature == "latency");
  CHECK(*all.value == doctest::Approx(0.225));
  CHECK(all.n == 4);
  CHECK(*all.ci_high - *all.ci_low ==
        doctest::Approx(2 * 3.1824463 * std::sqrt((0.025 * 0.025 + 0.075 * 0.075 + 0.075 * 0.075 + 0.025 * 0.025) / 3 / 4)));
  const SummaryRow& task = std::find_if(rows.begin(), rows.end(), [](const SummaryRow& r) { return r.n_unit == "repetitions"; })[0];
  CHECK(*task.value == doctest::Approx((0.25 + 0.15 + 0.25) / 3));  // the first repetition had two cues and counts once
  CHECK(task.n == 3);
  CHECK(*row_of(rows, 0, "reach", 2).value == doctest::Approx(0.15));
  CHECK_FALSE(row_of(rows, 0, "reach", 2).ci_low);
  CHECK(*row_of(rows, 1, "reach", 2).value == doctest::Approx(0.19));
  CHECK_FALSE(row_of(rows, 1, "reach", 1).value);
  CHECK(row_of(rows, 1, "reach", 1).reason == Reason::not_active);
}

TEST_CASE("latency: from a muscle's onsets the others have rows, and it has none itself") {
  auto activations = onsets(0, {{1, 4200}, {2, 9150}, {3, 14'250}});
  const auto second = onsets(1, {{1, 4180}, {2, 9190}});
  activations.insert(activations.end(), second.begin(), second.end());
  const auto rows = rows_of("activation:TA", activations);
  CHECK(rows.size() == 5);
  CHECK(*row_of(rows, 1, "", 0).value == doctest::Approx(0.01));
  CHECK(*row_of(rows, 1, "reach", 1).value == doctest::Approx(-0.02));
  CHECK(row_of(rows, 1, "reach", 3).reason == Reason::not_active);
  CHECK_THROWS_WITH_AS(rows_of("activation:BF", {}), "r.nwb: latency.from: found channel BF, expected one of GM, TA", Error);
  CHECK_THROWS_WITH_AS(rows_of("event:stop", {}), "r.nwb: latency.from: found event stop, expected one of go", Error);
  CHECK(rows_of("", activations).empty());
}

}  // namespace semg
