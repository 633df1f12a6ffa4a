// SPDX-License-Identifier: BSD-3-Clause
// What is written into a recording is what is read out of it.
#include <bit>

#include <doctest/doctest.h>

#include "io/hdf5_input.hpp"
#include "tests/io/nwb_checker.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

bool is_lost(std::int64_t row) {
  for (const Gap& gap : kSampleGaps) {
    if (row >= gap.first_row && row < gap.first_row + gap.rows) return true;
  }
  return false;
}

template <class T>
void check_round_trip(SampleType type) {
  const TemporaryFolder folder;
  const Recording head = sample_head(type);
  const auto counts = sample_counts<T>();
  write_sample(folder / "a.nwb", head, counts);

  RecordingReader reader(folder / "a.nwb");
  const Recording& read = reader.recording();
  CHECK(read.recording_id == head.recording_id);
  CHECK(read.participant_id == head.participant_id);
  CHECK(read.visit_id == head.visit_id);
  CHECK(read.session_start == head.session_start);
  CHECK(read.device == head.device);
  CHECK(read.source_format == head.source_format);
  CHECK(read.source_sha256 == head.source_sha256);
  CHECK_FALSE(read.simulated);
  CHECK(read.sample_type == head.sample_type);
  CHECK(read.conversion == head.conversion);
  CHECK(read.stream.fs_hz == head.stream.fs_hz);
  CHECK(read.stream.channels == head.stream.channels);
  CHECK(read.rows == kSampleRows);
  CHECK(read.gaps == kSampleGaps);
  CHECK(read.periods == kSamplePeriods);
  CHECK(read.events == kSampleEvents);

  const double factor = head.conversion * 1e6;
  std::vector<float> expected(counts.size(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!is_lost(static_cast<std::int64_t>(i / 3))) expected[i] = static_cast<float>(static_cast<double>(counts[i]) * factor);
  }
  for (const std::size_t max_rows : {1u, 7u, 512u, 100'000u}) CHECK(same_bits(read_grid(folder / "a.nwb", max_rows), expected));
}

}  // namespace

TEST_CASE("recording: 16-bit counts, and all that is known beside them, read back as written") {
  check_round_trip<std::int16_t>(SampleType::int16);
}
TEST_CASE("recording: 32-bit counts, and all that is known beside them, read back as written") {
  check_round_trip<std::int32_t>(SampleType::int32);
}
TEST_CASE("recording: floats, and all that is known beside them, read back as written") {
  check_round_trip<float>(SampleType::float32);
}

TEST_CASE("recording: what is not known reads back as not known") {
  const TemporaryFolder folder;
  Recording head;
  head.recording_id = "r";
  head.simulated = true;
  head.stream = {.fs_hz = 1000, .channels = {{.label = "a", .muscle = "a", .lsb = {}, .rail_low = {}, .rail_high = {}}}};
  RecordingWriter writer(folder / "a.nwb", head);
  writer.append(std::vector<float>{1, 2, 3});
  writer.finish({}, {}, {});

  const RecordingReader reader(folder / "a.nwb");
  CHECK(reader.recording().session_start == "");
  CHECK(reader.recording().participant_id == "");
  CHECK(reader.recording().visit_id == "");
  CHECK(reader.recording().device == "");
  CHECK(reader.recording().source_sha256 == "");
  CHECK(reader.recording().simulated);
  CHECK(reader.recording().stream.channels == head.stream.channels);
  CHECK(reader.recording().gaps.empty());
}

TEST_CASE("recording: distance between the electrodes and place of the reference read back, channel by channel") {
  const TemporaryFolder folder;
  Recording head = sample_head(SampleType::int16);
  head.stream.channels[0].ied_mm = 20;
  head.stream.channels[0].reference = "patella";
  head.stream.channels[1].ied_mm = 8.5;
  head.stream.channels[2].reference = "左腕";
  write_sample(folder / "a.nwb", head, sample_counts<std::int16_t>());
  CHECK(RecordingReader(folder / "a.nwb").info().channels == head.stream.channels);
}

TEST_CASE("recording: a reference that nobody states leaves the file without that column, and one that is stated makes another file") {
  const TemporaryFolder folder;
  const auto bytes_with = [&](const char* name, const std::string& reference, std::optional<double> ied_mm) {
    Recording head = sample_head(SampleType::int16);
    head.stream.channels[1].reference = reference;
    head.stream.channels[1].ied_mm = ied_mm;
    write_sample(folder / name, head, sample_counts<std::int16_t>());
    return Hdf5Input(folder / name).text("/identifier").value_or("");
  };
  const std::string without = bytes_with("none.nwb", "", {});
  CHECK_FALSE(Hdf5Input(folder / "none.nwb").has("/general/extracellular_ephys/electrodes/reference"));
  CHECK(bytes_with("reference.nwb", "patella", {}) != without);
  CHECK(Hdf5Input(folder / "reference.nwb").has("/general/extracellular_ephys/electrodes/reference"));
  CHECK(bytes_with("distance.nwb", "", 20) != without);
}

TEST_CASE("recording: with electrodes described it is still valid NWB") {
  const TemporaryFolder folder;
  Recording head = sample_head(SampleType::int16);
  for (Channel& channel : head.stream.channels) {
    channel.ied_mm = 20;
    channel.reference = "patella";
  }
  write_sample(folder / "a.nwb", head, sample_counts<std::int16_t>());
  CHECK(nwb_faults(folder / "a.nwb").empty());
}

TEST_CASE("recording: arbitrary units are stored as such, and a sample is count times conversion") {
  const TemporaryFolder folder;
  Recording head = sample_head(SampleType::int16);
  head.conversion = 0.1;
  for (Channel& channel : head.stream.channels) channel.unit = Unit::arbitrary;
  const auto counts = sample_counts<std::int16_t>();
  write_sample(folder / "a.nwb", head, counts);
  RecordingReader reader(folder / "a.nwb");
  CHECK(reader.info().channels == head.stream.channels);
  CHECK(reader.recording().conversion == 0.1);
  Block block(3, 10);
  REQUIRE(reader.read(block));
  CHECK(block.row(4)[1] == static_cast<float>(counts[13] * 0.1));
}

TEST_CASE("recording: a block never spans a gap, and the next one says where it begins") {
  const TemporaryFolder folder;
  write_sample(folder / "a.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  RecordingReader reader(folder / "a.nwb");
  const auto blocks = read_blocks(reader, 100'000);
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[0].first == 0);
  CHECK(blocks[0].end() == 1000);
  CHECK(blocks[1].first == 1007);
  CHECK(blocks[1].end() == 2500);
  CHECK(blocks[2].first == 2501);
  CHECK(blocks[2].end() == 4990);
}

TEST_CASE("recording: rows in which every channel is NaN are a gap, a row with one NaN is not") {
  const TemporaryFolder folder;
  auto samples = sample_counts<float>(100);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t row : {0u, 1u, 50u, 51u, 99u}) samples[row * 3] = samples[row * 3 + 1] = samples[row * 3 + 2] = nan;
  samples[70 * 3 + 1] = nan;
  RecordingWriter writer(folder / "a.nwb", sample_head(SampleType::float32));
  writer.append(samples);
  writer.finish({}, {}, {});
  RecordingReader reader(folder / "a.nwb");
  const auto blocks = read_blocks(reader, 1000);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].first == 2);
  CHECK(blocks[0].end() == 50);
  CHECK(blocks[1].first == 52);
  CHECK(blocks[1].end() == 99);
  CHECK(std::isnan(blocks[1].row(70 - 52)[1]));
}

