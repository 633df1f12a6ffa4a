// SPDX-License-Identifier: BSD-3-Clause
// Delsys Trigno: replies, frames, and the whole way from an emulated server.
#include <cmath>
#include <random>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/devices/trigno_frames.hpp"
#include "tests/io/devices/rows_came.hpp"
#include "tests/io/devices/trigno_emulator.hpp"

namespace semg::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::map<int, EmulatedSensor> kThree{{2, {}}, {3, {}}, {9, {}}};

TrignoLayout layout_of(const std::map<int, EmulatedSensor>& sensors) {
  TrignoLayout layout;
  for (const auto& [slot, sensor] : sensors) {
    layout.columns.push_back(static_cast<std::size_t>(slot - 1));
    layout.is_used[static_cast<std::size_t>(slot - 1)] = true;
  }
  return layout;
}

std::vector<std::byte> frames_of(std::int64_t first, std::int64_t count, const std::map<int, EmulatedSensor>& sensors = kThree) {
  std::vector<std::byte> bytes;
  for (std::int64_t row = first; row < first + count; ++row) append_trigno_frame(sensors, row, bytes);
  return bytes;
}

struct Framed {
  std::vector<std::int32_t> samples;  // bits
  std::vector<std::int64_t> rows;     // index of each
  std::size_t garbage = 0;
  bool lost = false;
  bool operator==(const Framed&) const = default;
};

Framed framed(TrignoFramer& framer, std::span<const std::byte> bytes, std::size_t piece) {
  Framed all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const TrignoRows& rows = framer.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    for (const float sample : rows.samples) all.samples.push_back(std::bit_cast<std::int32_t>(sample));
    for (const TrignoRun& run : rows.runs)
      for (std::size_t k = 0; k < run.rows; ++k) all.rows.push_back(run.index + static_cast<std::int64_t>(k));
    all.garbage += rows.garbage;
  }
  all.lost = framer.is_lost();
  return all;
}

Framed framed(std::span<const std::byte> bytes, std::size_t piece, const std::map<int, EmulatedSensor>& sensors = kThree) {
  TrignoFramer framer(layout_of(sensors));
  return framed(framer, bytes, piece);
}

std::span<const std::byte> bytes_of_text(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

TEST_CASE("Trigno: replies end in an empty line, however they come, and STOPPED is no reply") {
  const std::string text =
      "Delsys Trigno System Digital Protocol Version 3.6.0 \r\n\r\nOK\r\n\r\nSTOPPED\r\n0.0135\r\n\r\nSTOPPED\r\n\r\nYES\r\n\r\nNO\r\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    TrignoReplies replies;
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      replies.put(bytes_of_text(text.substr(at, piece)));
      while (const auto reply = replies.next()) all.push_back(*reply);
    }
    CHECK(all == std::vector<std::string>{"Delsys Trigno System Digital Protocol Version 3.6.0", "OK", "0.0135", "YES"});
    CHECK(replies.take_stopped());
    CHECK_FALSE(replies.take_stopped());
    CHECK_FALSE(replies.is_spoiled());
  }
  TrignoReplies endless;
  for (int k = 0; k < 100; ++k) {
    endless.put(garbage_bytes(100, 3));
    CHECK_FALSE(endless.next());
  }
  CHECK(endless.is_spoiled());
}

TEST_CASE("Trigno: a frame is a row of those slots that have a sensor, given when two more have followed it") {
  const auto got = framed(frames_of(0, 20), 1000);
  REQUIRE(got.rows.size() == 18);
  CHECK(got.rows.back() == 17);
  for (std::size_t row = 0; row < 18; ++row) {
    CHECK(got.samples[row * 3] == std::bit_cast<std::int32_t>(trigno_volts(static_cast<std::int64_t>(row), 1)));
    CHECK(got.samples[row * 3 + 2] == std::bit_cast<std::int32_t>(trigno_volts(static_cast<std::int64_t>(row), 8)));
  }
  CHECK(got.garbage == 0);
}

