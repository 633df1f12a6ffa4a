// SPDX-License-Identifier: BSD-3-Clause
// FieldTrip buffer: messages, and the whole way from an emulated one.
#include <random>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/devices/fieldtrip_frames.hpp"
#include "tests/io/devices/fieldtrip_emulator.hpp"
#include "tests/io/devices/rows_came.hpp"

namespace semg::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<std::byte> joined(std::initializer_list<std::vector<std::byte>> parts) {
  std::vector<std::byte> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Parsed {
  std::vector<std::uint16_t> commands;
  std::vector<std::size_t> sizes;
  std::size_t garbage = 0;
  bool spoiled = false;
  bool operator==(const Parsed&) const = default;
};

Parsed parsed(std::span<const std::byte> bytes, std::size_t piece) {
  FieldtripReplies replies;
  Parsed all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    replies.put(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    FieldtripReply reply;
    while (replies.next(reply)) {
      all.commands.push_back(static_cast<std::uint16_t>(reply.command));
      all.sizes.push_back(reply.body.size());
    }
    all.garbage += replies.take_garbage();
  }
  all.spoiled = replies.is_spoiled();
  return all;
}

std::string uri_of(const FieldtripEmulator& buffer, const std::string& query = "") {
  return "fieldtrip:127.0.0.1:" + std::to_string(buffer.port()) + query;
}

void check_whole_way(FieldtripStream stream, const std::string& query, std::int64_t off_rows, Habits habits) {
  FieldtripEmulator buffer(stream, std::move(habits));
  const auto got = receive(open_fieldtrip(LiveUri(uri_of(buffer, query))), milliseconds(1300), seconds(200));
  CHECK(got.head.stream.fs_hz == stream.fs_hz);
  const auto type = stream.data_type;
  check_rows_came(got, buffer.sent(), off_rows, [&](std::int64_t row, std::size_t c) { return fieldtrip_value(type, row, c); });
}

/// What ends the reader.
std::string failure_of(const FieldtripStream& stream, const std::string& query) {
  FieldtripEmulator buffer(stream, {.seconds = 1, .drops = {}, .garbage_s = -1});
  Intake intake;
  std::stop_source never;
  try {
    open_fieldtrip(LiveUri(uri_of(buffer, query)))(intake, never.get_token());
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::data);
    const std::string text = error.what();
    return text.substr(std::min(text.size(), uri_of(buffer, query).size()));
  }
  return "nothing";
}

}  // namespace

TEST_CASE("FieldTrip: a request is version, command, size and its words, little-endian") {
  const auto bytes = fieldtrip_request(FieldtripCommand::get_data, {1, 0x01020304});
  const std::vector<int> expected{1, 0, 2, 2, 8, 0, 0, 0, 1, 0, 0, 0, 4, 3, 2, 1};
  REQUIRE(bytes.size() == expected.size());
  for (std::size_t k = 0; k < bytes.size(); ++k) CHECK(std::to_integer<int>(bytes[k]) == expected[k]);
}

TEST_CASE("FieldTrip: any cut of the bytes gives the same replies, and from the first bytes that are none on nothing is one") {
  const auto good = joined({fieldtrip_message(0x204, garbage_bytes(100, 1)), fieldtrip_message(0x404, garbage_bytes(8, 2)),
                            fieldtrip_message(0x205, {}), fieldtrip_message(0x204, garbage_bytes(3000, 3))});
  const auto bad = joined({good, garbage_bytes(50, 4), good});
  for (const std::size_t piece : {1, 7, 8, 9, 500}) {
    const auto got = parsed(good, piece);
    CHECK(got.commands == std::vector<std::uint16_t>{0x204, 0x404, 0x205, 0x204});
    CHECK(got.sizes == std::vector<std::size_t>{100, 8, 0, 3000});
    CHECK_FALSE(got.spoiled);
    const auto spoiled = parsed(bad, piece);
    CHECK(spoiled.commands == got.commands);
    CHECK(spoiled.spoiled);
    CHECK(spoiled.garbage == 50 + good.size());
  }
}

TEST_CASE("FieldTrip: a reply that claims to be endless is none, and asks for no memory") {
  auto bytes = fieldtrip_message(0x204, {});
  for (std::size_t k = 4; k < 8; ++k) bytes[k] = std::byte{0xFF};
  CHECK(parsed(bytes, 8).spoiled);
}

