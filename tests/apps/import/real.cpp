// SPDX-License-Identifier: BSD-3-Clause
// Real exports through `semg import`: counts, units and rates as their folder's notes say.
#include <algorithm>
#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "tests/apps/import/command.hpp"

using namespace semg;

namespace {

bool data_is_there() {
  if (std::filesystem::exists(SEMG_REAL_DATA)) return true;
  MESSAGE("[semg-skip] no real recordings at SEMG_REAL_DATA");
  return false;
}

Outcome import_real(const ImportFolder& folder, const std::string& file, const std::string& options) {
  return folder.run("import '" SEMG_REAL_DATA "/" + file + "' -o out.nwb " + options);
}

}  // namespace

TEST_CASE("OpenSignals: counts about their middle, in volts, with the converter's rails") {
  if (!data_is_there()) return;
  struct Case {
    const char* file;
    std::int64_t rows;
    double bits;
  };
  for (const Case& c : {Case{"plux/emg_fatigue.h5", 126900, 12}, Case{"plux/emg_bursts.h5", 28500, 16},
                        Case{"plux/emg_1000_hz_16_bits_solo.h5", 87600, 16}}) {
    CAPTURE(c.file);
    const ImportFolder folder;
    CHECK(import_real(folder, c.file, "").code == 0);
    const RecordingReader reader(folder.path("out.nwb"));
    const Recording& recording = reader.recording();
    CHECK(recording.sample_type == SampleType::int16);
    CHECK(recording.stream.fs_hz == 1000);
    CHECK(std::abs(recording.duration_s() - static_cast<double>(c.rows) / 1000) < 0.5);
    CHECK(recording.conversion == doctest::Approx(3.0 / std::exp2(c.bits) * 1e-3).epsilon(1e-12));
    REQUIRE(recording.stream.channels.size() == 1);
    CHECK(recording.stream.channels[0].rail_low == doctest::Approx(-1500));
    CHECK(recording.stream.channels[0].rail_high == doctest::Approx(1500 - 3000 / std::exp2(c.bits)));
    const auto samples = samples_of(folder.path("out.nwb"), 0);
    double mean = 0;
    for (const float x : samples) mean += static_cast<double>(x) / static_cast<double>(samples.size());
    CHECK(std::abs(mean) < 60);  // an offset of half the range would be 1500
  }
}

TEST_CASE("BDF and EDF of one recording: a derivation keeps whole counts, and both hold the same signal") {
  if (!data_is_there()) return;
  std::vector<std::vector<float>> samples;
  for (const char* file : {"myonset/example_data.bdf", "myonset/example_data.edf"}) {
    const ImportFolder folder;
    CHECK(import_real(folder, file, "--channel EXG1-EXG2=extensor:left --channel EXG3-EXG4=extensor:right").code == 0);
    const RecordingReader reader(folder.path("out.nwb"));
    CHECK(reader.info().fs_hz == 2048);
    CHECK(reader.recording().sample_type != SampleType::float32);
    CHECK(reader.info().channels[1].side == Side::right);
    samples.push_back(samples_of(folder.path("out.nwb"), 0));
  }
  REQUIRE(samples[0].size() == samples[1].size());
  // The EDF was made from the BDF with its slow drift taken away: steps from sample to sample are what both hold.
  const auto step = [](const std::vector<float>& x) {
    double squares = 0;
    for (std::size_t i = 1; i < x.size(); ++i) squares += std::pow(static_cast<double>(x[i]) - static_cast<double>(x[i - 1]), 2);
    return std::sqrt(squares / static_cast<double>(x.size()));
  };
  CHECK(step(samples[0]) == doctest::Approx(step(samples[1])).epsilon(0.01));
}

TEST_CASE("gesture data says 1000 Hz and holds 200 Hz") {
  if (!data_is_there()) return;
  for (const char* file : {"1_raw_data_11-08_21.03.16.txt", "2_raw_data_11-10_21.03.16.txt"}) {
    const ImportFolder folder;
    const std::string path = std::string("uci_gestures/") + file;
    const Outcome refused = import_real(folder, path, "--unit V");
    CHECK(refused.code == 65);
    CHECK(refused.words.find("expected even steps or --fs HZ") != std::string::npos);
    const Outcome outcome = import_real(folder, path, "--unit V --fs 1000 --period-trigger class");
    CHECK(outcome.code == 0);
    CHECK(outcome.words.find("irregular_time: ") != std::string::npos);
    CHECK(outcome.words.find("held_samples: channel values repeat, as if 200 Hz data had been copied up to 1000 Hz (88.") !=
          std::string::npos);
    const RecordingReader reader(folder.path("out.nwb"));
    CHECK(reader.info().channels.size() == 8);
    CHECK(reader.recording().periods.size() == 12);
    CHECK(samples_of(folder.path("out.nwb"), 0)[0] == -20.0F);
  }
}

