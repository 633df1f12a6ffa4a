// SPDX-License-Identifier: BSD-3-Clause
// OpenBCI Cyton: packets, rows with a Daisy, and the whole way from an emulated board on a pseudo terminal.
#include <random>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/devices/cyton_frames.hpp"
#include "tests/io/devices/cyton_emulator.hpp"
#include "tests/io/devices/rows_came.hpp"

namespace semg::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::int32_t value(int packet, int channel) {
  return (packet * 8 + channel) * 7919 % 16777216 - 8388608;
}

std::vector<std::byte> packets(int first, int count) {
  std::vector<std::byte> bytes;
  for (int packet = first; packet < first + count; ++packet) {
    bytes.push_back(std::byte{0xA0});
    bytes.push_back(static_cast<std::byte>(packet));
    for (int c = 0; c < 8; ++c)
      for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<std::byte>(value(packet, c) >> shift & 0xFF));
    for (int k = 0; k < 6; ++k) bytes.push_back(std::byte{0});
    bytes.push_back(static_cast<std::byte>(0xC0 + packet % 7));
  }
  return bytes;
}

std::vector<std::byte> joined(std::initializer_list<std::vector<std::byte>> parts) {
  std::vector<std::byte> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Framed {
  std::vector<std::int32_t> samples;
  std::vector<std::uint32_t> counters;
  std::size_t garbage = 0;
  bool operator==(const Framed&) const = default;
};

template <class Framer>
Framed framed(std::span<const std::byte> bytes, std::size_t piece) {
  Framer framer;
  Framed all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const CytonRows& rows = framer.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    all.samples.insert(all.samples.end(), rows.samples.begin(), rows.samples.end());
    for (const RowRun& run : rows.runs)
      for (std::uint32_t k = 0; k < run.rows; ++k) all.counters.push_back((run.counter + k) & ((1u << Framer::kCounterBits) - 1));
    all.garbage += rows.garbage;
  }
  return all;
}

std::vector<std::uint32_t> from_to(std::initializer_list<std::pair<unsigned, unsigned>> runs, unsigned wrap) {
  std::vector<std::uint32_t> all;
  for (const auto& [first, end] : runs)
    for (unsigned k = first; k < end; ++k) all.push_back(k % wrap);
  return all;
}

/// A name for a serial port that no other test uses.
std::filesystem::path port_name(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("semg_cyton_" + std::to_string(::getpid()) + "_" + name);
}

Received whole_way(CytonEmulator& board, const std::filesystem::path& port, const std::string& more) {
  const auto got = receive(open_cyton(LiveUri("cyton:" + port.string() + more)), milliseconds(3500), seconds(200));
  CHECK(board.is_told_to_stop());
  return got;
}

}  // namespace

TEST_CASE("Cyton: a packet is a row of eight big-endian 24-bit values, given when the next begins") {
  const auto bytes = packets(250, 10);
  const auto got = framed<CytonFramer>(bytes, bytes.size());
  CHECK(got.counters == from_to({{250, 259}}, 256));
  CHECK(got.garbage == 0);
  REQUIRE(got.samples.size() == 72);
  for (int k = 0; k < 72; ++k) CHECK(got.samples[static_cast<std::size_t>(k)] == value(250 + k / 8, k % 8));
}

TEST_CASE("Cyton: packets lost one by one are jumps, and those between them come through") {
  const auto bytes = joined({packets(0, 10), packets(11, 1), packets(13, 1), packets(17, 10)});
  const auto got = framed<CytonFramer>(bytes, 1);
  CHECK(got.counters == from_to({{0, 10}, {11, 12}, {13, 14}, {17, 26}}, 256));
  CHECK(got.garbage == 0);
}

TEST_CASE("Cyton: garbage costs the packets beside it, and what it cut is never given") {
  for (std::size_t cut = 0; cut < CytonPackets::kBytes; ++cut) {
    for (std::size_t length = 1; length < 80; length += 3) {
      CAPTURE(cut);
      CAPTURE(length);
      auto bytes = packets(0, 40);
      const auto garbage = garbage_bytes(length, length * 40 + cut);
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(20 * CytonPackets::kBytes + cut), garbage.begin(), garbage.end());
      const auto got = framed<CytonFramer>(bytes, 100);
      // A packet is confirmed by two bytes of the next. Behind a cut packet it is the next whole one that shows where packets are; where
      // garbage looks like a head, the cut one.
      const bool confirmed = cut > 1 || (cut == 1 && got.counters[19] == 19);  // garbage may look like what confirms it
      const unsigned end = confirmed ? 20 : 19;
      const bool next = got.counters == from_to({{0, end}, {21, 39}}, 256);
      const bool next_but_one = got.counters == from_to({{0, end}, {22, 39}}, 256);
      CHECK((next || (cut > 0 && next_but_one)));
      for (std::size_t k = 0; k < got.samples.size(); ++k)
        REQUIRE(got.samples[k] == value(static_cast<int>(got.counters[k / 8]), static_cast<int>(k % 8)));
    }
  }
}

TEST_CASE("Cyton: marks that stand within the samples are not taken for packets") {
  // Every packet holds a foot and a head side by side in the same place, and a count behind them.
  auto bytes = packets(0, 60);
  for (std::size_t k = 0; k < 60; ++k) {
    bytes[k * 33 + 10] = std::byte{0xC0};
    bytes[k * 33 + 11] = std::byte{0xA0};
    bytes[k * 33 + 12] = static_cast<std::byte>(k < 30 ? 3 * k : 1);
  }
  const auto garbage = garbage_bytes(17, 4);
  bytes.insert(bytes.begin() + 10 * 33, garbage.begin(), garbage.end());
  const auto got = framed<CytonFramer>(bytes, 64);
  CHECK(got.counters == from_to({{0, 9}, {11, 59}}, 256));
}

