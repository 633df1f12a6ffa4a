// SPDX-License-Identifier: BSD-3-Clause
// quality.csv, semg info and the page: planted faults bring the verdicts that are theirs, and a clean recording passes everything.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "dsp/quality/quality_rules.hpp"
#include "engine/simulation/simulation.hpp"
#include "io/recording_writer.hpp"
#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

constexpr double kFs = 2000;
constexpr int kChannels = 6;
constexpr std::int64_t kGapFirst = 8000, kGapRows = 600;  // 0.3 s at rest

std::int16_t counts_of(double microvolts) {
  return static_cast<std::int16_t>(std::lround(microvolts / kSimulatedLsb));
}

/// CH1 sound; CH2 half a second flat; CH3 clipped at 100 uV; CH4 hum; CH5 a heart; CH6 half of it CH1, 1 ms late. A gap for all of them.
void write_faults(const CommandFolder& folder, const std::string& name) {
  SimulatedSource source({.seed = 5, .channels = kChannels, .duration_s = 24, .contraction = {.rest_s = 6, .repetitions = 3}});
  Recording head = source.recording();
  head.recording_id = "SIM-faults";
  head.stream.channels[2].rail_low = -100;
  head.stream.channels[2].rail_high = 100;
  std::vector<std::int16_t> counts(static_cast<std::size_t>(head.rows) * kChannels);
  REQUIRE(source.read_counts(counts) == static_cast<std::size_t>(head.rows));
  for (std::int64_t row = head.rows - 1; row >= 0; --row) {  // backwards: CH1 as it was a moment ago is still there
    std::int16_t* const at = counts.data() + row * kChannels;
    const double t_s = static_cast<double>(row) / kFs;
    if (row >= 4000 && row < 5000) at[1] = 24;
    at[2] = std::clamp(at[2], counts_of(-100), counts_of(100));
    at[3] = static_cast<std::int16_t>(at[3] + counts_of(20 * std::sin(2 * std::numbers::pi * 50 * t_s)));
    const double beat_s = std::remainder(t_s, 0.83);
    at[4] = static_cast<std::int16_t>(at[4] + counts_of(100 * std::exp(-beat_s * beat_s / (2 * 0.011 * 0.011))));
    if (row >= 2) at[5] = static_cast<std::int16_t>(at[5] + *(at - 2 * kChannels));
    if (row >= kGapFirst && row < kGapFirst + kGapRows) std::fill(at, at + kChannels, std::int16_t{0});
  }
  RecordingWriter writer(folder.path(name), head);
  writer.append(counts);
  writer.finish({{kGapFirst, kGapRows}}, {}, {});
}

/// "flat_run fail, missing_share fail" for each channel.
std::map<std::string, std::string> faults_of(const ReadTable& quality) {
  std::map<std::string, std::set<std::string>> found;
  for (const TableRow& row : quality.rows) {
    auto& faults = found[row.at("channel")];
    if (row.at("verdict") != "pass") faults.insert(row.at("metric") + " " + row.at("verdict"));
  }
  std::map<std::string, std::string> texts;
  for (const auto& [channel, faults] : found) {
    for (const std::string& fault : faults) texts[channel] += (texts[channel].empty() ? "" : ", ") + fault;
    texts[channel];
  }
  return texts;
}

const TableRow& row_of(const ReadTable& quality, const std::string& channel, const std::string& metric) {
  return *std::find_if(quality.rows.begin(), quality.rows.end(),
                       [&](const TableRow& row) { return row.at("channel") == channel && row.at("metric") == metric; });
}

}  // namespace