TEST_CASE("FieldTrip: a header gives rate, type, names and resolutions, and a broken one gives nothing") {
  const FieldtripStream stream{.channels = 3, .fs_hz = 2048, .names = {"VL", "VM", "B\xFC"}, .resolutions = {0.5, 0.5, 0.25}};
  const auto body = fieldtrip_header_body(stream, 77);
  const auto header = fieldtrip_header(body);
  REQUIRE(header);
  CHECK(header->channels == 3);
  CHECK(header->samples == 77);
  CHECK(header->fs_hz == 2048);
  CHECK(header->names == std::vector<std::string>{"VL", "VM", "B\u00FC"});
  CHECK(header->resolutions == std::vector<double>{0.5, 0.5, 0.25});
  for (std::size_t size = 0; size < body.size(); ++size) CHECK_FALSE(fieldtrip_header(std::span(body).first(size)));
  for (const float fs_hz : {0.0F, -1.0F, std::numeric_limits<float>::quiet_NaN(), 1e9F})
    CHECK_FALSE(fieldtrip_header(fieldtrip_header_body({.channels = 3, .fs_hz = fs_hz}, 0)));
  CHECK_FALSE(fieldtrip_header(fieldtrip_header_body({.channels = 0}, 0)));
  CHECK_FALSE(fieldtrip_header(fieldtrip_header_body({.channels = 5000}, 0)));
  std::mt19937 random(6);
  for (int round = 0; round < 3000; ++round) {  // whatever is turned over in it, nothing is read beside it
    auto turned = body;
    for (int k = 0; k < 3; ++k) turned[random() % turned.size()] = static_cast<std::byte>(random());
    const auto got = fieldtrip_header(turned);
    if (got) CHECK(got->names.size() <= got->channels);
  }
}

TEST_CASE("FieldTrip: rows are taken only where they are exactly those that were asked for") {
  for (const std::uint32_t type : {kFieldtripInt16, kFieldtripInt32, kFieldtripFloat32, kFieldtripFloat64}) {
    const FieldtripStream stream{.channels = 3, .data_type = type};
    const auto header = *fieldtrip_header(fieldtrip_header_body(stream, 5000));
    const auto body = fieldtrip_data_body(stream, 1600, 20);
    std::vector<std::byte> samples;
    const std::array<std::size_t, 2> columns{2, 0};
    REQUIRE(append_fieldtrip_rows(header, columns, 20, body, samples));
    const std::size_t bytes = size_of(*fieldtrip_stored_as(type));
    REQUIRE(samples.size() == 40 * bytes);
    for (std::size_t k = 0; k < 40; ++k) {
      std::int16_t narrow = 0;
      std::int32_t sample = 0;
      std::memcpy(bytes == 2 ? static_cast<void*>(&narrow) : &sample, samples.data() + k * bytes, bytes);
      if (bytes == 2) sample = narrow;
      CHECK(sample == fieldtrip_value(type, 1600 + static_cast<std::int64_t>(k) / 2, columns[k % 2]));
    }
    CHECK_FALSE(append_fieldtrip_rows(header, columns, 19, body, samples));
    CHECK_FALSE(append_fieldtrip_rows(header, columns, 20, std::span(body).first(body.size() - 1), samples));
    CHECK_FALSE(append_fieldtrip_rows(header, columns, 20, fieldtrip_data_body({.channels = 4, .data_type = type}, 0, 20), samples));
    CHECK(samples.size() == 40 * bytes);
  }
}

TEST_CASE("FieldTrip: a connection that is cut loses nothing that the buffer still holds") {
  FieldtripEmulator buffer({.ring_s = 20}, {.seconds = live_seconds(), .drift_ppm = 60});
  const auto got = receive(open_fieldtrip(LiveUri(uri_of(buffer, "?uv_per_count=0.5"))), milliseconds(1300), seconds(200));
  CHECK(got.head.unit_per_count() == 0.5);
  CHECK(buffer.overruns() == 0);
  CHECK(buffer.sent().runs().size() == 1);
  check_rows_came(got, buffer.sent(), 0, [](std::int64_t row, std::size_t c) { return fieldtrip_value(kFieldtripInt16, row, c); });
}

