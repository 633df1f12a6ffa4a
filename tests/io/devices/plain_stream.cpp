// SPDX-License-Identifier: BSD-3-Clause
// Plain frames over TCP and a serial port: frames, and the whole way from an emulated device.
#include <random>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/io/devices/plain_emulator.hpp"
#include "tests/io/devices/rows_came.hpp"

namespace semg::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::vector<std::byte> kSync{std::byte{0xA5}, std::byte{0x5A}};
constexpr std::array kTypes{PlainType::i16le, PlainType::i16be, PlainType::i24le, PlainType::i24be, PlainType::i32le, PlainType::f32le};

std::vector<std::byte> frames_of(const PlainLayout& layout, std::int64_t first, std::int64_t count) {
  std::vector<std::byte> bytes;
  for (std::int64_t row = first; row < first + count; ++row) append_plain_frame(layout, row, bytes);
  return bytes;
}

std::vector<std::byte> joined(std::initializer_list<std::vector<std::byte>> parts) {
  std::vector<std::byte> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Framed {
  std::vector<std::byte> samples;
  std::vector<std::uint32_t> counters;
  std::vector<std::pair<std::size_t, std::size_t>> losses;  // row before which garbage was, about how many rows it replaced
  std::size_t garbage = 0;
  bool lost = false;
  bool operator==(const Framed&) const = default;
};

Framed framed(const PlainLayout& layout, std::span<const std::byte> bytes, std::size_t piece,
              void (PlainFramer::*start)() = &PlainFramer::start_with_frame) {
  PlainFramer framer(layout);
  (framer.*start)();
  Framed all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const PlainRows& rows = framer.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    all.samples.insert(all.samples.end(), rows.samples.begin(), rows.samples.end());
    for (const PlainRun& run : rows.runs) {
      if (run.lost_before > 0) all.losses.emplace_back(all.counters.size(), run.lost_before);
      for (std::uint32_t k = 0; k < run.rows; ++k)
        all.counters.push_back(layout.counter_bits > 0 ? (run.counter + k) & (~0U >> (32 - layout.counter_bits)) : 0);
    }
    all.garbage += rows.garbage;
  }
  all.lost = framer.is_lost();
  return all;
}

std::int32_t sample_at(const Framed& got, const PlainLayout& layout, std::size_t row, std::size_t channel) {
  const std::size_t bytes = size_of(stored_as(layout.type)), at = (row * layout.channels + channel) * bytes;
  std::int16_t narrow = 0;
  std::int32_t wide = 0;
  if (bytes == 2) {
    std::memcpy(&narrow, got.samples.data() + at, 2);
    return narrow;
  }
  std::memcpy(&wide, got.samples.data() + at, 4);
  return wide;
}

/// A name for a serial port that no other test uses.
std::filesystem::path port_name(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("semg_plain_" + std::to_string(::getpid()) + "_" + name);
}

void check_tcp(const PlainLayout& layout, double fs_hz, std::int64_t off_rows, const std::string& query, Habits habits) {
  auto line = std::make_unique<TcpLine>();
  const int port = line->port();
  PlainEmulator device(std::move(line), layout, fs_hz, std::move(habits));
  const auto got = receive(open_tcp(LiveUri("tcp:127.0.0.1:" + std::to_string(port) + query)), milliseconds(1300), seconds(200));
  CHECK(got.head.stream.fs_hz == fs_hz);
  CHECK(got.head.sample_type == stored_as(layout.type));
  check_rows_came(got, device.sent(), off_rows, [&](std::int64_t row, std::size_t c) { return plain_value(layout.type, row, c); });
}

}  // namespace