TEST_CASE("DataLog text: millivolts, a rate where it is stated, and columns that end where they say") {
  if (!data_is_there()) return;
  const ImportFolder folder;
  CHECK(import_real(folder, "uci_lower_limb/5Nmar.txt", "").code == 0);
  const RecordingReader reader(folder.path("out.nwb"));
  CHECK(reader.recording().rows == 6563);
  CHECK(reader.recording().gaps.empty());
  CHECK(reader.info().fs_hz == 1000);
  CHECK(reader.info().channels.size() == 4);
  const auto samples = samples_of(folder.path("out.nwb"), 0);
  CHECK(samples.front() == 3.7F);
  CHECK(std::none_of(samples.begin(), samples.end(), [](float x) { return std::isnan(x); }));
  const ImportFolder other;
  const Outcome refused = import_real(other, "uci_lower_limb/3Amar.txt", "");
  CHECK(refused.words == "semg: 3Amar.txt: sampling rate: found none, expected --fs HZ\n");
  CHECK(import_real(other, "uci_lower_limb/3Amar.txt", "--fs 1000").code == 0);
  CHECK(RecordingReader(other.path("out.nwb")).recording().rows == 43665);
}

TEST_CASE("BioSPPy text: counts of a 12-bit converter, with its rails") {
  if (!data_is_there()) return;
  const ImportFolder folder;
  CHECK(import_real(folder, "biosppy/emg.txt", "").code == 65);
  CHECK(import_real(folder, "biosppy/emg.txt", "--unit 0.5").code == 0);
  const RecordingReader reader(folder.path("out.nwb"));
  CHECK(reader.recording().sample_type == SampleType::int16);
  CHECK(reader.recording().rows == 100000);
  CHECK(reader.info().channels[0].rail_low == 0.0);
  CHECK(reader.info().channels[0].rail_high == 2047.5);
}

TEST_CASE("EMGworks and AcqKnowledge exports that were cut give their rows and end with 3") {
  if (!data_is_there()) return;
  const ImportFolder folder;
  const Outcome trigno = import_real(folder, "trigno/truncated_trigno_sample.csv", "");
  CHECK(trigno.code == 3);
  CHECK(trigno.words.find("truncated: Mini sensor 10: EMG 10: ends after 2519 of 81141 values") != std::string::npos);
  {
    const RecordingReader reader(folder.path("out.nwb"));
    CHECK(reader.info().channels.size() == 2);
    CHECK(reader.info().fs_hz == 17 / 0.0135);
  }
  const ImportFolder other;
  CHECK(import_real(other, "facial/femg_raw_exported_sample.txt", "--channel 'Corr Raw=corrugator' --channel 'Zyg Raw=zygomaticus'").code ==
        3);
  const RecordingReader reader(other.path("out.nwb"));
  CHECK(reader.recording().rows == 13150);
  CHECK(samples_of(other.path("out.nwb"), 0)[0] == -3.84521F);
}

TEST_CASE("a table of two columns without names, and one of eight in arbitrary units") {
  if (!data_is_there()) return;
  const ImportFolder folder;
  CHECK(import_real(folder, "bmc/emg.csv", "--unit mV").code == 0);
  CHECK(RecordingReader(folder.path("out.nwb")).info().fs_hz == 1000);
  const ImportFolder other;
  CHECK(import_real(other, "suguru/day1/D1M2T1.csv", "--fs 200 --unit a.u.").code == 0);
  const RecordingReader reader(other.path("out.nwb"));
  CHECK(reader.info().channels.size() == 8);
  CHECK(reader.info().channels[0].unit == Unit::arbitrary);
  CHECK(reader.info().channels[0].kind == Kind::emg);
  CHECK(samples_of(other.path("out.nwb"), 0)[0] == 0.014546F);
}

TEST_CASE("a hardware envelope is refused until it is imported as one") {
  if (!data_is_there()) return;
  const ImportFolder folder;
  if (!write_envelope(folder)) return;
  const Outcome refused = folder.run("import unibo.csv -o out.nwb --fs 500 --unit uV");
  CHECK(refused.code == 65);
  CHECK(refused.words ==
        "semg: unibo.csv: samples of a, b, c, d: found only values >= 0 skewed towards zero, expected raw EMG; if it is an envelope, "
        "import it with --unit a.u.\n");
  CHECK(folder.run("import unibo.csv -o out.nwb --fs 500 --unit a.u.").code == 0);
  CHECK(RecordingReader(folder.path("out.nwb")).info().channels[3].kind == Kind::envelope);
}