TEST_CASE("Trigno: zeros of all sensors for more than 20 ms are a gap of exactly so many rows, of one sensor they are missing samples") {
  const auto got = framed(frames_of(0, 1402), 64);
  std::vector<std::int64_t> expected;
  for (std::int64_t row = 0; row < 1400; ++row)
    if (trigno_radio(row) != Radio::lost) expected.push_back(row);
  CHECK(got.rows == expected);
  std::size_t wrong = 0, missing = 0;
  const std::array<std::size_t, 3> slots{1, 2, 8};
  for (std::size_t k = 0; k < got.rows.size(); ++k) {
    for (std::size_t c = 0; c < 3; ++c) {
      wrong += got.samples[3 * k + c] != trigno_value(got.rows[k], slots[c], c);
      missing += std::isnan(std::bit_cast<float>(got.samples[3 * k + c]));
    }
  }
  CHECK(wrong == 0);
  CHECK(missing == 60);
}

TEST_CASE("Trigno: 40 zeros in a row are samples and 41 are missing, and they are known at the 41st") {
  const auto with_zeros = [](std::int64_t zeros, std::int64_t after) {
    auto bytes = frames_of(0, 10);
    const auto tail = frames_of(10, zeros + after);
    bytes.insert(bytes.end(), tail.begin(), tail.end());
    for (std::int64_t row = 10; row < 10 + zeros; ++row) {
      const auto at = bytes.begin() + row * 64 + 4;  // slot 2, the first sensor
      std::fill(at, at + 4, std::byte{0});
    }
    return framed(bytes, 64);
  };
  const auto short_run = with_zeros(40, 3);
  REQUIRE(short_run.rows.size() == 51);
  CHECK(std::bit_cast<float>(short_run.samples[10 * 3]) == 0);
  CHECK(std::bit_cast<float>(short_run.samples[49 * 3]) == 0);
  CHECK(with_zeros(40, 2).rows.size() == 10);  // held back
  const auto long_run = with_zeros(41, 2);
  REQUIRE(long_run.rows.size() == 51);
  CHECK(std::isnan(std::bit_cast<float>(long_run.samples[10 * 3])));
  CHECK(std::isnan(std::bit_cast<float>(long_run.samples[50 * 3])));
  CHECK_FALSE(std::isnan(std::bit_cast<float>(long_run.samples[50 * 3 + 1])));
  CHECK_FALSE(std::isnan(std::bit_cast<float>(long_run.samples[9 * 3])));
}

TEST_CASE("Trigno: from the first frame that no sensor gives, nothing is a row any more, nor are the two before it") {
  std::map<int, EmulatedSensor> full;
  for (int slot = 1; slot <= 16; ++slot) full[slot] = {};
  for (const auto& sensors : {kThree, full}) {
    for (std::size_t length = 1; length < 64; length += length < 5 ? 1 : 7) {
      for (std::size_t cut = 0; cut < 64; cut += 9) {
        if (sensors.size() == 16 && length % 4 == 0) continue;  // whole floats move to other slots: cannot be told
        CAPTURE(sensors.size());
        CAPTURE(length);
        CAPTURE(cut);
        auto bytes = frames_of(0, 60, sensors);
        const auto garbage = garbage_bytes(length, 7 * length + cut);
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(20 * 64 + cut), garbage.begin(), garbage.end());
        const auto got = framed(bytes, 100, sensors);
        CHECK(got.lost);
        CHECK(got.rows.size() <= 20);
        CHECK(got.rows.size() >= 18);
        CHECK(got.rows.size() * 64 + got.garbage == bytes.size());
      }
    }
  }
}

TEST_CASE("Trigno: not a number, too much for the sensor, or something where no sensor is, are garbage") {
  const auto with = [](std::size_t slot, float value) {
    auto bytes = frames_of(0, 30);
    for (std::size_t k = 0; k < 4; ++k)
      bytes[10 * 64 + 4 * slot + k] = static_cast<std::byte>(std::bit_cast<std::uint32_t>(value) >> (8 * k) & 0xFF);
    return framed(bytes, 50).lost;
  };
  CHECK_FALSE(with(1, 0.0109F));
  CHECK_FALSE(with(1, -0.012F));  // upsampling overshoots a little
  CHECK(with(1, 0.02F));
  CHECK(with(1, std::numeric_limits<float>::quiet_NaN()));
  CHECK(with(1, -std::numeric_limits<float>::infinity()));
  CHECK(with(0, 1e-9F));
  CHECK_FALSE(with(0, 0.0F));
}