TEST_CASE("plain frames: every type of value and every counter comes out as it went in") {
  for (const PlainType type : kTypes) {
    for (const int bits : {0, 8, 16, 32}) {
      CAPTURE(static_cast<int>(type));
      CAPTURE(bits);
      const PlainLayout layout{.sync = kSync, .counter_bits = bits, .channels = 3, .type = type};
      const auto got = framed(layout, frames_of(layout, 1600, 50), 17);
      REQUIRE(got.counters.size() == 49);  // the last waits for the head behind it
      CHECK(got.garbage == 0);
      bool saw_negative = false;
      for (std::size_t row = 0; row < 49; ++row) {
        const std::int64_t sent = 1600 + static_cast<std::int64_t>(row);
        if (bits > 0) CHECK(got.counters[row] == (plain_counter(sent) & (~0U >> (32 - bits))));
        for (std::size_t c = 0; c < 3; ++c) {
          CHECK(sample_at(got, layout, row, c) == plain_value(type, sent, c));
          saw_negative = saw_negative || plain_value(type, sent, c) < 0;
        }
      }
      CHECK(saw_negative);
    }
  }
}

TEST_CASE("plain frames: a jump of the counter costs no other row, with the wrap in it") {
  const PlainLayout layout{.sync = kSync, .counter_bits = 8, .channels = 4, .type = PlainType::i16be};
  const auto got = framed(layout, joined({frames_of(layout, 690, 20), frames_of(layout, 713, 1), frames_of(layout, 715, 10)}), 1);
  REQUIRE(got.counters.size() == 30);
  CHECK(got.counters[0] == 246);
  CHECK(got.counters[20] == 13);
  CHECK(got.counters[21] == 15);
  CHECK(got.garbage == 0);
  CHECK(got.losses.empty());
}

TEST_CASE("plain frames: garbage costs the frames beside it, and a frame that it cut is never given") {
  for (const int bits : {0, 16}) {
    const PlainLayout layout{.sync = kSync, .counter_bits = bits, .channels = 4, .type = PlainType::i16le};
    const auto all = frames_of(layout, 0, 60);
    for (std::size_t cut = 0; cut < layout.frame_bytes(); ++cut) {
      for (std::size_t length = 1; length < 40; length += 3) {
        CAPTURE(bits);
        CAPTURE(cut);
        CAPTURE(length);
        const auto place = all.begin() + static_cast<std::ptrdiff_t>(20 * layout.frame_bytes() + cut);
        const auto bytes = joined({{all.begin(), place}, garbage_bytes(length, 60 * length + cut), {place, all.end()}});
        const auto got = framed(layout, bytes, 50);
        const std::size_t rows = got.counters.size();
        // Head of 20 whole: 19 is certain. The first frame behind garbage is left out.
        CHECK(rows >= 19 + 37);
        CHECK(rows <= 20 + 38);
        CHECK((rows * layout.frame_bytes() + got.garbage) == bytes.size() - layout.frame_bytes());
        const auto is_row = [&](std::size_t k, std::size_t sent) {
          bool same = true;
          for (std::size_t c = 0; c < 4; ++c)
            same = same && sample_at(got, layout, k, c) == plain_value(layout.type, static_cast<std::int64_t>(sent), c);
          return same;
        };
        std::size_t wrong = 0;
        for (std::size_t k = 0; k < rows; ++k) wrong += !((k < 20 && is_row(k, k)) || (k >= 19 && is_row(k, 59 + k - rows)));
        CHECK(wrong == 0);
        if (bits == 0) {
          REQUIRE(got.losses.size() == 1);
          CHECK(got.losses[0].second >= 1);
        }
      }
    }
  }
}

TEST_CASE("plain frames without a sync word: counters that go on say where frames are") {
  const PlainLayout layout{.sync = {}, .counter_bits = 16, .channels = 4, .type = PlainType::i16be};
  const auto got = framed(layout, joined({frames_of(layout, 0, 20), garbage_bytes(33, 2), frames_of(layout, 20, 20)}), 7);
  CHECK(got.counters.size() == 19 + 18);
  CHECK(got.counters.back() == (plain_counter(38) & 0xFFFF));
  // Lost frames cost no other.
  const auto jumps = framed(layout, joined({frames_of(layout, 0, 20), frames_of(layout, 21, 1), frames_of(layout, 30, 20)}), 7);
  CHECK(jumps.counters.size() == 20 + 1 + 19);
}