TEST_CASE("quality.csv has each planted fault with its verdict, its rule and what it invalidates, and no other") {
  const CommandFolder folder;
  write_faults(folder, "faults.nwb");
  REQUIRE(folder.run("extract faults.nwb --csv tables --report page.html").code == 0);
  const ReadTable quality = table_of(folder, "tables/quality.csv");
  CHECK(quality.columns == std::vector<std::string>{"recording_id", "participant_id", "visit_id", "channel", "muscle", "side", "metric",
                                                    "value", "unit", "verdict", "rule", "gates", "reason"});
  CHECK(quality.rows.size() == kChannels * kMetrics);
  const auto faults = faults_of(quality);
  CHECK(faults.at("CH1") == "cross_talk fail, missing_share fail");
  CHECK(faults.at("CH2") == "flat_run fail, missing_share fail");
  CHECK(faults.at("CH3") == "clipped_share fail, missing_share fail");
  CHECK(faults.at("CH4") == "line_ratio fail, missing_share fail, rest_level fail, snr fail");  // hum is there at rest too
  CHECK(faults.at("CH5") == "heart_share fail, missing_share fail, sm_ratio warn");             // a beat reaches below 20 Hz
  CHECK(faults.at("CH6") == "cross_talk fail, missing_share fail");

  const auto tells = [&](const char* channel, const char* metric, const char* rule, const char* gates, const char* reason) {
    const TableRow& row = row_of(quality, channel, metric);
    CHECK(row.at("rule") == rule);
    CHECK(row.at("gates") == gates);
    CHECK(row.at("reason") == reason);
  };
  tells("CH1", "missing_share", "missing_share >= 1 %", "windows", "gap");
  tells("CH2", "flat_run", "flat_run >= 0.2 s", "windows", "flat");
  tells("CH3", "clipped_share", "clipped_share >= 0.1 %", "windows", "clipped");
  tells("CH4", "line_ratio", "line_ratio >= -15 dB (50 Hz)", "frequencies", "line");
  tells("CH4", "snr", "snr < 10 dB", "frequencies", "low_snr");
  tells("CH5", "heart_share", "heart_share >= 30 %", "nothing", "");
  tells("CH6", "cross_talk", "cross_talk >= 0.6 (with CH1, 1 ms earlier)", "nothing", "");
  CHECK(number_in(row_of(quality, "CH1", "missing_share"), "value") == doctest::Approx(100.0 * kGapRows / 48'000).epsilon(1e-8));
  CHECK(number_in(row_of(quality, "CH2", "flat_run"), "value") >= 0.5);
  CHECK(number_in(row_of(quality, "CH6", "cross_talk"), "value") == doctest::Approx(std::sqrt(0.5)).epsilon(0.06));

  // What a verdict says is invalid, is.
  const ReadTable windows = table_of(folder, "tables/windows.csv");
  const auto with = [&](const char* channel, const char* feature, const char* reason) {
    return rows_where(windows, {{"channel", channel}, {"feature", feature}, {"reason", reason}}).size();
  };
  CHECK(with("CH2", "rms", "flat") > 0);
  CHECK(with("CH3", "rms", "clipped") > 0);
  CHECK(with("CH4", "mdf", "low_snr") + with("CH4", "mdf", "line") > 0);
  CHECK(rows_where(windows, {{"channel", "CH4"}, {"feature", "mdf"}, {"valid", "TRUE"}}).empty());

  const std::string page = folder.bytes("page.html");
  for (const char* words :
       {"Rule: flat_run &gt;= 0.2 s; windows that hold too much of it are invalid (flat)",
        "Rule: line_ratio &gt;= -15 dB (50 Hz); median and mean frequency are invalid where it holds (line)", "<i>\u2716</i><b>"})
    CHECK_MESSAGE(page.find(words) != std::string::npos, words);
  CHECK(folder.run("verify faults.features.h5").code == 0);
}

TEST_CASE("quality.csv of a clean recording passes everything, with no rule and nothing invalid") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --channels 3 --repetitions 3").code == 0);
  REQUIRE(folder.run("extract sim.nwb --csv tables").code == 0);
  const ReadTable quality = table_of(folder, "tables/quality.csv");
  CHECK(quality.rows.size() == 3 * kMetrics);
  for (const TableRow& row : quality.rows) {
    CAPTURE(row.at("metric"));
    CHECK(row.at("verdict") == "pass");
    for (const char* column : {"rule", "gates", "reason"}) CHECK(row.at(column) == "");
    // Hum that is not there has no ratio, and a converter whose rails are known needs no guess of them.
    CHECK(row.at("value").empty() == (row.at("metric") == "line_ratio" || row.at("metric") == "extreme_share"));
  }
}

TEST_CASE("info tells the verdict of each channel and the rules that fired, to a person and to a program") {
  const CommandFolder folder;
  write_faults(folder, "faults.nwb");
  const Outcome outcome = folder.run("info faults.nwb --json");
  REQUIRE(outcome.code == 0);
  const auto info = nlohmann::json::parse(outcome.results);
  const auto& quality = info["channels"][1]["quality"];
  CHECK(quality["verdict"] == "fail");
  CHECK(quality["checks"].size() == kMetrics);
  const auto flat =
      std::find_if(quality["checks"].begin(), quality["checks"].end(), [](const auto& c) { return c["metric"] == "flat_run"; });
  CHECK((*flat)["verdict"] == "fail");
  CHECK((*flat)["rule"] == "flat_run >= 0.2 s");
  CHECK((*flat)["gates"] == "windows");
  CHECK((*flat)["reason"] == "flat");
  CHECK((*flat)["unit"] == "s");
  CHECK(quality["checks"][0]["metric"] == "snr");
  CHECK(quality["checks"][0]["rule"].is_null());
  const Outcome words = folder.run("info faults.nwb");
  for (const char* line :
       {"CH2: Longest flat run 0.5 s, fail: ", "Rule: flat_run >= 0.2 s; windows that hold too much of it are invalid (flat)\n",
        "CH6: Cross-talk 0.7", "Rule: cross_talk >= 0.6 (with CH1, 1 ms earlier)"})
    CHECK_MESSAGE(words.results.find(line) != std::string::npos, line);
}
