// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/extract_command.hpp"

using namespace semg;
using Json = nlohmann::ordered_json;

namespace {

Json explained(const CommandFolder& folder, const std::string& options) {
  const Outcome outcome = folder.run("explain --json " + options);
  REQUIRE(outcome.code == 0);
  CHECK(outcome.words.empty());
  return Json::parse(outcome.results);
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

}  // namespace

TEST_CASE("explain --json has the keys that were promised, in their order") {
  const CommandFolder folder;
  const Json json = explained(folder, "--fs 2000");
  std::vector<std::string> promised;
  for (const std::string& key : keys_of(json)) {  // later versions append; what was promised keeps its order
    for (const char* known : {"schema", "fs_hz", "sos", "passes", "priming", "amplitude", "spectrum", "activation", "latency_s", "response",
                              "minus_3db_hz", "power_kept", "mdf_shift_hz"}) {
      if (key == known) promised.push_back(key);
    }
  }
  CHECK(promised == std::vector<std::string>{"schema", "fs_hz", "sos", "passes", "priming", "amplitude", "spectrum", "activation",
                                             "latency_s", "response", "minus_3db_hz", "power_kept", "mdf_shift_hz"});
  CHECK(json["priming"] == "first_sample");
  CHECK(json["fs_hz"] == 2000);
  for (const auto& section : json["sos"]) {
    REQUIRE(section.size() == 6);
    CHECK(section[3] == 1.0);
  }
  CHECK(keys_of(json["amplitude"]) == std::vector<std::string>{"window_rows", "hop_rows"});
  const auto spectrum = keys_of(json["spectrum"]);
  for (const char* key :
       {"window_rows", "hop_rows", "segment_rows", "overlap_rows", "taper", "detrend", "band_hz", "first_bin", "last_bin", "mdf"}) {
    CHECK_MESSAGE(std::find(spectrum.begin(), spectrum.end(), key) != spectrum.end(), key);
  }
  CHECK(keys_of(json["response"][0]) == std::vector<std::string>{"f_hz", "gain_db", "phase_delay_s", "group_delay_s"});
  CHECK(json["spectrum"]["taper"] == "hann_periodic");
  CHECK(json["spectrum"]["detrend"] == "constant");
  CHECK(json["spectrum"]["mdf"] == "edge_interpolated");
}

TEST_CASE("default windows are 250 ms every 125 ms, spectra 1 s every 0.5 s in segments of the power of two nearest to 125 ms") {
  const CommandFolder folder;
  for (const auto& [fs, window, segment] :
       {std::tuple("1000", 250, 128), std::tuple("2000", 500, 256), std::tuple("2048", 512, 256), std::tuple("1259.259", 315, 128),
        std::tuple("990", 248, 128), std::tuple("10240", 2560, 1024)}) {
    CAPTURE(fs);
    const Json json = explained(folder, std::string("--fs ") + fs);
    CHECK(json["amplitude"]["window_rows"] == window);
    CHECK(json["spectrum"]["segment_rows"] == segment);
    CHECK(json["spectrum"]["overlap_rows"] == segment / 2);
    const double bin_hz = std::stod(fs) / segment;
    CHECK(json["spectrum"]["first_bin"].get<double>() * bin_hz >= 20);
    CHECK(json["spectrum"]["last_bin"].get<double>() * bin_hz <= 450);
  }
}

TEST_CASE("the gain falls to half its power within 0.01 Hz of the edges that were asked for") {
  const CommandFolder folder;
  for (const auto& [settings, low, high] : {std::tuple("", 20.0, 450.0), std::tuple("high_pass_hz = 10\nlow_pass_hz = 500\n", 10.0, 500.0),
                                            std::tuple("high_pass_hz = 30\norder = 4\n", 30.0, 450.0)}) {
    CAPTURE(settings);
    folder.write("own.toml", std::string("[filter]\n") + settings);
    const Json json = explained(folder, "--fs 2000 --analysis own.toml");
    REQUIRE(json["minus_3db_hz"].size() == 2);
    CHECK(std::abs(json["minus_3db_hz"][0].get<double>() - low) < 0.01);
    CHECK(std::abs(json["minus_3db_hz"][1].get<double>() - high) < 0.01);
  }
}

TEST_CASE("the response is that of the sections that are printed with it") {
  const CommandFolder folder;
  const Json json = explained(folder, "--fs 2000");
  for (const auto& point : json["response"]) {
    const double w = 2 * std::acos(-1.0) * point["f_hz"].get<double>() / 2000;
    double gain_db = 0;
    for (const auto& s : json["sos"]) {
      const auto magnitude = [&](std::size_t k) {
        const double c0 = s[k], c1 = s[k + 1], c2 = s[k + 2];
        return std::hypot(c0 + c1 * std::cos(w) + c2 * std::cos(2 * w), c1 * std::sin(w) + c2 * std::sin(2 * w));
      };
      gain_db += 20 * std::log10(magnitude(0) / magnitude(3));
    }
    CHECK(point["gain_db"].get<double>() == doctest::Approx(gain_db).epsilon(1e-6));
  }
}

TEST_CASE("the upper edge gives way to 0.45 of the rate, and below 400 Hz no frequency is told") {
  const CommandFolder folder;
  for (const auto& [fs, top, valid] : {std::tuple("990", 445.5, true), std::tuple("900", 405.0, true), std::tuple("800", 360.0, false),
                                       std::tuple("500", 225.0, false), std::tuple("200", 90.0, false)}) {
    CAPTURE(fs);
    const Json json = explained(folder, std::string("--fs ") + fs);
    CHECK(json["spectrum"]["band_hz"][1].get<double>() == doctest::Approx(top));
    CHECK(json["spectrum"]["valid"] == valid);
    CHECK(std::abs(json["minus_3db_hz"][1].get<double>() - top) < 0.01);
  }
}

TEST_CASE("the default analysis file is read back as what it is") {
  const CommandFolder folder;
  const Outcome defaults = folder.run("explain --defaults");
  CHECK(defaults.code == 0);
  folder.write("defaults.toml", defaults.results);
  CHECK(explained(folder, "--fs 2000 --analysis defaults.toml") == explained(folder, "--fs 2000"));
  CHECK(explained(folder, "--fs 2000")["settings_toml"] == defaults.results);
}

TEST_CASE("of a features file the same is told as of its rate and settings") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1259.259 --repetitions 1").code == 0);
  folder.write("own.toml", "[filter]\nhigh_pass_hz = 25\n[spectrum]\nwindow_s = 2\n");
  REQUIRE(folder.run("extract sim.nwb --analysis own.toml").code == 0);
  CHECK(explained(folder, "sim.features.h5") == explained(folder, "--fs 1259.259 --analysis own.toml"));
  CHECK(explained(folder, "sim.features.h5") != explained(folder, "--fs 1259.259"));
}

