// SPDX-License-Identifier: BSD-3-Clause
// EDF through `semg import`: what a header may get wrong, and what of it must not be copied.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/import/command.hpp"

using namespace semg;

namespace {

/// An EDF file of one-second records of two signals, filled with a slow triangle.
struct EdfText {
  std::string patient = "X X X X";
  std::string records = "4";
  std::string physical_low = "-3276.8", physical_high = "3276.7";
  std::string digital_low = "-32768", digital_high = "32767";
  std::string unit = "uV";
  int rate = 500;
  int stored_records = 4;

  std::string bytes() const {
    std::string out;
    const auto field = [&](const std::string& text, std::size_t width) { out += text + std::string(width - text.size(), ' '); };
    field("0", 8);
    field(patient, 80);
    field("Startdate 27-JUL-2026 X X X", 80);
    field("27.07.26", 8);
    field("10.00.00", 8);
    field(std::to_string(256 * 3), 8);
    field("", 44);
    field(records, 8);
    field("1", 8);
    field("2", 4);
    for (const char* label : {"EMG left", "EMG right"}) field(label, 16);
    for (int i = 0; i < 2; ++i) field("", 80);
    for (int i = 0; i < 2; ++i) field(unit, 8);
    for (int i = 0; i < 2; ++i) field(i == 0 ? physical_low : "-3276.8", 8);
    for (int i = 0; i < 2; ++i) field(i == 0 ? physical_high : "3276.7", 8);
    for (int i = 0; i < 2; ++i) field(i == 0 ? digital_low : "-32768", 8);
    for (int i = 0; i < 2; ++i) field(i == 0 ? digital_high : "32767", 8);
    for (int i = 0; i < 2; ++i) field("", 80);
    for (int i = 0; i < 2; ++i) field(std::to_string(rate), 8);
    for (int i = 0; i < 2; ++i) field("", 32);
    for (int r = 0; r < stored_records; ++r) {
      for (int i = 0; i < 2 * rate; ++i) {
        const int count = ((r * 37 + i * 91) % 1000 - 500) * (i < rate ? 1 : 2);
        out += static_cast<char>(count & 0xFF);
        out += static_cast<char>((count >> 8) & 0xFF);
      }
    }
    return out;
  }
};

Outcome import_edf(const ImportFolder& folder, const EdfText& edf, const std::string& options = "", const std::string& name = "in.edf") {
  folder.write(name, edf.bytes());
  return folder.run("import " + name + " -o out.nwb --session-start 2026-07-27T10:00:00Z " + options);
}

}  // namespace

TEST_CASE("a sample is the float nearest to count times conversion, and the rails are those of the header") {
  const ImportFolder folder;
  const Outcome outcome = import_edf(folder, {});
  CHECK(outcome.code == 0);
  CHECK(outcome.words.empty());
  const RecordingReader reader(folder.path("out.nwb"));
  const Recording& recording = reader.recording();
  CHECK(recording.sample_type == SampleType::int16);
  CHECK(recording.rows == 2000);
  CHECK(recording.stream.fs_hz == 500);
  CHECK(recording.conversion == doctest::Approx(1e-7).epsilon(1e-12));
  CHECK(recording.stream.channels[0].rail_low == doctest::Approx(-3276.8));
  CHECK(recording.stream.channels[0].rail_high == doctest::Approx(3276.7));
  const auto samples = samples_of(folder.path("out.nwb"), 0);
  for (int i = 0; i < 500; ++i) {
    CHECK(samples[static_cast<std::size_t>(i)] == static_cast<float>((i * 91 % 1000 - 500) * (recording.conversion * 1e6)));
  }
}

TEST_CASE("a name planted in an EDF header and in the source's file name is in no output and in no word but that file name") {
  const ImportFolder folder;
  EdfText edf;
  edf.patient = "HN-4711 F 02-MAY-1951 Mueller_Hannelore";
  const Outcome outcome = import_edf(folder, edf, "--participant P01", "Mueller_Hannelore.edf");
  CHECK(outcome.code == 0);
  const std::string bytes = folder.bytes("out.nwb");
  for (const char* planted : {"Mueller", "Hannelore", "4711", "1951"}) {
    CHECK(bytes.find(planted) == std::string::npos);
    CHECK(outcome.words.find(planted) == std::string::npos);
  }
}

TEST_CASE("an EDF file that is cut, unfinished or longer than it says gives its complete records and ends with 3") {
  for (const char* records : {"9", "-1", "2"}) {
    CAPTURE(records);
    const ImportFolder folder;
    EdfText edf;
    edf.records = records;
    const Outcome outcome = import_edf(folder, edf);
    CHECK(outcome.code == 3);
    CHECK(outcome.words.starts_with("semg: in.edf: "));
    CHECK(RecordingReader(folder.path("out.nwb")).recording().rows >= 1000);
  }
}

TEST_CASE("a channel whose gain is zero or negative is refused when it is asked for, and the others can be had") {
  EdfText flat, upside_down, no_counts;
  flat.physical_low = flat.physical_high = "0";
  upside_down.physical_low = "3276.7";
  upside_down.physical_high = "-3276.8";
  no_counts.digital_low = no_counts.digital_high = "7";
  for (const EdfText& edf : {flat, upside_down, no_counts}) {
    const ImportFolder folder;
    const Outcome refused = import_edf(folder, edf, "--channel 'EMG left'");
    CHECK(refused.code == 65);
    CHECK(refused.words.starts_with("semg: in.edf: "));
    const Outcome other = import_edf(folder, edf, "--channel 'EMG right'");
    CHECK(other.code == 3);  // something of the file is left out
    CHECK(other.words.find("semg: in.edf: channel_refused: EMG left: ") == 0);
    CHECK(RecordingReader(folder.path("out.nwb")).info().channels.size() == 1);
  }
}

TEST_CASE("a unit that is no voltage is refused, and a stated one wins with a word about it") {
  const ImportFolder folder;
  EdfText edf;
  edf.unit = "mmHg";
  const Outcome refused = import_edf(folder, edf, "--channel 'EMG left'");
  CHECK(refused.code == 65);
  CHECK(refused.words ==
        "semg: in.edf: unit of EMG left: found mmHg, expected V, mV, uV or nV; leave it out, or import it with --unit a.u.\n");
  edf.unit = "mV";
  const Outcome stated = import_edf(folder, edf, "--unit uV");
  CHECK(stated.code == 0);
  CHECK(stated.words.find("semg: in.edf: unit_contradicts: EMG left: found mV in the file, taken as stated\n") == 0);
}

TEST_CASE("options for text are refused for EDF") {
  const ImportFolder folder;
  const Outcome outcome = import_edf(folder, {}, "--delimiter tab");
  CHECK(outcome.code == 64);
  CHECK(outcome.words == "semg: in.edf: --delimiter, --decimal, --encoding and --skip-rows are for text, which this is not\n");
}
