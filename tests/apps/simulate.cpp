// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "apps/command.hpp"
#include "dsp/error.hpp"
#include "engine/simulation/simulation.hpp"
#include "io/recording_reader.hpp"

using namespace semg;

namespace {

/// A folder that is gone after the test, and `semg simulate recording` run in it.
class SimulationFolder {
 public:
  SimulationFolder() {
    static int folders = 0;
    path_ = std::filesystem::temp_directory_path() / ("semg_simulate_" + std::to_string(::getpid()) + "_" + std::to_string(++folders));
    std::filesystem::create_directories(path_);
  }
  ~SimulationFolder() { std::filesystem::remove_all(path_); }
  SimulationFolder(const SimulationFolder&) = delete;
  SimulationFolder& operator=(const SimulationFolder&) = delete;

  std::filesystem::path path(const std::string& name) const { return path_ / name; }
  std::string bytes(const std::string& name) const { return bytes_of(path(name)); }
  nlohmann::json truth(const std::string& name) const { return nlohmann::json::parse(bytes(name)); }
  auto files() const { return std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()); }

  int simulate(const std::string& name, const std::string& options) const {
    CLI::App app("test", "semg");
    Run run;
    add_simulate(app, run);
    app.parse("simulate recording -o '" + path(name).string() + "' " + options);
    return run();
  }
  /// The sentence and the exit code it is refused with.
  std::string refusal(const std::string& name, const std::string& options) const {
    try {
      simulate(name, options);
    } catch (const Error& error) {
      return std::to_string(static_cast<int>(error.fault())) + " " + error.what();
    }
    return "not refused";
  }

  static std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  std::filesystem::path path_;
};

constexpr const char* kShort = "--fs 1000 --channels 2 --rest 1 --burst 1,1 --repetitions 3 ";

/// [rows x channels] of the whole file, which has no gaps.
std::vector<float> samples_of(const std::filesystem::path& path) {
  RecordingReader reader(path);
  std::vector<float> samples;
  Block block(reader.info().channels.size(), 1000);
  while (reader.read(block)) samples.insert(samples.end(), block.samples().begin(), block.samples().end());
  return samples;
}

}  // namespace

TEST_CASE("the same seed gives the same bytes whatever the file is called, another seed gives others") {
  const SimulationFolder folder;
  REQUIRE(folder.simulate("a.nwb", std::string(kShort) + "--seed 7 --line-uv 5 --periods") == 0);
  REQUIRE(folder.simulate("b.nwb", std::string(kShort) + "--seed 7 --line-uv 5 --periods") == 0);
  REQUIRE(folder.simulate("c.nwb", std::string(kShort) + "--seed 8 --line-uv 5 --periods") == 0);
  CHECK(folder.bytes("a.nwb") == folder.bytes("b.nwb"));
  CHECK(folder.bytes("a.truth.json") == folder.bytes("b.truth.json"));
  CHECK(samples_of(folder.path("a.nwb")) != samples_of(folder.path("c.nwb")));
  CHECK(folder.files() == 6);
}

TEST_CASE("a simulated recording says so in its file, holds the source's samples, and belongs to nobody") {
  const SimulationFolder folder;
  folder.simulate("a.nwb", std::string(kShort) + "--clip-uv 60 --participant SIM07 --visit V2");
  RecordingReader reader(folder.path("a.nwb"));
  const Recording& recording = reader.recording();
  CHECK(recording.simulated);
  CHECK(recording.participant_id == "SIM07");
  CHECK(recording.visit_id == "V2");
  CHECK(recording.recording_id == "SIM07-seed1");
  CHECK(recording.rows == 7000);
  CHECK(recording.stream.channels[1].muscle == "TA");
  CHECK(recording.stream.channels[1].side == Side::left);
  CHECK(recording.stream.channels[0].rail_high == 60);
  CHECK(recording.stream.channels[0].lsb == kSimulatedLsb);

  SimulatedSource source({.fs_hz = 1000,
                          .channels = 2,
                          .duration_s = 7,
                          .contraction = {.rest_s = 1, .on_s = 1, .off_s = 1, .repetitions = 3},
                          .rail_uv = 60});
  Block block(2, 7000);
  REQUIRE(source.read(block));
  CHECK(samples_of(folder.path("a.nwb")) == std::vector<float>(block.samples().begin(), block.samples().end()));
  const auto truth = folder.truth("a.truth.json");
  CHECK(truth["channels"][1]["clipped_samples"] == source.clipped()[1]);
  CHECK(source.clipped()[1] > 0);
}