TEST_CASE("recording: reading starts again at any row, also inside a gap and after the end") {
  const TemporaryFolder folder;
  write_sample(folder / "a.nwb", sample_head(SampleType::int32), sample_counts<std::int32_t>());
  const auto grid = read_grid(folder / "a.nwb");
  RecordingReader reader(folder / "a.nwb");
  Block block(3, 64);
  for (const std::int64_t row : {4980, 0, 1003, 2499, 2500, 3000}) {
    reader.seek(row);
    REQUIRE(reader.read(block));
    const std::int64_t first = row == 1003 ? 1007 : row == 2500 ? 2501 : row;
    CHECK(block.first == first);
    CHECK(block.row(0)[2] == grid[static_cast<std::size_t>(first) * 3 + 2]);
  }
  reader.seek(4995);
  CHECK_FALSE(reader.read(block));
  reader.seek(1'000'000);
  CHECK_FALSE(reader.read(block));
}

TEST_CASE("recording: a head that cannot be a recording is refused, and nothing is left behind") {
  const TemporaryFolder folder;
  const auto sentence = [&](const Recording& head) -> std::string {
    try {
      RecordingWriter writer(folder / "a.nwb", head);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  Recording head = sample_head(SampleType::int16);
  head.stream.fs_hz = 0;
  CHECK(sentence(head) == "a.nwb: rate: found 0 Hz, expected above 0 and at most 1000000 Hz");
  head = sample_head(SampleType::int16);
  head.stream.channels.clear();
  CHECK(sentence(head) == "a.nwb: channels: found none, expected at least one");
  head = sample_head(SampleType::int16);
  head.stream.channels[1].unit = Unit::arbitrary;
  CHECK(sentence(head) == "a.nwb: channels: found microvolts beside a.u., expected one unit");
  head = sample_head(SampleType::int16);
  head.conversion = -1;
  CHECK(sentence(head) == "a.nwb: conversion: found -1, expected a finite number above 0");
  for (const char* start : {"2026-07-27 10:00", "2026-07-27T10:00:00", "2026-13-27T10:00:00Z", "2026-07-27T10:00:00.+08:00"}) {
    head = sample_head(SampleType::int16);
    head.session_start = start;
    CHECK(sentence(head) ==
          std::string("a.nwb: session start: found '") + start + "', expected a date and time with offset, as 2026-07-27T10:00:00+08:00");
  }
  for (const char* start : {"2026-07-27T10:00:00Z", "2026-07-27T10:00:00.125-03:30"}) {
    head.session_start = start;
    CHECK(sentence(head) == "");
  }
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("recording: stretches out of order or beyond the rows are refused at the end") {
  const TemporaryFolder folder;
  const auto sentence = [&](const std::vector<Gap>& gaps, const std::vector<Period>& periods) -> std::string {
    RecordingWriter writer(folder / "a.nwb", sample_head(SampleType::int16));
    try {
      writer.append(sample_counts<std::int16_t>(100));
      writer.finish(gaps, periods, {});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(sentence({{90, 11}}, {}) == "a.nwb: gaps: found rows 90 to 100, expected them in order, apart, and within 100 rows");
  CHECK(sentence({}, {{10, 10, "a", 1}, {19, 10, "a", 2}}) ==
        "a.nwb: periods: found rows 19 to 28, expected them in order, apart, and within 100 rows");
  CHECK(names_in(folder.path()).empty());
}