TEST_CASE("Trigno: any cut of any bytes gives the same rows, and a new connection begins anew") {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    auto bytes = frames_of(static_cast<std::int64_t>(random() % 1400), 500);
    if (round % 2 == 0) {
      const auto garbage = garbage_bytes(1 + random() % 90, random());
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(random() % bytes.size()), garbage.begin(), garbage.end());
    }
    const auto whole = framed(bytes, bytes.size());
    for (const std::size_t piece : {1, 3, 63, 64, 65, 1700}) CHECK(framed(bytes, piece) == whole);
  }
  TrignoFramer framer(layout_of(kThree));
  framed(framer, frames_of(250, 70), 33);  // ends within zeros
  framed(framer, garbage_bytes(500, 1), 33);
  CHECK(framer.is_lost());
  framer.start_anew();
  CHECK(framed(framer, frames_of(0, 20), 33) == framed(frames_of(0, 20), 33));
}

TEST_CASE(
    "Trigno: every row comes through with radio losses, cut connections, garbage and drift; gaps of the radio are exact, others to 20 ms") {
  TrignoEmulator server(kThree, {.seconds = live_seconds(), .drift_ppm = 50});
  const auto got = receive(open_trigno(LiveUri(server.uri())), milliseconds(1700), seconds(200));
  CHECK(server.is_told_to_stop());
  CHECK(got.head.device == "Delsys Trigno");
  CHECK(got.head.source_format == "trigno");
  CHECK(got.head.stream.fs_hz == 26 / 0.0135);
  CHECK(got.head.unit_per_count() == 1e6);
  REQUIRE(got.head.stream.channels.size() == 3);
  CHECK(got.head.stream.channels[0].label == "S2");
  CHECK(got.head.stream.channels[2].label == "S9");
  const std::array<std::size_t, 3> slots{1, 2, 8};
  check_rows_came(got, server.sent(), 38, [&](std::int64_t row, std::size_t c) { return trigno_value(row, slots[c], c); });
  // Within one connection a gap of the radio is exact.
  const auto sent = server.sent().runs();
  std::size_t exact = 0;
  for (std::size_t k = 1; k < std::min(sent.size(), got.runs.size()); ++k)
    exact += sent[k].first - sent[k - 1].second == 90 && got.runs[k].first - got.runs[k - 1].second == 90;
  CHECK(exact >= 3);
}

TEST_CASE("Trigno: sensors that are asked for, one of them with four channels") {
  TrignoEmulator server({{1, {}}, {3, {.samples = 26, .channels = 4, .type = "Q"}}, {8, {.samples = 20}}},
                        {.seconds = 1, .drops = {}, .garbage_s = -1});
  const auto got = receive(open_trigno(LiveUri(server.uri("&sensors=3"))), milliseconds(700), seconds(20));
  REQUIRE(got.head.stream.channels.size() == 4);
  CHECK(got.head.stream.channels[0].label == "S3.1");
  CHECK(got.head.stream.channels[3].label == "S3.4");
  std::size_t rows = 0;
  for (const auto& [first, end] : got.runs) rows += static_cast<std::size_t>(end - first);
  CHECK(rows > 1500);
}

TEST_CASE("Trigno: sensors of different rates are refused with a sentence, before anything is started") {
  TrignoEmulator server({{1, {}}, {4, {.samples = 29}}}, {.seconds = 1});
  Intake intake;
  std::stop_source never;
  CHECK_THROWS_WITH_AS(
      open_trigno(LiveUri(server.uri()))(intake, never.get_token()),
      (server.uri() + ": rate: found 1925.9259 Hz at sensor 1 and 2148.1481 Hz at sensor 4, expected one rate (choose with sensors=)")
          .c_str(),
      Error);
  CHECK(intake.counts().rows == 0);
}