TEST_CASE("the truth beside the recording names bursts, rest, gaps, line and artefacts") {
  const SimulationFolder folder;
  folder.simulate("a.nwb",
                  std::string(kShort) + "--line-uv 20 --line-hz 60 --ecg-uv 100 --motion-uv 300 --gap 2.5,0.1 --gap 0.5,0.25 --snr-db 20");
  const auto truth = folder.truth("a.truth.json");
  CHECK(truth["schema"] == "semg.truth/1");
  CHECK(truth["simulated"] == true);
  CHECK(truth["seed"] == 1);
  REQUIRE(truth["channels"].size() == 2);
  for (const auto& channel : truth["channels"]) {
    REQUIRE(channel["bursts"].size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& burst = channel["bursts"][i];
      CHECK(burst["onset_s"] == 1.0 + 2.0 * static_cast<double>(i));
      CHECK(burst["offset_s"] == 2.0 + 2.0 * static_cast<double>(i));
      CHECK(burst["rms_uv"].get<double>() == doctest::Approx(20 * std::sqrt(430.0 / 500)).epsilon(1e-12));
      CHECK(burst["mdf_hz"].get<double>() == doctest::Approx(86.637791).epsilon(1e-8));
    }
    CHECK(channel["rms_rest_uv"].get<double>() == doctest::Approx(2).epsilon(1e-3));
  }
  CHECK(truth["channels"][0]["label"] == "CH1");
  CHECK(truth["gaps"].size() == 2);
  CHECK(truth["gaps"][0]["first_row"] == 500);
  CHECK(truth["gaps"][1]["length_s"] == 0.1);
  CHECK(truth["line"]["frequency_hz"] == 60.0);
  CHECK(truth["line"]["amplitudes_uv"][0] == 20.0);
  CHECK(truth["artefacts"][0]["kind"] == "ecg");
  CHECK(truth["artefacts"][0]["beats_s"].size() > 5);
  CHECK(truth["artefacts"][1]["kind"] == "motion");
  CHECK(truth["artefacts"][1]["channels"][1]["frequency_hz"].size() == 3);
  CHECK(RecordingReader(folder.path("a.nwb")).recording().gaps == std::vector<Gap>{{500, 250}, {2500, 100}});

  folder.simulate("plain.nwb", kShort);
  CHECK(folder.truth("plain.truth.json")["line"].is_null());
  CHECK(folder.truth("plain.truth.json")["artefacts"].empty());
}

TEST_CASE("periods are rest and each repetition, they meet in the pauses, and each holds its burst") {
  const SimulationFolder folder;
  folder.simulate("a.nwb", std::string(kShort) + "--periods --task dorsiflexion");
  const std::vector<Period> periods = RecordingReader(folder.path("a.nwb")).recording().periods;
  CHECK(periods ==
        std::vector<Period>{
            {0, 500, "rest", 0}, {500, 2000, "dorsiflexion", 1}, {2500, 2000, "dorsiflexion", 2}, {4500, 2000, "dorsiflexion", 3}});
  folder.simulate("rest.nwb", "--channels 1 --duration 10 --repetitions 0 --periods");
  CHECK(RecordingReader(folder.path("rest.nwb")).recording().periods == std::vector<Period>{{0, 20000, "rest", 0}});
  folder.simulate("none.nwb", kShort);
  CHECK(RecordingReader(folder.path("none.nwb")).recording().periods.empty());
}

TEST_CASE("a duration holds as many repetitions as fit, and repetitions make the duration") {
  const SimulationFolder folder;
  folder.simulate("a.nwb", "--channels 1 --duration 20");
  CHECK(folder.truth("a.truth.json")["channels"][0]["bursts"].size() == 2);
  CHECK(folder.truth("a.truth.json")["duration_s"] == 20.0);
  folder.simulate("b.nwb", "--channels 1 --repetitions 2");
  CHECK(folder.truth("b.truth.json")["duration_s"] == 17.0);
}

TEST_CASE("motor units, ramps, fatigue and drift are options") {
  const SimulationFolder folder;
  folder.simulate("a.nwb", "--channels 1 --source motor-units --shape cosine --ramp-ms 500 --fatigue 20 --gain-drift 30");
  const auto truth = folder.truth("a.truth.json");
  CHECK(truth["source"]["kind"] == "motor-units");
  CHECK(truth["ramp"]["shape"] == "cosine");
  CHECK(truth["ramp"]["ramp_s"] == 0.5);
  const auto& bursts = truth["channels"][0]["bursts"];
  CHECK(bursts[4]["mdf_hz"] < bursts[0]["mdf_hz"]);
  CHECK(bursts[4]["rms_uv"] > bursts[0]["rms_uv"]);
}