TEST_CASE("FieldTrip: what the buffer lost while the connection was cut is a gap of exactly so many rows") {
  const FieldtripStream stream{.ring_s = 0.2};
  FieldtripEmulator buffer(stream, {.seconds = live_seconds(), .away_s = 0.5});
  const auto got = receive(open_fieldtrip(LiveUri(uri_of(buffer))), milliseconds(1300), seconds(200));
  CHECK(buffer.overruns() > 0);
  CHECK(buffer.sent().runs().size() >= 3);
  check_rows_came(got, buffer.sent(), 0, [](std::int64_t row, std::size_t c) { return fieldtrip_value(kFieldtripInt16, row, c); });
}

TEST_CASE("FieldTrip: a buffer that is started anew goes on by this computer's clock, to 20 ms") {
  check_whole_way({.fs_hz = 2000, .ring_s = 5, .restart_s = 3.1}, "", 40, {.seconds = live_seconds(), .drops = {}, .garbage_s = -1});
}

TEST_CASE("FieldTrip: float64 is stored as float32, whole numbers of 32 bits as they are") {
  check_whole_way({.channels = 2, .fs_hz = 500, .data_type = kFieldtripFloat64, .ring_s = 5}, "?uv_per_count=1", 0,
                  {.seconds = 2, .drops = {1}, .garbage_s = -1});
  check_whole_way({.channels = 2, .fs_hz = 500, .data_type = kFieldtripInt32, .ring_s = 5}, "?unit=a.u.", 0,
                  {.seconds = 2, .drops = {1}, .garbage_s = -1});
}

TEST_CASE("FieldTrip: channels by label and by number, named as the buffer names them") {
  FieldtripEmulator buffer({.channels = 4, .names = {"VL", "", "VL"}}, {.seconds = 1, .drops = {}, .garbage_s = -1});
  const auto got = receive(open_fieldtrip(LiveUri(uri_of(buffer, "?channels=4,VL:%202,2"))), milliseconds(400), seconds(10));
  REQUIRE(got.head.stream.channels.size() == 3);
  CHECK(got.head.stream.channels[0].label == "EMG4");
  CHECK(got.head.stream.channels[1].label == "VL: 2");
  CHECK(got.head.stream.channels[2].label == "EMG2");
  CHECK(got.head.stream.channels[0].unit == Unit::arbitrary);
  CHECK(*got.head.stream.channels[0].rail_low == -32768);
  CHECK(got.head.unit_per_count() == 1);
  CHECK(got.head.device == "FieldTrip buffer");
  const std::array<std::size_t, 3> columns{3, 2, 1};
  check_rows_came(got, buffer.sent(), 0, [&](std::int64_t row, std::size_t c) { return emulated_count(row, columns[c]); });
}

TEST_CASE("FieldTrip: what cannot be recorded is refused with a sentence") {
  CHECK(failure_of({.data_type = 2}, "") == ": type of samples: found uint16, expected int16, int32, float32 or float64");
  CHECK(failure_of({.names = {"A", "B", "C", "D"}}, "?channels=A,E") ==
        ": channels: found 'E', expected different ones of A, B, C, D, or numbers from 1 to 4");
  CHECK(failure_of({.resolutions = {1, 1, 0.5, 1}}, "") ==
        ": resolution: found 1 at EMG1 and 0.5 at EMG3, expected one for all channels (choose with channels=)");
  CHECK_THROWS_WITH_AS(open_fieldtrip(LiveUri("fieldtrip:h?unit=a.u.&uv_per_count=1")),
                       "fieldtrip:h?unit=a.u.&uv_per_count=1: unit: found a.u. beside uv_per_count, expected one of them", Error);
  CHECK_THROWS_AS(open_fieldtrip(LiveUri("fieldtrip:h?port=1")), Error);
  CHECK_THROWS_AS(open_fieldtrip(LiveUri("fieldtrip:")), Error);
}

TEST_CASE("FieldTrip: nobody there, and nobody who writes, are told") {
  Intake intake;
  const int port = free_port();
  std::jthread thread(
      [&, reader = open_fieldtrip(LiveUri("fieldtrip:127.0.0.1:" + std::to_string(port)))](std::stop_token stop) { reader(intake, stop); });
  std::string told;
  for (int k = 0; k < 200 && told.empty(); ++k) {
    std::this_thread::sleep_for(milliseconds(10));
    told = intake.trouble();
  }
  CHECK(told.starts_with("nobody answers at 127.0.0.1:" + std::to_string(port)));
}

}  // namespace semg::test
