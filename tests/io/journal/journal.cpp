// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "io/journal/crc32c.hpp"
#include "io/journal/journal_format.hpp"
#include "tests/io/journal/journal_stream.hpp"

using namespace semg;

namespace {

std::string sentence_of(const std::function<void()>& work, Fault fault) {
  try {
    work();
  } catch (const Error& error) {
    return error.fault() == fault ? error.what() : std::string("another fault: ") + error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("crc-32c: the value of RFC 3720's example, whatever the length modulo eight") {
  const std::string digits = "123456789";
  CHECK(crc32c(std::as_bytes(std::span(digits))) == 0xE3069283u);
  const std::vector<std::byte> zeros(32), ones(32, std::byte{0xFF});
  CHECK(crc32c(zeros) == 0x8A9136AAu);
  CHECK(crc32c(ones) == 0x62A8AB43u);
  CHECK(crc32c({}) == 0u);
}

TEST_CASE("a journal gives back what was put into it: rows, gaps, periods, events, head") {
  const TemporaryFolder folder;
  const auto place = folder / "a.nwb.journal";
  const Recording head = stream_head();
  {
    JournalWriter writer(place, head, {.segment_s = 600, .sync_s = 0.01});
    CHECK(writer.folder() == place);
    REQUIRE(append_stream(writer, 0));
    REQUIRE(writer.begin_period(0, "rest", 0));
    REQUIRE(append_stream(writer, 96));
    REQUIRE(writer.end_period(150));
    REQUIRE(writer.begin_period(150, "grip", 1));
    REQUIRE(writer.append_event({.t_s = 1.0 / 3, .duration_s = 0.1, .text = "用力"}));
    REQUIRE(append_stream(writer, 200));
    REQUIRE(writer.end_period(290));
    REQUIRE(writer.drop_period(1));
    REQUIRE(writer.begin_period(290, "grip", 1));
    REQUIRE(writer.append_event({.t_s = 0.2, .duration_s = 0, .text = "cough"}));
    REQUIRE(writer.strike_event(1));
    REQUIRE(writer.append_clock(1999.9, -50, "2026-07-27T02:00:01+00:00"));
    REQUIRE(append_stream(writer, 300, 5000));  // more than one block holds
    CHECK(writer.acknowledged_rows() == 3 * 96 + 5000);
    REQUIRE(writer.finish());
    CHECK(writer.synced_rows() == 3 * 96 + 5000);
    CHECK_FALSE(append_stream(writer, 6000));
    CHECK(writer.trouble() == "the journal has its end");
  }
  const CameBack back = read_back(place);
  CHECK(back.refusal == "");
  CHECK(back.findings.ended);
  CHECK(back.findings.rows == 5300);
  CHECK(back.findings.good_rows == 3 * 96 + 5000);
  CHECK(back.findings.gaps == 2);
  CHECK(back.findings.damaged_bytes == 0);
  CHECK(back.findings.broken_places == 0);
  CHECK(back.wrong_samples == 0);
  CHECK(back.good_rows == 3 * 96 + 5000);
  CHECK(back.stretches == std::map<std::int64_t, std::int64_t>{{0, 192}, {200, 96}, {300, 5000}});
  const Recording& found = back.recording;
  CHECK(found.gaps == std::vector<Gap>{{192, 8}, {296, 4}});
  CHECK(found.periods == std::vector<Period>{{0, 150, "rest", 0}, {290, 5010, "grip", 1}});
  CHECK(back.findings.notes == std::vector<std::string>{"period 3 (grip 1) had no end: it ends with row 5299"});
  CHECK(found.events == std::vector<Event>{{1.0 / 3, 0.1, "用力"}, {0.2, 0, "[struck out] cough"}});
  CHECK(found.recording_id == head.recording_id);
  CHECK(found.participant_id == head.participant_id);
  CHECK(found.visit_id == head.visit_id);
  CHECK(found.session_start == head.session_start);
  CHECK(found.device == head.device);
  CHECK(found.source_format == head.source_format);
  CHECK(found.simulated == head.simulated);
  CHECK(found.sample_type == head.sample_type);
  CHECK(found.conversion == head.conversion);
  CHECK(found.stream.fs_hz == head.stream.fs_hz);
  CHECK(found.stream.channels == head.stream.channels);
}

TEST_CASE("a head comes back exactly, whatever its doubles and words are") {
  const TemporaryFolder folder;
  Recording head = sample_head(SampleType::float32);
  head.stream.channels[0].ied_mm = 0.1 + 0.2;
  head.stream.channels[1].reference = "肘";
  for (Channel& channel : head.stream.channels) channel.unit = Unit::arbitrary;
  head.conversion = 1.0 / 3;
  { JournalWriter writer(folder / "j", head); }
  const JournalReader reader(folder / "j");
  CHECK(reader.recording().stream.channels == head.stream.channels);
  CHECK(reader.recording().stream.fs_hz == head.stream.fs_hz);
  CHECK(reader.recording().conversion == head.conversion);
  CHECK(reader.recording().source_sha256 == head.source_sha256);
  CHECK(reader.recording().sample_type == SampleType::float32);
  CHECK(reader.recording().rows == 0);
}

TEST_CASE("a segment is left for a new one, each can be read alone, and a lost one is a gap that is told") {
  const TemporaryFolder folder;
  const auto place = folder / "a.nwb.journal";
  {
    JournalWriter writer(place, stream_head(), {.segment_s = 0.3, .sync_s = 0.001});
    for (std::int64_t k = 0; k < 60; ++k) {
      REQUIRE(append_stream(writer, k * kStreamRows));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    REQUIRE(writer.finish());
  }
  CameBack back = read_back(place);
  CHECK(back.findings.ended);
  CHECK(back.has(0, 60 * kStreamRows));
  CHECK(back.wrong_samples == 0);
  REQUIRE(back.findings.segments > 3);

  std::filesystem::create_directory(folder / "alone");
  std::filesystem::copy_file(place / segment_name(2), folder.path() / "alone" / segment_name(2));
  const CameBack alone = read_back(folder / "alone");
  CHECK(alone.wrong_samples == 0);
  CHECK(alone.good_rows >= 300);
  CHECK(alone.findings.broken_places == 1);
  CHECK(alone.findings.notes.at(0) == "segments 000001.emgj to 000001.emgj are missing");

  std::filesystem::remove(place / segment_name(2));
  back = read_back(place);
  CHECK_FALSE(back.findings.ended);
  CHECK(back.wrong_samples == 0);
  CHECK(back.good_rows == 60 * kStreamRows - alone.good_rows);
  CHECK(back.findings.broken_places == 1);
  REQUIRE(back.recording.gaps.size() == 1);
  CHECK(back.recording.gaps[0].rows == alone.good_rows);
  CHECK(back.findings.notes.at(1) == "rows " + std::to_string(back.recording.gaps[0].first_row) + " to " +
                                         std::to_string(back.recording.gaps[0].first_row + alone.good_rows - 1) +
                                         " are missing: blocks that had been written are damaged or lost");
}

TEST_CASE("a journal is written once, and not read while it is written") {
  const TemporaryFolder folder;
  const auto place = folder / "a.nwb.journal";
  {
    JournalWriter writer(place, stream_head());
    REQUIRE(append_stream(writer, 0));
    CHECK(sentence_of([&] { JournalReader reader(place); }, Fault::try_again) ==
          "a.nwb.journal: found it being written just now, expected a writer that is gone");
    CHECK(sentence_of([&] { JournalWriter second(place, stream_head()); }, Fault::cannot_create) ==
          place.string() + ": found it there already, expected a new name; a journal is never written to again");
    REQUIRE(append_stream(writer, kStreamRows));
  }
  const JournalReader reader(place), second(place);  // readers do not exclude each other
  CHECK(reader.findings().good_rows == 2 * kStreamRows);
  CHECK_FALSE(reader.findings().ended);
  CHECK(sentence_of([&] { JournalWriter again(place, stream_head()); }, Fault::cannot_create) != "");
  CHECK(reader.findings().good_rows == 2 * kStreamRows);
}

TEST_CASE("what is no journal is refused by name") {
  const TemporaryFolder folder;
  CHECK(sentence_of([&] { JournalReader reader(folder / "none"); }, Fault::no_input) == (folder / "none").string() + ": no such journal");
  write_bytes(folder / "file", {});
  CHECK(sentence_of([&] { JournalReader reader(folder / "file"); }, Fault::data) ==
        "file: found a file, expected the folder NAME.nwb.journal");
  std::filesystem::create_directory(folder / "empty");
  CHECK(sentence_of([&] { JournalReader reader(folder.path() / "empty/"); }, Fault::data) ==
        "empty: segments: found none, expected 000001.emgj and more");
  write_bytes(folder.path() / "empty/000001.emgj", std::vector<std::byte>(100));
  CHECK(sentence_of([&] { JournalReader reader(folder / "empty"); }, Fault::data) ==
        "empty: head: found none that can be read in 1 segments, expected one in each");
  Recording none = stream_head();
  none.stream.channels.clear();
  CHECK(sentence_of([&] { JournalWriter writer(folder / "j", none); }, Fault::data) == "j: channels: found none, expected at least one");
  CHECK(sentence_of([&] { JournalWriter writer(folder / "no/j", stream_head()); }, Fault::cannot_create) ==
        (folder / "no/j").string() + ": cannot be made: No such file or directory");
}

TEST_CASE("rows that are stored already, and parts of a row, are not taken") {
  const TemporaryFolder folder;
  {
    JournalWriter writer(folder / "j", stream_head());
    REQUIRE(append_stream(writer, 0));
    CHECK_FALSE(append_stream(writer, 50));
    CHECK(writer.trouble() == "rows that are stored already");
    const auto rows = stream_rows(200, 2);
    CHECK_FALSE(writer.append(200, std::as_bytes(std::span(rows)).first(kStreamRowBytes + 2), 0));
    CHECK(writer.trouble() == "a part of a row");
    CHECK(writer.append(200, {}, 0));
    CHECK_FALSE(writer.strike_event(0));
    CHECK_FALSE(writer.end_period(10));
    CHECK_FALSE(writer.drop_period(0));
    CHECK(append_stream(writer, 96));
    CHECK(writer.acknowledged_rows() == 192);
  }
  CHECK(read_back(folder / "j").has(0, 192));
}

TEST_CASE("a segment of another journal among one's own is left out") {
  const TemporaryFolder folder;
  {
    JournalWriter writer(folder / "j", stream_head());
    REQUIRE(append_stream(writer, 0));
    Recording other = stream_head();
    other.recording_id = "S02_B1";
    JournalWriter another(folder / "k", other);
    REQUIRE(append_stream(another, 96));
  }
  std::filesystem::copy_file(folder.path() / "k/000001.emgj", folder.path() / "j/000002.emgj");
  const CameBack back = read_back(folder / "j");
  CHECK(back.good_rows == 96);
  CHECK(back.findings.notes == std::vector<std::string>{"2 blocks belong to another journal and are left out"});
}