TEST_CASE("plain frames: a connection that begins within a frame gives nothing of it, even where a flat channel looks like the sync word") {
  const PlainLayout layout{.sync = kSync, .counter_bits = 0, .channels = 4, .type = PlainType::i16be};
  std::vector<std::byte> bytes;
  for (int row = 0; row < 40; ++row) {
    auto frame = frames_of(layout, row, 1);
    frame[4] = kSync[0];
    frame[5] = row < 20 ? kSync[1] : std::byte{0};
    bytes.insert(bytes.end(), frame.begin(), frame.end());
  }
  const auto within = std::span(bytes).subspan(4);
  const auto got = framed(layout, within, 64, &PlainFramer::start_anywhere);
  REQUIRE(!got.counters.empty());
  CHECK_FALSE(got.lost);
  CHECK(sample_at(got, layout, got.counters.size() - 1, 0) == plain_value(layout.type, 38, 0));
  for (std::size_t row = 0; row < got.counters.size(); ++row) {
    const auto sent = static_cast<std::int64_t>(39 - got.counters.size() + row);
    CHECK(sample_at(got, layout, row, 3) == plain_value(layout.type, sent, 3));
  }
}

TEST_CASE("plain frames with nothing to tell them by begin with the connection") {
  const PlainLayout layout{.sync = {}, .counter_bits = 0, .channels = 5, .type = PlainType::i24le};
  const auto got = framed(layout, frames_of(layout, 1600, 30), 4);
  REQUIRE(got.counters.size() == 30);
  CHECK(sample_at(got, layout, 29, 4) == plain_value(layout.type, 1629, 4));
}

TEST_CASE("plain frames: any cut of any bytes gives the same rows, and other bytes never give any") {
  std::mt19937 random(8);
  for (const PlainLayout& layout : {PlainLayout{.sync = kSync, .counter_bits = 16, .channels = 3, .type = PlainType::i24be},
                                    PlainLayout{.sync = kSync, .counter_bits = 0, .channels = 3, .type = PlainType::f32le},
                                    PlainLayout{.sync = {std::byte{7}}, .counter_bits = 8, .channels = 2, .type = PlainType::i16le},
                                    PlainLayout{.sync = {}, .counter_bits = 32, .channels = 1, .type = PlainType::i32le}}) {
    for (int round = 0; round < 30; ++round) {
      std::vector<std::byte> bytes;
      for (std::int64_t part = 0, row = 0; part < 10; ++part) {
        const int kind = static_cast<int>(random() % 4);
        const auto length = static_cast<std::int64_t>(random() % 30);
        if (kind == 0) bytes = joined({bytes, garbage_bytes(static_cast<std::size_t>(length), random())});
        if (kind == 1) row += length;
        bytes = joined({bytes, frames_of(layout, row, length)});
        if (kind == 2 && bytes.size() > 5) bytes.resize(bytes.size() - 5);
        row += length;
      }
      const auto whole = framed(layout, bytes, bytes.size());
      for (const std::size_t piece : {1, 2, 7, 33, 300}) CHECK(framed(layout, bytes, piece) == whole);
    }
    const auto nothing = framed(layout, garbage_bytes(20000, 6), 999);
    CHECK(nothing.counters.empty());
    CHECK(nothing.lost);
    CHECK(nothing.garbage == 20000);
  }
}

TEST_CASE("tcp: every row comes through with losses, cut connections, garbage and drift") {
  check_tcp({.sync = kSync, .counter_bits = 16, .channels = 8, .type = PlainType::i16le}, 2000, 0,
            "?channels=8&fs=2000&type=i16le&uv_per_count=0.5&sync=a55a&counter_bits=16", {.seconds = live_seconds(), .drift_ppm = 70});
}

