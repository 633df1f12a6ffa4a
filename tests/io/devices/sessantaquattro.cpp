// SPDX-License-Identifier: BSD-3-Clause
// OT Bioelettronica Sessantaquattro+ and Sessantaquattro: the whole way from an emulated probe.
#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/io/devices/rows_came.hpp"
#include "tests/io/devices/sessantaquattro_emulator.hpp"

namespace semg::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string uri_of(int port, const std::string& more) {
  return "sessantaquattro:?port=" + std::to_string(port) + more;
}

void check_whole_way(const std::string& more, std::size_t others, std::size_t channels, Habits habits) {
  const int port = free_port();
  SessantaquattroEmulator probe(port, others, habits);
  const auto got = receive(open_sessantaquattro(LiveUri(uri_of(port, more))), milliseconds(1500), seconds(200));
  CHECK(probe.is_told_to_stop());
  CHECK(got.head.stream.channels.size() == channels);
  CHECK(got.head.stream.fs_hz == probe.stream().fs_hz);
  check_rows_came(got, probe.sent(), 0, [&](std::int64_t row, std::size_t c) { return otb_value(probe.stream(), row, c); });
}

/// What the device is told first, and what a recording says of it.
struct Begun {
  unsigned command = 0;
  Recording head;
};

Begun begun(const std::string& more, std::size_t others) {
  const int port = free_port();
  std::atomic<unsigned> command = 0;
  OtbEmulator probe(port, 2,
                    [&](std::span<const std::byte> bytes) {
                      if (command == 0) command = std::to_integer<unsigned>(bytes[0]) << 8 | std::to_integer<unsigned>(bytes[1]);
                      return sessantaquattro_stream(others, bytes);
                    },
                    {.seconds = 0.3, .lost_share = 0, .drops = {}, .garbage_s = -1});
  const auto got = receive(open_sessantaquattro(LiveUri(uri_of(port, more))), milliseconds(150), seconds(5));
  CHECK(got.runs.size() == 1);
  CHECK(probe.is_told_to_stop());
  return {.command = command, .head = got.head};
}

}  // namespace

TEST_CASE("Sessantaquattro+: every row comes through with losses, cut connections, garbage and drift") {
  check_whole_way("", 8, 64, {.seconds = live_seconds(), .drift_ppm = -60});
}

TEST_CASE("Sessantaquattro+ at 24 bits: every row comes through") {
  check_whole_way("&resolution=24&channels=32&fs=4000", 8, 32, {.seconds = live_seconds()});
}

TEST_CASE("Sessantaquattro in bipolar mode: half as many channels, and every row comes through") {
  check_whole_way("&model=classic&mode=bipolar&channels=16&fs=1000", 4, 8, {.seconds = live_seconds()});
}

TEST_CASE("Sessantaquattro+: the command and the recording say the same") {
  const auto usual = begun("", 8);
  CHECK(usual.command == 0x5871);  // 2000 Hz, 64 channels, monopolar, 16 bits, high-pass, gain 8, go
  CHECK(usual.head.device == "OT Bioelettronica Sessantaquattro+, monopolar, high-pass 10.5 Hz in the device");
  CHECK(usual.head.conversion == 286.1e-9);
  CHECK(usual.head.sample_type == SampleType::int16);
  CHECK(*usual.head.stream.channels[63].rail_low == doctest::Approx(-9375).epsilon(1e-4));

  const auto fine = begun("&resolution=24&gain=4&highpass=off&fs=500&channels=8&mode=differential", 8);
  CHECK(fine.command == 0x0291);
  CHECK(fine.head.device == "OT Bioelettronica Sessantaquattro+, differential, no high-pass in the device");
  CHECK(fine.head.conversion == 143e-9);
  CHECK(fine.head.sample_type == SampleType::int32);
  CHECK(*fine.head.stream.channels[0].rail_high == doctest::Approx(600000).epsilon(1e-3));

  const auto classic = begun("&model=classic&resolution=24&gain=2&fs=1000&channels=16&mode=bipolar", 4);
  CHECK(classic.command == 0x29C1);
  CHECK(classic.head.device == "OT Bioelettronica Sessantaquattro, bipolar, high-pass 5.3 Hz in the device");
  CHECK(classic.head.conversion == 286.1e-9);

  const auto test = begun("&mode=test", 8);
  CHECK(test.command == 0x5F71);
  CHECK(test.head.simulated);
}

TEST_CASE("Sessantaquattro: a gain is one that the resolution has") {
  CHECK_THROWS_WITH_AS(open_sessantaquattro(LiveUri("sessantaquattro:?gain=2")),
                       "sessantaquattro:?gain=2: gain: found '2', expected 8, 6, 4", Error);
  CHECK_THROWS_AS(open_sessantaquattro(LiveUri("sessantaquattro:?fs=3000")), Error);
  CHECK_NOTHROW(open_sessantaquattro(LiveUri("sessantaquattro:?gain=2&resolution=24")));
}

}  // namespace semg::test