TEST_CASE("Cyton with Daisy: an even packet and the odd one after it are a row, the board's channels first") {
  const auto bytes = packets(252, 13);
  const auto got = framed<CytonDaisyFramer>(bytes, bytes.size());
  CHECK(got.counters == from_to({{126, 132}}, 128));
  REQUIRE(got.samples.size() == 6 * 16);
  for (int row = 0; row < 6; ++row) {
    for (int c = 0; c < 8; ++c) {
      CHECK(got.samples[static_cast<std::size_t>(row * 16 + c)] == value(252 + 2 * row + 1, c));
      CHECK(got.samples[static_cast<std::size_t>(row * 16 + 8 + c)] == value(252 + 2 * row, c));
    }
  }
}

TEST_CASE("Cyton with Daisy: where one of the two packets is lost there is no row, and the other is counted as no row's") {
  const auto bytes = joined({packets(0, 5), packets(6, 4), packets(11, 10)});  // 5 and 10 are lost
  const auto got = framed<CytonDaisyFramer>(bytes, 40);
  CHECK(got.counters == from_to({{0, 2}, {3, 5}, {6, 10}}, 128));
  CHECK(got.garbage == 2 * 33);
}

TEST_CASE("Cyton: any cut of any bytes gives the same rows") {
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::byte> bytes;
    for (int part = 0, packet = 0; part < 10; ++part) {
      const int kind = static_cast<int>(random() % 4);
      const int length = static_cast<int>(random() % 30);
      if (kind == 0) bytes = joined({bytes, garbage_bytes(static_cast<std::size_t>(length), random())});
      if (kind == 1) packet += length;
      bytes = joined({bytes, packets(packet, length)});
      if (kind == 2 && bytes.size() > 9) bytes.resize(bytes.size() - 9);
      packet += length;
    }
    const auto plain = framed<CytonFramer>(bytes, bytes.size());
    const auto daisy = framed<CytonDaisyFramer>(bytes, bytes.size());
    for (const std::size_t piece : {1, 2, 32, 33, 34, 500}) {
      CHECK(framed<CytonFramer>(bytes, piece) == plain);
      CHECK(framed<CytonDaisyFramer>(bytes, piece) == daisy);
    }
  }
}

TEST_CASE("Cyton: every row comes through with losses, garbage and a dongle that is pulled twice while the board streams on") {
  const auto port = port_name("plain");
  CytonEmulator board(port, false, CytonAway::streams_on, {.seconds = live_seconds(), .lost_share = 0.02});
  const auto got = whole_way(board, port, "?gain=6");
  CHECK(got.head.device == "OpenBCI Cyton");
  CHECK(got.head.stream.fs_hz == 250);
  CHECK(got.head.stream.channels.size() == 8);
  CHECK(got.head.unit_per_count() == doctest::Approx(0.02235 * 4).epsilon(1e-3));
  CHECK(board.gains() == std::vector<int>(8, 6));
  check_rows_came(got, board.sent(), 0, CytonEmulator::value);
}

TEST_CASE("Cyton with Daisy: every row whose two packets came comes through") {
  const auto port = port_name("daisy");
  CytonEmulator board(port, true, CytonAway::streams_on, {.seconds = live_seconds(), .lost_share = 0.02});
  const auto got = whole_way(board, port, "?daisy=on");
  CHECK(got.head.stream.fs_hz == 125);
  CHECK(got.head.stream.channels.size() == 16);
  CHECK(board.gains() == std::vector<int>(16, 24));
  check_rows_came(got, board.sent(), 0, CytonEmulator::value);
}

TEST_CASE("Cyton: a board that was switched off and on is started again, and the gap is true to 20 ms") {
  const auto port = port_name("restart");
  CytonEmulator board(port, false, CytonAway::switched_off, {.seconds = std::max(8.0, live_seconds()), .drops = {2, 5}});
  const auto got = whole_way(board, port, "");
  check_rows_came(got, board.sent(), 5, CytonEmulator::value);
}

TEST_CASE("Cyton: what is not there is told, and a Daisy that is missing ends it") {
  Intake nothing;
  {
    std::jthread thread([&, reader = open_cyton(LiveUri("cyton:/nowhere/ttyUSB0"))](std::stop_token stop) { reader(nothing, stop); });
    std::this_thread::sleep_for(milliseconds(100));
    CHECK(nothing.trouble() == "/nowhere/ttyUSB0: No such file or directory");
  }
  const auto port = port_name("missing");
  CytonEmulator board(port, false, CytonAway::streams_on, {.seconds = 1});
  Intake intake;
  std::stop_source never;
  CHECK_THROWS_WITH_AS(open_cyton(LiveUri("cyton:" + port.string() + "?daisy=on"))(intake, never.get_token()),
                       (port.string() + ": Daisy: found none on the board, expected one (daisy=on)").c_str(), Error);
  CHECK_THROWS_WITH_AS(open_cyton(LiveUri("cyton:/dev/x?gain=3")), "cyton:/dev/x?gain=3: gain: found '3', expected 1, 2, 4, 6, 8, 12, 24",
                       Error);
  CHECK_THROWS_WITH_AS(open_cyton(LiveUri("cyton:")), "cyton:: target: found nothing, expected a serial port after 'cyton:'", Error);
}

}  // namespace semg::test