TEST_CASE("tcp: 24 bits, an 8-bit counter that wraps while the connection is cut") {
  check_tcp({.sync = kSync, .counter_bits = 8, .channels = 4, .type = PlainType::i24be}, 1000, 0,
            "?channels=4&fs=1000&type=i24be&unit=a.u.&sync=A55A&counter_bits=8", {.seconds = live_seconds()});
}

TEST_CASE("tcp: a 32-bit counter without a sync word") {
  check_tcp({.sync = {}, .counter_bits = 32, .channels = 4, .type = PlainType::i32le}, 500, 0,
            "?channels=4&fs=500&type=i32le&uv_per_count=0.001&counter_bits=32", {.seconds = live_seconds()});
}

TEST_CASE("tcp without a counter: every run comes through, and where it lies is true to 20 ms") {
  check_tcp({.sync = kSync, .counter_bits = 0, .channels = 4, .type = PlainType::f32le}, 1000, 20,
            "?channels=4&fs=1000&type=f32le&uv_per_count=1&sync=a55a", {.seconds = live_seconds(), .lost_share = 0});
}

TEST_CASE("tcp with nothing but values: every run comes through, and where it lies is true to 20 ms") {
  check_tcp({.sync = {}, .counter_bits = 0, .channels = 6, .type = PlainType::i16be}, 1000, 20,
            "?channels=6&fs=1000&type=i16be&uv_per_count=1", {.seconds = live_seconds(), .lost_share = 0, .garbage_s = -1});
}

TEST_CASE("serial: every row comes through with losses, a port that is pulled twice, and garbage") {
  const PlainLayout layout{.sync = kSync, .counter_bits = 8, .channels = 2, .type = PlainType::i16be};
  const auto port = port_name("counted");
  PlainEmulator device(std::make_unique<SerialLine>(port), layout, 1000, {.seconds = live_seconds()});
  const auto got = receive(open_serial_stream(LiveUri("serial:" + port.string() +
                                                      "?baud=230400&channels=2&fs=1000&type=i16be&uv_per_count=0.1&sync=a55a&counter_bits=8"
                                                      "&labels=VL,VM")),
                           milliseconds(1300), seconds(200));
  CHECK(got.head.stream.channels[1].label == "VM");
  check_rows_came(got, device.sent(), 0, [&](std::int64_t row, std::size_t c) { return plain_value(layout.type, row, c); });
}

TEST_CASE("tcp: what is sent says how it is stored") {
  const PlainLayout layout{.sync = kSync, .counter_bits = 0, .channels = 2, .type = PlainType::i24le};
  auto line = std::make_unique<TcpLine>();
  const std::string at = "tcp:127.0.0.1:" + std::to_string(line->port());
  PlainEmulator device(std::move(line), layout, 1000, {.seconds = 0.3, .drops = {}, .garbage_s = -1});
  const auto got = receive(open_tcp(LiveUri(at + "?channels=2&fs=1000&type=i24le&uv_per_count=0.25&sync=a55a&labels=TA,GM")),
                           milliseconds(150), seconds(5));
  CHECK(got.head.device == "TCP stream of plain frames");
  CHECK(got.head.source_format == "tcp");
  CHECK(got.head.unit_per_count() == 0.25);
  const Channel& channel = got.head.stream.channels[0];
  CHECK(channel.label == "TA");
  CHECK(channel.muscle == "TA");
  CHECK(*channel.lsb == 0.25);
  CHECK(*channel.rail_low == -8388608 * 0.25);
  CHECK(*channel.rail_high == 8388607 * 0.25);
}

