// SPDX-License-Identifier: BSD-3-Clause
// OT Bioelettronica Muovi and Muovi+: frames, and the whole way from an emulated probe.
#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/devices/otb_frames.hpp"
#include "tests/io/devices/muovi_emulator.hpp"
#include "tests/io/devices/rows_came.hpp"

namespace semg::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

OtbStream stream_of(unsigned command, std::size_t channels) {
  const std::byte byte{static_cast<unsigned char>(command)};
  return *muovi_stream(channels, {&byte, 1});
}

std::vector<std::byte> rows_of(const OtbStream& stream, std::int64_t first, std::int64_t count) {
  std::vector<std::byte> bytes;
  for (std::int64_t row = first; row < first + count; ++row) append_otb_row(stream, row, bytes);
  return bytes;
}

/// All that a framer gives for bytes in pieces of one length.
struct Framed {
  std::vector<std::byte> samples;
  std::vector<std::uint32_t> counters;
  std::vector<std::size_t> triggers;  // rows at which one began
  std::size_t garbage = 0;
  bool operator==(const Framed&) const = default;
};

Framed framed(const OtbStream& stream, std::span<const std::byte> bytes, std::size_t piece) {
  OtbFramer framer({.words = stream.words, .channels = stream.channels, .word_bytes = stream.word_bytes});
  Framed all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const OtbRows& rows = framer.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    all.samples.insert(all.samples.end(), rows.samples.begin(), rows.samples.end());
    for (const RowRun& run : rows.runs) {
      if (run.trigger_began) all.triggers.push_back(all.counters.size());
      for (std::uint32_t k = 0; k < run.rows; ++k) all.counters.push_back((run.counter + k) & 0xFFFF);
    }
    all.garbage += rows.garbage;
  }
  return all;
}

void check_whole_way(const std::string& more, std::size_t channels, Habits habits) {
  const int port = free_port();
  MuoviEmulator probe(port, channels, habits);
  const auto got = receive(open_muovi(LiveUri("muovi:?port=" + std::to_string(port) + more)), milliseconds(1500), seconds(200));
  CHECK(probe.is_told_to_stop());
  CHECK(got.head.stream.channels.size() == channels);
  CHECK(got.head.stream.fs_hz == probe.stream().fs_hz);
  check_rows_came(got, probe.sent(), 0, [&](std::int64_t row, std::size_t c) { return otb_value(probe.stream(), row, c); });
}

}  // namespace

TEST_CASE("Muovi: 16-bit rows are big-endian, and the last of their words counts them") {
  const OtbStream stream = stream_of(0x09, 32);
  const auto bytes = rows_of(stream, 0, 8);
  CHECK(bytes.size() == 8 * 76);
  const auto got = framed(stream, bytes, bytes.size());
  REQUIRE(got.counters.size() == 8);
  CHECK(got.counters.front() == 63536);
  std::int16_t sample = 0;
  std::memcpy(&sample, got.samples.data() + (5 * 32 + 31) * 2, 2);
  CHECK(sample == emulated_count(5, 31));
}

TEST_CASE("Muovi: 24-bit rows keep their sign") {
  const OtbStream stream = stream_of(0x01, 32);
  CHECK(stream.fs_hz == 500);
  const auto got = framed(stream, rows_of(stream, 1600, 40), 1000);  // in a burst
  REQUIRE(got.counters.size() == 40);
  bool saw_negative = false;
  for (std::int64_t row = 0; row < 40; ++row) {
    for (std::size_t c = 0; c < 32; ++c) {
      std::int32_t sample = 0;
      std::memcpy(&sample, got.samples.data() + (static_cast<std::size_t>(row) * 32 + c) * 4, 4);
      CHECK(sample == otb_value(stream, 1600 + row, c));
      saw_negative = saw_negative || sample < -65536;
    }
  }
  CHECK(saw_negative);
}

TEST_CASE("Muovi: any cut of the bytes gives the same rows, with losses, garbage and the counter's wrap in them") {
  const OtbStream stream = stream_of(0x09, 32);
  auto bytes = rows_of(stream, 1950, 60);  // the counter wraps at row 2000
  for (const auto& part : {rows_of(stream, 2028, 30), garbage_bytes(97, 1), rows_of(stream, 2058, 30)})
    bytes.insert(bytes.end(), part.begin(), part.end());
  const auto whole = framed(stream, bytes, bytes.size());
  CHECK(whole.counters.size() == 60 + 30 + 29);
  CHECK(whole.garbage == 97 + 76);
  CHECK(whole.counters[60] == 28);
  CHECK(whole.counters[90] == 59);
  for (const std::size_t piece : {1, 7, 75, 76, 77, 700}) CHECK(framed(stream, bytes, piece) == whole);
}