TEST_CASE("the latency that is told is that of the features file") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --repetitions 1").code == 0);
  REQUIRE(folder.run("extract sim.nwb").code == 0);
  const Hdf5Object file(H5Fopen(folder.path("sim.features.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const Hdf5Object attribute(H5Aopen(file.id(), "latency_rows", H5P_DEFAULT));
  double rows = 0;
  REQUIRE(H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, &rows) >= 0);
  CHECK(explained(folder, "--fs 1000")["latency_s"].get<double>() == doctest::Approx(rows / 1000));
}

TEST_CASE("explain in words names the filter, the windows, the delays and every setting") {
  const CommandFolder folder;
  const Outcome outcome = folder.run("explain --fs 2000");
  CHECK(outcome.code == 0);
  for (const char* words : {"Butterworth high-pass 20 Hz and low-pass 450 Hz, order 2 each", "250 ms windows every 125 ms", "Welch spectra",
                            "group delay ms", "-3 dB at 20.00 Hz 450.00 Hz", "clipped_share = 0.01", "are final"}) {
    CHECK_MESSAGE(outcome.results.find(words) != std::string::npos, words);
  }
}

TEST_CASE("explain refuses in one sentence what does not go together") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --repetitions 1").code == 0);
  REQUIRE(folder.run("extract sim.nwb").code == 0);
  folder.write("low.toml", "[filter]\nhigh_pass_hz = 460\n");
  folder.write("band.toml", "[filter]\nlow_pass_hz = 600\n");
  const auto refusal = [&](const std::string& options) {
    const Outcome outcome = folder.run("explain " + options);
    CHECK(outcome.code == 64);
    CHECK(outcome.results.empty());
    return outcome.words;
  };
  CHECK(refusal("") == "semg: command line: found no sampling rate, expected --fs HZ or a features file\n");
  CHECK(refusal("sim.features.h5 --fs 1000") ==
        "semg: command line: found FEATURES with --analysis or --fs, expected FEATURES alone: it says both\n");
  CHECK(refusal("--fs -5") == "semg: sampling rate: found -5 Hz, expected above 0 and up to 1000000\n");
  CHECK(refusal("--fs 1000 --analysis band.toml") ==
        "semg: low-pass 600 Hz does not fit below the Nyquist frequency 500 Hz (fs = 1000 Hz)\n");
  CHECK(refusal("--fs 1000 --analysis low.toml") ==
        "semg: band-pass 460-450 Hz: the high-pass must lie below the low-pass (fs = 1000 Hz)\n");
  CHECK(folder.run("explain --fs 1000 --analysis nothing.toml").code == 66);
  CHECK(folder.run("explain nothing.h5").code == 66);
}