TEST_CASE("tcp: bytes that are no such frames are told, and give no rows") {
  auto line = std::make_unique<TcpLine>();
  const std::string at = "127.0.0.1:" + std::to_string(line->port());
  PlainEmulator device(std::move(line), {.sync = kSync, .counter_bits = 16, .channels = 5}, 2000, {.seconds = 4, .drops = {}});
  Intake intake;
  std::jthread thread([&, reader = open_tcp(LiveUri("tcp:" + at + "?channels=4&fs=2000&uv_per_count=1&sync=a55a&counter_bits=16"))](
                          std::stop_token stop) { reader(intake, stop); });
  std::string told;
  for (int k = 0; k < 400 && told.find("no frames") == std::string::npos; ++k) {
    std::this_thread::sleep_for(milliseconds(10));
    told = intake.trouble();
  }
  CHECK(told == at + " sends what are no frames of 12 bytes; connecting anew (if this stays: channels=, type=, sync=, counter_bits=)");
  CHECK(intake.counts().rows == 0);
}

TEST_CASE("tcp and serial: what is wrong in the URI is said before anything is opened") {
  const auto tcp = [](const std::string& query) { open_tcp(LiveUri("tcp:h:1?" + query)); };
  CHECK_NOTHROW(tcp("channels=2&fs=1000&uv_per_count=1"));
  CHECK_THROWS_WITH_AS(tcp("fs=1000&uv_per_count=1"),
                       "tcp:h:1?fs=1000&uv_per_count=1: channels: found nothing, expected a whole number from 1 to 1024", Error);
  CHECK_THROWS_WITH_AS(tcp("channels=2&fs=1000"),
                       "tcp:h:1?channels=2&fs=1000: uv_per_count: found nothing, expected the microvolts of one count, or unit=a.u.",
                       Error);
  CHECK_THROWS_WITH_AS(tcp("channels=2&fs=1&uv_per_count=1&unit=a.u."),
                       "tcp:h:1?channels=2&fs=1&uv_per_count=1&unit=a.u.: uv_per_count: found it beside unit=a.u., expected the microvolts "
                       "of one count, or unit=a.u.",
                       Error);
  CHECK_THROWS_WITH_AS(
      tcp("channels=2&fs=1&uv_per_count=1&sync=a5"),
      "tcp:h:1?channels=2&fs=1&uv_per_count=1&sync=a5: sync and counter_bits: found 8 bits together, expected at least 16, or none at all",
      Error);
  CHECK_THROWS_WITH_AS(
      tcp("channels=2&fs=1&uv_per_count=1&sync=a5g1"),
      "tcp:h:1?channels=2&fs=1&uv_per_count=1&sync=a5g1: sync: found 'a5g1', expected 1 to 16 bytes of two hexadecimal digits, as in a55a",
      Error);
  CHECK_THROWS_WITH_AS(
      tcp("channels=3&fs=1&uv_per_count=1&labels=a,b,a"),
      "tcp:h:1?channels=3&fs=1&uv_per_count=1&labels=a,b,a: labels: found 'a,b,a', expected 3 that differ, with commas between", Error);
  CHECK_THROWS_AS(tcp("channels=2&fs=1&uv_per_count=1&type=i8"), Error);
  CHECK_THROWS_AS(tcp("channels=2&fs=1&uv_per_count=1&counter_bits=24"), Error);
  CHECK_THROWS_AS(open_tcp(LiveUri("tcp:h?channels=2&fs=1&uv_per_count=1")), Error);
  CHECK_THROWS_WITH_AS(open_serial_stream(LiveUri("serial:/dev/x?channels=2&fs=1&uv_per_count=1")),
                       "serial:/dev/x?channels=2&fs=1&uv_per_count=1: sync and counter_bits: found 0 bits together, expected at least 16: "
                       "a serial port is opened within a frame",
                       Error);
  CHECK_THROWS_AS(open_serial_stream(LiveUri("serial:/dev/x?channels=2&fs=1&uv_per_count=1&sync=a55a&baud=1234")), Error);
}

}  // namespace semg::test