TEST_CASE("Muovi: a trigger begins where the sign of the buffer's word says so, once, at 16 and at 24 bits") {
  for (const unsigned command : {0x09u, 0x01u}) {
    const OtbStream stream = stream_of(command, 32);
    const std::int64_t first = otb_trigger_row(stream) - 50;
    const auto got = framed(stream, rows_of(stream, first, 300), 501);
    CHECK(got.triggers == std::vector<std::size_t>{50});
    // A stream that begins within a trigger does not tell when it began.
    CHECK(framed(stream, rows_of(stream, first + 60, 300), 501).triggers.empty());
  }
}

TEST_CASE("Muovi: in test mode every word counts, so a loss can only be told by connecting anew") {
  const OtbStream stream = stream_of(0x0F, 32);
  auto bytes = rows_of(stream, 0, 40);
  CHECK(framed(stream, bytes, 100).counters.size() == 40);
  const auto more = rows_of(stream, 58, 100);
  bytes.insert(bytes.end(), more.begin(), more.end());
  const auto got = framed(stream, bytes, 100);
  CHECK(got.counters.size() == 40);
  CHECK(got.garbage == more.size());
}

TEST_CASE("Muovi: every row comes through with losses, cut connections, garbage and drift") {
  check_whole_way("", 32, {.seconds = live_seconds(), .drift_ppm = 80});
}

TEST_CASE("Muovi+: every row comes through with losses, cut connections and garbage") {
  check_whole_way("&probe=muovi%2B&gain=4", 64, {.seconds = live_seconds()});
}

TEST_CASE("Muovi in EEG mode: every row of 24 bits comes through") {
  check_whole_way("&mode=eeg", 32, {.seconds = live_seconds()});
}

TEST_CASE("Muovi: a trigger becomes an event at its row") {
  const int port = free_port();
  MuoviEmulator probe(port, 32, {.seconds = 2, .lost_share = 0, .drops = {}, .garbage_s = -1});
  Intake intake;
  std::jthread thread(
      [&, reader = open_muovi(LiveUri("muovi:?port=" + std::to_string(port)))](std::stop_token stop) { reader(intake, stop); });
  REQUIRE(intake.wait_for_head(seconds(5), {}) != nullptr);
  std::vector<Intake::DeviceEvent> events;
  for (std::int64_t end = 0; end < 2000;) {
    const RawBlock* block = intake.take(milliseconds(1000));
    REQUIRE(block != nullptr);
    end = block->first + static_cast<std::int64_t>(block->rows);
    for (auto& event : intake.take_events()) events.push_back(event);
  }
  REQUIRE(events.size() == 1);
  CHECK(events[0].row == otb_trigger_row(probe.stream()));
  CHECK(events[0].text == "trigger");
}

TEST_CASE("Muovi: a probe of another width is told, and none of its bytes become rows") {
  const int port = free_port();
  MuoviEmulator probe(port, 64, {.seconds = 3, .drops = {}});
  Intake intake;
  std::jthread thread(
      [&, reader = open_muovi(LiveUri("muovi:?port=" + std::to_string(port)))](std::stop_token stop) { reader(intake, stop); });
  std::string told;
  for (int k = 0; k < 300 && told.find("no rows") == std::string::npos; ++k) {
    std::this_thread::sleep_for(milliseconds(10));
    told = intake.trouble();
  }
  CHECK(told ==
        "OT Bioelettronica Muovi sends what are no rows of 38 words of 16 bits; connecting anew (if this stays: probe=, mode=, gain=)");
  CHECK(intake.counts().rows == 0);
  CHECK(intake.counts().garbage_bytes > 0);
}

TEST_CASE("Muovi: its samples are scaled as its gain says") {
  const int port = free_port();
  MuoviEmulator probe(port, 64, {.seconds = 0.5, .lost_share = 0, .drops = {}, .garbage_s = -1});
  const auto got = receive(open_muovi(LiveUri("muovi:?probe=muovi%2B&gain=4&port=" + std::to_string(port))), milliseconds(300), seconds(5));
  CHECK(got.head.device == "OT Bioelettronica Muovi+");
  CHECK(got.head.source_format == "muovi");
  CHECK(got.head.sample_type == SampleType::int16);
  CHECK(got.head.conversion == 572.2e-9);
  const Channel& last = got.head.stream.channels.back();
  CHECK(last.label == "EMG64");
  CHECK(*last.lsb == doctest::Approx(0.5722));
  CHECK(*last.rail_low == doctest::Approx(-18750).epsilon(1e-4));
  CHECK(*last.rail_high == doctest::Approx(18749.4).epsilon(1e-4));
  CHECK(probe.stream().fs_hz == 2000);
  CHECK_FALSE(got.head.simulated);
}

TEST_CASE("Muovi: what is wrong in its URI is said before anything is opened") {
  CHECK_THROWS_WITH_AS(open_muovi(LiveUri("muovi:?gain=6")), "muovi:?gain=6: gain: found '6', expected 8, 4", Error);
  CHECK_THROWS_WITH_AS(open_muovi(LiveUri("muovi:?ports=1")), "muovi:?ports=1: key: found 'ports', expected port, mode, gain, probe",
                       Error);
  CHECK_THROWS_AS(open_muovi(LiveUri("muovi:?port=70000")), Error);
}

}  // namespace semg::test