TEST_CASE("Trigno: the rate is the sensors' own, exact by samples a frame, or the server's where it resamples for old programs") {
  const auto rate = [](const TrignoServer& server, int samples = 26) {
    TrignoEmulator emulator({{1, {}}, {2, {.samples = samples, .unit = "Volts"}}}, {.seconds = 0.14, .drops = {}, .garbage_s = -1}, server);
    const auto got = receive(open_trigno(LiveUri(emulator.uri())), milliseconds(300), seconds(5));
    CHECK(got.runs.size() == 1);
    return got.head.stream.fs_hz;
  };
  CHECK(rate({}) == 26 / 0.0135);
  CHECK(rate({.compatibility = "INVALID COMMAND"}) == 26 / 0.0135);
  CHECK(rate({.compatibility = "YES", .upsampling = "UPSAMPLING ON"}, 29) == 2000);
  CHECK(rate({.compatibility = "YES"}, 29) == 15 / 0.0135);
}

TEST_CASE("Trigno: start indices that count from 0 or from 1 are the same places, others are refused") {
  const std::map<int, EmulatedSensor> sensors{{3, {.channels = 4}}, {9, {}}};
  for (const int base : {0, 1}) {
    TrignoEmulator server(sensors, {.seconds = 0.14, .drops = {}, .garbage_s = -1}, {.start_index_base = base});
    const auto got = receive(open_trigno(LiveUri(server.uri())), milliseconds(300), seconds(5));
    REQUIRE(got.runs.size() == 1);
    const std::array<std::size_t, 5> slots{2, 3, 4, 5, 8};
    check_rows_came(got, server.sent(), 0, [&](std::int64_t row, std::size_t c) { return trigno_value(row, slots[c], 9); });
  }
  TrignoEmulator server(sensors, {.seconds = 0.2}, {.start_index_base = 2});
  Intake intake;
  std::stop_source never;
  CHECK_THROWS_WITH_AS(open_trigno(LiveUri(server.uri()))(intake, never.get_token()),
                       (server.uri() + ": sensor 3: found 4 channels at 4, expected them within 16 and beside others'").c_str(), Error);
}

TEST_CASE("Trigno: what hinders it is told, and waited for") {
  const auto told = [](const std::string& uri, const std::string& what) {
    Intake intake;
    std::jthread thread([&, reader = open_trigno(LiveUri(uri))](std::stop_token stop) { reader(intake, stop); });
    std::string text;
    for (int k = 0; k < 300 && text.find(what) == std::string::npos; ++k) {
      std::this_thread::sleep_for(milliseconds(10));
      text = intake.trouble();
    }
    return text;
  };
  TrignoEmulator server({{1, {}}}, {.seconds = 1});
  CHECK(told(server.uri("&sensors=1,5"), "sensor 5") == "127.0.0.1: sensor 5 is not paired, or has no muscle signal");
  const int port = free_port();
  const std::string nobody = "nobody answers at 127.0.0.1:" + std::to_string(port);
  CHECK(told("trigno:127.0.0.1?command=" + std::to_string(port), nobody).starts_with(nobody));
  TrignoEmulator without({{7, {.samples = 26, .channels = 0, .type = "23"}}}, {.seconds = 1});
  CHECK(told(without.uri(), "paired") == "127.0.0.1: no sensor for muscle signals is paired");
}

TEST_CASE("Trigno: what is wrong in its URI is said before anything is opened") {
  CHECK_THROWS_WITH_AS(open_trigno(LiveUri("trigno:")), "trigno:: target: found nothing, expected a host after 'trigno:'", Error);
  for (const std::string sensors : {"0", "17", "1,1", "1;2", "x", "1,,2"}) {
    CHECK_THROWS_WITH_AS(
        open_trigno(LiveUri("trigno:h?sensors=" + sensors)),
        ("trigno:h?sensors=" + sensors + ": sensors: found '" + sensors + "', expected different numbers from 1 to 16, as in 1,2,5")
            .c_str(),
        Error);
  }
  CHECK_THROWS_AS(open_trigno(LiveUri("trigno:h?port=1")), Error);
}

}  // namespace semg::test