TEST_CASE("what makes no sense is refused in a sentence, with 64, and leaves no file") {
  const SimulationFolder folder;
  CHECK(folder.refusal("a.nwb", "--participant P01") ==
        "64 --participant: found P01, expected SIM, then letters, digits, _ - or .: nobody's");
  CHECK(folder.refusal("a.nwb", "--recording-id mine") ==
        "64 --recording-id: found mine, expected SIM, then letters, digits, _ - or .: nobody's");
  CHECK(folder.refusal("a.nwb", "--visit 6M") == "64 --visit: found 6M, expected a letter, then letters, digits, _ - or .");
  CHECK(folder.refusal("a.nwb", "--periods --task rest") == "64 --task: found rest, expected the name of what is done when not at rest");
  CHECK(folder.refusal("a.nwb", "--burst 3") == "64 --burst: found 3, expected two numbers with a comma between them");
  CHECK(folder.refusal("a.nwb", "--gap 3,x") == "64 --gap: found 3,x, expected two numbers with a comma between them");
  CHECK(folder.refusal("a.nwb", "--shape round") == "64 --shape: found round, expected step, ramp or cosine");
  CHECK(folder.refusal("a.nwb", "--ramp-ms 100") == "64 --ramp-ms: found it with --shape step, expected ramp or cosine");
  CHECK(folder.refusal("a.nwb", "--source emg") == "64 --source: found emg, expected noise or motor-units");
  CHECK(folder.refusal("a.nwb", "--source motor-units --spectrum 60,120") ==
        "64 --spectrum: found it with --source motor-units, expected --source noise");
  CHECK(folder.refusal("a.nwb", "--duration 4") ==
        "64 --duration: found 4 s, expected at least 11 s: 5 s of rest and one repetition of 6 s");
  CHECK(folder.refusal("a.nwb", "--duration 20 --repetitions 5") == "64 repetitions: 5 of them end at 32 s, the recording at 20 s");
  CHECK(folder.refusal("a.nwb", "--fs 50") == "64 fs: found 50, expected 100 to 100000 Hz");
  CHECK(folder.files() == 0);
}

TEST_CASE("neither a recording nor a truth is ever overwritten") {
  const SimulationFolder folder;
  folder.simulate("a.nwb", kShort);
  const std::string recording = folder.bytes("a.nwb");
  CHECK(folder.refusal("a.nwb", std::string(kShort) + "--seed 2").starts_with("73 "));
  CHECK(folder.bytes("a.nwb") == recording);

  std::filesystem::remove(folder.path("a.nwb"));
  CHECK(folder.refusal("a.nwb", kShort).starts_with("73 "));
  CHECK(folder.files() == 1);
}

TEST_CASE("data/two_muscles.nwb is what its command makes, today as on the day it was made") {
  const SimulationFolder folder;
  folder.simulate("two_muscles.nwb", "--seed 1 --channels 2 --rest 4 --burst 2,2 --repetitions 4 --periods --task dorsiflexion");
  const std::filesystem::path data = std::filesystem::path(SEMG_SOURCE) / "data";
  CHECK(folder.bytes("two_muscles.truth.json") == SimulationFolder::bytes_of(data / "two_muscles.truth.json"));
  CHECK(samples_of(folder.path("two_muscles.nwb")) ==
        samples_of(data / "two_muscles.nwb"));  // another HDF5 or zlib may pack them otherwise
  CHECK(RecordingReader(folder.path("two_muscles.nwb")).recording().periods ==
        RecordingReader(data / "two_muscles.nwb").recording().periods);
}

TEST_CASE("the samples of data/two_muscles.nwb have the RMS of its truth") {
  const std::filesystem::path data = std::filesystem::path(SEMG_SOURCE) / "data";
  const auto truth = nlohmann::json::parse(SimulationFolder::bytes_of(data / "two_muscles.truth.json"));
  const std::vector<float> samples = samples_of(data / "two_muscles.nwb");
  double squares = 0, expected = 0;
  for (std::size_t c = 0; c < 2; ++c) {
    for (const auto& burst : truth["channels"][c]["bursts"]) {
      const auto rows = burst["offset_row"].get<std::size_t>() - burst["onset_row"].get<std::size_t>();
      expected += std::pow(burst["rms_with_rest_uv"].get<double>(), 2) * static_cast<double>(rows);
      for (std::size_t r = 0; r < rows; ++r) squares += std::pow(samples[(burst["onset_row"].get<std::size_t>() + r) * 2 + c], 2);
    }
  }
  CHECK(std::sqrt(squares / expected) == doctest::Approx(1).epsilon(4 / (2 * std::sqrt(16 * 205.0))));  // 16 s of bursts, 205 Hz wide
}
