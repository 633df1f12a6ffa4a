// SPDX-License-Identifier: BSD-3-Clause
// A simulated walk: its cycles, mean course, co-contraction and latencies in the tables.
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "io/recording_writer.hpp"
#include "tests/apps/extract_command.hpp"
#include "tests/dsp/signals.hpp"

using namespace semg;

namespace {

/// 60 s at 1000 Hz: rest to 6 s, both muscles at 300 uV to 12 s, then a walk of steps of a second with a pause from 30 to 43 s. TA works
/// from 85 % of a step to 15 % of the next at 100 uV, GM from 30 to 60 % at 50 uV. Rows are missing at 20.3 s.
void make_walk(const CommandFolder& folder, bool with_events = true) {
  Recording head;
  head.recording_id = "SIM-walk";
  head.stream.fs_hz = 1000;
  for (const char* label : {"TA", "GM"})
    head.stream.channels.push_back({.label = label, .muscle = label, .side = Side::left, .lsb = {}, .rail_low = {}, .rail_high = {}});
  RecordingWriter writer(folder.path("walk.nwb"), head);
  testing::Dice dice(11);
  std::vector<float> samples;
  for (int n = 0; n < 60'000; ++n) {
    const double t = n / 1000.0, in_step = t - std::floor(t);
    const bool walks = t >= 13.2 && t < 58 && (t < 30 || t >= 43.2), gap = n >= 20'300 && n < 20'330;
    const double ta = walks && (in_step < 0.15 || in_step >= 0.85) ? 100 : 0, gm = walks && in_step >= 0.3 && in_step < 0.6 ? 50 : 0;
    const double mvc = t >= 7 && t < 11 ? 300 : 0;
    for (const double level : {ta, gm}) samples.push_back(gap ? NAN : static_cast<float>((2 + level + mvc) * dice.normal()));
  }
  writer.append(samples);
  std::vector<Event> events = {{12.5, 0, "start"}};
  for (int s = 13; s < 58; ++s) {
    if (s <= 30 || s >= 43) events.push_back({static_cast<double>(s), 0, "heel strike"});
  }
  if (!with_events) events.clear();
  writer.finish({{.first_row = 20'300, .rows = 30}}, {{0, 6000, "rest", 0}, {6000, 6000, "mvc", 0}, {12'000, 48'000, "walk", 0}}, events);
}

const char* const kAnalysis =
    "[cycles]\nfrom = \"event:heel strike\"\n[pairs]\nantagonists = [[\"TA\", \"GM\"]]\nreference = \"mvc\"\n"
    "[latency]\nfrom = \"event:heel strike\"\n";

std::string refusal(const CommandFolder& folder, const std::string& analysis) {
  folder.write("a.toml", analysis);
  const Outcome outcome = folder.run("extract walk.nwb -o no.features.h5 --analysis a.toml");
  CHECK(outcome.code == 64);
  CHECK_FALSE(std::filesystem::exists(folder.path("no.features.h5")));
  return outcome.words;
}

}  // namespace

TEST_CASE("cycles of a walk: known phases, amplitudes and co-contraction come out, and faults are kept and named") {
  const CommandFolder folder;
  make_walk(folder);
  folder.write("a.toml", kAnalysis);
  REQUIRE(folder.run("extract walk.nwb --csv tables --analysis a.toml").code == 0);
  const ReadTable cycles = table_of(folder, "tables/cycles.csv");
  CHECK(folder.bytes("tables/cycles.csv")
            .starts_with("recording_id,participant_id,visit_id,task,repetition,channel,muscle,side,index,t_start_s,t_end_s,duration_s,"
                         "amplitude_unit,rms,arv,peak,peak_pct,active_share,onset_pct,offset_pct,valid,reason,antagonist,"
                         "falconer_winter_pct,rudolph,antagonist_share_pct,pair_reason\n"));
  REQUIRE(cycles.rows.size() == 2 * (17 + 1 + 14));
  int valid = 0, steady = 0, exact = 0;
  for (const TableRow& row : cycles.rows) {
    const bool ta = row.at("channel") == "TA";
    CHECK(row.at("task") == "walk");
    CHECK(row.at("antagonist") == (ta ? "GM" : ""));
    const double start = number_in(row, "t_start_s");
    CHECK(number_in(row, "t_end_s") - start == doctest::Approx(number_in(row, "duration_s")));
    const std::string reason = start == 20 ? "gap" : start == 30 ? "too_long" : "";
    CHECK(row.at("reason") == reason);
    CHECK(row.at("valid") == (reason.empty() ? "TRUE" : "FALSE"));
    CHECK(row.at("rms").empty() == !reason.empty());
    if (ta) CHECK(row.at("pair_reason") == reason);
    if (!reason.empty()) continue;
    ++valid;
    if (start == 13 || start == 21 || start == 43) continue;  // the walk begins in it, or activations begin anew after the gap
    // 300 of 1000 rows are active at 102 or 52 uV, of which the filter keeps 93 % of the amplitude.
    CHECK(number_in(row, "rms") == doctest::Approx(0.93 * std::sqrt(0.3) * (ta ? 102 : 52)).epsilon(0.2));
    ++steady;
    exact += std::abs(number_in(row, "active_share") - 0.3) < 0.04 && std::abs(number_in(row, "onset_pct") - (ta ? 85 : 30)) < 3 &&
             std::abs(number_in(row, "offset_pct") - (ta ? 15 : 60)) < 3;
    if (!ta) CHECK(std::abs(number_in(row, "peak_pct") - 45) < 20);
    if (!ta) continue;
    CHECK(number_in(row, "falconer_winter_pct") < 25);  // they work in turn
    CHECK(number_in(row, "rudolph") < 0.1);
    CHECK(number_in(row, "antagonist_share_pct") == doctest::Approx(100.0 * 52 / (102 + 52)).epsilon(0.15));  // at one reference
  }
  CHECK(valid == 2 * 30);
  CHECK(steady == 2 * 27);
  CHECK(exact >= 0.9 * steady);  // the detector's edges are its own tests' business

  const ReadTable ensemble = table_of(folder, "tables/ensemble.csv");
  REQUIRE(ensemble.rows.size() == 2 * 101);
  for (const TableRow& row : ensemble.rows) {
    CHECK(row.at("task") == "walk");
    CHECK(row.at("n") == "30");
    CHECK(number_in(row, "ci_low") < number_in(row, "mean"));
    CHECK(number_in(row, "mean") < number_in(row, "ci_high"));
  }
  const auto mean_at = [&](const char* channel, const char* percent) {
    return number_in(rows_where(ensemble, {{"channel", channel}, {"percent", percent}}).at(0), "mean");
  };
  CHECK(mean_at("GM", "45") == doctest::Approx(0.93 * 52 * std::sqrt(2 / M_PI)).epsilon(0.1));
  CHECK(mean_at("GM", "0") < 3);
  CHECK(mean_at("TA", "0") == doctest::Approx(0.93 * 102 * std::sqrt(2 / M_PI)).epsilon(0.1));
  CHECK(mean_at("TA", "100") == doctest::Approx(mean_at("TA", "0")).epsilon(0.1));
  CHECK(mean_at("TA", "45") < 4);

  const ReadTable summary = table_of(folder, "tables/summary.csv");
  for (const auto& [channel, latency_s] : {std::pair{"TA", 0.85}, {"GM", 0.3}}) {
    const auto rows = rows_where(summary, {{"feature", "latency"}, {"channel", channel}, {"task", "walk"}});
    REQUIRE(rows.size() == 1);
    CHECK(std::abs(number_in(rows[0], "value") - latency_s) < 0.03);
    CHECK(number_in(rows[0], "n") >= 30);
    CHECK(number_in(rows[0], "ci_low") < number_in(rows[0], "value"));
  }
  CHECK(rows_where(summary, {{"feature", "latency"}, {"task", "mvc"}}).empty());

  const ReadTable codebook = table_of(folder, "tables/codebook.csv");
  CHECK(rows_where(codebook, {{"table", "cycles"}}).size() == cycles.columns.size());
  CHECK(rows_where(codebook, {{"table", "ensemble"}}).size() == ensemble.columns.size());
  CHECK(folder.run("verify walk.features.h5").code == 0);
}

TEST_CASE("cycles of a muscle's own onsets, and the latency of the other muscle from them") {
  const CommandFolder folder;
  make_walk(folder, false);
  folder.write("a.toml", "[cycles]\nfrom = \"activation:TA\"\nenvelope_hz = 10\n[latency]\nfrom = \"activation:TA\"\n");
  REQUIRE(folder.run("extract walk.nwb --csv tables --analysis a.toml").code == 0);
  int steady = 0;
  for (const TableRow& row : rows_where(table_of(folder, "tables/cycles.csv"), {{"channel", "GM"}, {"valid", "TRUE"}})) {
    if (std::abs(number_in(row, "duration_s") - 1) > 0.05) continue;
    ++steady;
    CHECK(std::abs(number_in(row, "onset_pct") - 45) < 10);
  }
  CHECK(steady >= 25);
  const auto rows = rows_where(table_of(folder, "tables/summary.csv"), {{"feature", "latency"}, {"task", "walk"}});
  REQUIRE(rows.size() == 1);  // TA has none from itself
  CHECK(rows[0].at("channel") == "GM");
  CHECK(std::abs(number_in(rows[0], "value") - 0.45) < 0.03);
  CHECK(folder.run("verify walk.features.h5").code == 0);
}

TEST_CASE("cycles and latencies are there only where they are asked for, and change nothing else") {
  const CommandFolder folder;
  make_walk(folder);
  REQUIRE(folder.run("extract walk.nwb --csv plain").code == 0);
  const auto plain = datasets_of(folder.path("walk.features.h5"));
  CHECK_FALSE(std::filesystem::exists(folder.path("plain/cycles.csv")));
  CHECK_FALSE(std::filesystem::exists(folder.path("plain/ensemble.csv")));
  CHECK(rows_where(table_of(folder, "plain/summary.csv"), {{"feature", "latency"}}).empty());
  folder.write("a.toml", kAnalysis);
  REQUIRE(folder.run("extract walk.nwb --csv asked --analysis a.toml").code == 0);
  const auto asked = datasets_of(folder.path("walk.features.h5"));
  for (const auto& [name, values] : plain) {
    CAPTURE(name);
    CHECK_FALSE(name.starts_with("cycles/"));
    if (!name.starts_with("summary/")) CHECK(asked.at(name) == values);
  }
  CHECK(asked.contains("cycles/rms"));
  CHECK(folder.bytes("plain/windows.csv") == folder.bytes("asked/windows.csv"));
  CHECK(folder.bytes("plain/activations.csv") == folder.bytes("asked/activations.csv"));
  CHECK(folder.bytes("asked/summary.csv").starts_with(folder.bytes("plain/summary.csv")));
}

TEST_CASE("cycles of what the recording does not have are refused, and what it has is named") {
  const CommandFolder folder;
  make_walk(folder);
  CHECK(refusal(folder, "[cycles]\nfrom = \"event:heel\"\n") ==
        "semg: walk.nwb: cycles.from: found event heel, expected one of heel strike, start\n");
  CHECK(refusal(folder, "[cycles]\nfrom = \"activation:BF\"\n") ==
        "semg: walk.nwb: cycles.from: found channel BF, expected one of GM, TA\n");
  CHECK(refusal(folder, "[latency]\nfrom = \"activation:BF\"\n") ==
        "semg: walk.nwb: latency.from: found channel BF, expected one of GM, TA\n");
  const std::string pairs = "[cycles]\nfrom = \"event:start\"\n[pairs]\nantagonists = [[\"TA\", ";
  CHECK(refusal(folder, pairs + "\"SO\"]]\nreference = \"mvc\"\n") ==
        "semg: walk.nwb: pairs.antagonists: found channel SO, expected one of GM, TA\n");
  CHECK(refusal(folder, pairs + "\"GM\"]]\nreference = \"mvic\"\n") ==
        "semg: walk.nwb: pairs.reference: found task mvic, expected one of rest, mvc, walk\n");
}
