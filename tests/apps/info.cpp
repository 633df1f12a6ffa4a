// SPDX-License-Identifier: BSD-3-Clause
// semg info, as it is called.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/import/command.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

nlohmann::json info_of(const ImportFolder& folder, const std::string& name) {
  const Outcome outcome = folder.run("info --json " + name);
  REQUIRE(outcome.code == 0);
  CHECK(outcome.words == "");
  return nlohmann::json::parse(outcome.results);
}

std::vector<std::string> codes_of(const nlohmann::json& info) {
  std::vector<std::string> codes;
  for (const auto& warning : info["warnings"]) codes.push_back(warning["code"]);
  return codes;
}

bool holds(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// 20 s of noise with 5 uV, in one channel, counts of 1 uV; from row 4000 to 4500 flat, 30 rows at the rail.
std::vector<std::int16_t> faulty_counts() {
  auto counts = sample_counts<std::int16_t>(20'000, 1);
  for (auto& count : counts) count = static_cast<std::int16_t>(count % 8);
  std::fill(counts.begin() + 4000, counts.begin() + 4500, std::int16_t{3});
  for (std::size_t i = 0; i < 30; ++i) counts[8000 + 10 * i] = 2047;
  return counts;
}

}  // namespace

TEST_CASE("info: the JSON has the keys of its contract, and what was written in them") {
  const ImportFolder folder;
  write_sample(folder.path("a.nwb"), sample_head(SampleType::int16), sample_counts<std::int16_t>());
  const auto info = info_of(folder, "a.nwb");
  std::vector<std::string> keys;
  for (const auto& [key, value] : info.items()) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  CHECK(keys == std::vector<std::string>{"channels", "duration_s", "events", "file", "format", "fs_hz", "gaps", "participant_id", "periods",
                                         "recording_id", "rows", "schema", "simulated", "start", "visit_id", "warnings"});
  CHECK(info["file"] == "a.nwb");
  CHECK(info["format"] == "EDF+");
  CHECK(info["recording_id"] == "P03_V2_grip");
  CHECK(info["start"] == "2026-07-27T10:00:00+08:00");
  CHECK(info["fs_hz"] == 1259.2592592592594);
  CHECK(info["rows"] == 5000);
  CHECK(info["gaps"] == nlohmann::json::parse(R"([{"first_row":1000,"rows":7},{"first_row":2500,"rows":1},{"first_row":4990,"rows":10}])"));
  CHECK(info["periods"][1]["task"] == "grip");
  CHECK(info["periods"][1]["repetition"] == 1);
  CHECK(info["periods"][0]["repetition"].is_null());
  CHECK(info["events"][1]["text"] == "line one\nline \"two\"");
  const auto& first = info["channels"][0];
  CHECK(first["label"] == "EMG 1");
  CHECK(first["muscle"] == "biceps brachii");
  CHECK(first["side"] == "left");
  CHECK(first["unit"] == "uV");
  CHECK(first["rail_low"] == -6389.76);
  CHECK(info["channels"][1]["rail_low"].is_null());
  CHECK(info["channels"][2]["quality"]["verdict"].is_null());  // no EMG, not judged
  CHECK_FALSE(holds(codes_of(info), "no_participant"));
  CHECK_FALSE(holds(codes_of(info), "no_rest_period"));
}

TEST_CASE("info: what is missing before visits can be compared is said, with what helps") {
  const ImportFolder folder;
  Recording bare;
  bare.recording_id = "bare";
  bare.stream = {.fs_hz = 1000, .channels = {{.label = "CH1", .muscle = "CH1", .lsb = {}, .rail_low = {}, .rail_high = {}}}};
  {
    RecordingWriter writer(folder.path("a.nwb"), bare);
    writer.append(sample_counts<float>(3000, 1));
    writer.finish({}, {}, {});
  }
  const auto codes = codes_of(info_of(folder, "a.nwb"));
  for (const char* code : {"no_participant", "no_visit", "no_session_start", "no_muscle", "no_rest_period"}) CHECK(holds(codes, code));
  const Outcome words = folder.run("info a.nwb");
  CHECK(words.code == 0);
  CHECK(words.words == "");
  CHECK(words.results.find("the visit is not named: semg import --visit ID\n") != std::string::npos);
  CHECK(words.results.find("CH1: its muscle is not named: semg import --channel 'CH1=MUSCLE:SIDE'\n") != std::string::npos);
}

TEST_CASE("info: samples at the rail and flat runs are counted exactly") {
  const ImportFolder folder;
  Recording head = sample_head(SampleType::int16);
  head.conversion = 1e-6;
  head.stream = {.fs_hz = 1000, .channels = {{.label = "a", .muscle = "soleus", .lsb = 1, .rail_low = -2048, .rail_high = 2047}}};
  {
    RecordingWriter writer(folder.path("a.nwb"), head);
    writer.append(faulty_counts());
    writer.finish({}, {}, {});
  }
  const auto info = info_of(folder, "a.nwb");
  const auto& quality = info["channels"][0]["quality"];
  CHECK(quality["clipped_share"] == 30.0 / 20'000);
  CHECK(quality["longest_flat_s"].get<double>() >= 0.5);
  CHECK(quality["longest_flat_s"].get<double>() < 0.51);
  CHECK(quality["max"] == 2047);
  CHECK(quality["min"] == -7);
  CHECK(quality["verdict"] == "fail");
  CHECK(holds(codes_of(info), "clipped_rows"));
  CHECK(holds(codes_of(info), "longest_flat_run"));
}

TEST_CASE("info: a rate too low to be measured still tells what is in the recording") {
  const ImportFolder folder;
  Recording head = sample_head(SampleType::float32);
  head.stream.fs_hz = 25;
  write_sample(folder.path("a.nwb"), head, sample_counts<float>());
  const auto info = info_of(folder, "a.nwb");
  CHECK(info["rows"] == 5000);
  CHECK(info["channels"][0]["rest_rms"].is_null());
  CHECK(holds(codes_of(info), "rate_below_band"));
}

TEST_CASE("info: a file that is no recording is refused in one line") {
  const ImportFolder folder;
  std::ofstream(folder.path("x.csv")) << "1,2,3\n";
  const Outcome text = folder.run("info x.csv");
  CHECK(text.code == 65);
  CHECK(text.results == "");
  CHECK(text.words == "semg: x.csv: format: found no HDF5 file, expected a recording; make one with: semg import x.csv\n");
  const Outcome none = folder.run("info none.nwb");
  CHECK(none.code == 66);
  CHECK(none.words == "semg: none.nwb: no such file\n");
}
