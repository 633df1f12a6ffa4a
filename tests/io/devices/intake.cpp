// SPDX-License-Identifier: BSD-3-Clause
// Rows of a device on their way in: gaps exact to the row, whatever tells of them.
#include "io/devices/intake.hpp"

#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <thread>

#include <doctest/doctest.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

using Runs = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// A stream of two int16 channels at 1000 Hz and a clock that a test moves.
struct Stream {
  std::int64_t now_ns = 1'000'000'000;
  Intake intake;
  std::vector<std::int16_t> values;

  explicit Stream(Intake::Sizes sizes = {.block_s = 0.01, .ring_s = 100}) : intake(sizes, [this] { return now_ns; }) {
    intake.begin(head());
  }
  static Recording head() {
    Recording head;
    head.device = "test";
    head.sample_type = SampleType::int16;
    head.conversion = 1e-7;
    head.stream.fs_hz = 1000;
    for (const char* label : {"A", "B"}) {
      Channel channel;
      channel.label = channel.muscle = label;
      head.stream.channels.push_back(channel);
    }
    return head;
  }
  std::span<const std::byte> rows(std::int64_t count) {
    values.assign(static_cast<std::size_t>(count) * 2, 0);
    std::iota(values.begin(), values.end(), std::int16_t{1});
    return std::as_bytes(std::span(values));
  }
  void wait_rows(double rows) { now_ns += std::llround(rows * 1e6); }

  Runs taken() {
    intake.flush();
    Runs runs;
    while (const RawBlock* block = intake.take(std::chrono::milliseconds(0))) {
      const auto end = block->first + static_cast<std::int64_t>(block->rows);
      if (!runs.empty() && runs.back().second == block->first) {
        runs.back().second = end;
      } else {
        runs.emplace_back(block->first, end);
      }
    }
    return runs;
  }
};

}  // namespace

TEST_CASE("rows of a counted stream come through with their values, in blocks") {
  Stream s;
  std::vector<std::int16_t> sent, got;
  for (std::uint32_t counter = 0; counter < 95; counter += 5) {
    s.wait_rows(5);
    s.intake.push_counted(counter, 16, s.rows(5));
    sent.insert(sent.end(), s.values.begin(), s.values.end());
  }
  s.intake.flush();
  while (const RawBlock* block = s.intake.take(std::chrono::milliseconds(0))) {
    CHECK(block->rows <= 10);
    const std::size_t at = got.size();
    got.resize(at + block->rows * 2);
    std::memcpy(got.data() + at, block->samples.data(), block->rows * 4);
  }
  CHECK(got == sent);
  CHECK(s.intake.counts().rows == 95);
  CHECK(s.intake.counts().gaps == 0);
}

TEST_CASE("a counter's jump is a gap of exactly that many rows, across its wrap too") {
  Stream s;
  s.wait_rows(10);
  s.intake.push_counted(65530, 16, s.rows(4));  // rows 0..4
  s.wait_rows(10);
  s.intake.push_counted(4, 16, s.rows(4));  // 65534, 65535, 0, 1, 2, 3 are lost
  CHECK(s.taken() == Runs{{0, 4}, {10, 14}});
  CHECK(s.intake.counts().lost_rows == 6);
  CHECK(s.intake.counts().gaps == 1);
}

TEST_CASE("when a counter went round more than once, the host's clock says how often") {
  Stream s;
  for (int k = 0; k < 300; ++k) {
    s.wait_rows(10);
    s.intake.push_counted(static_cast<std::uint32_t>(k * 10) & 255, 8, s.rows(10));
  }
  s.wait_rows(10 + 700);  // 700 rows are lost, 2 * 256 + 188
  s.intake.push_counted((3000 + 700) & 255, 8, s.rows(10));
  CHECK(s.taken() == Runs{{0, 3000}, {3700, 3710}});
}

TEST_CASE("rows that come late, but with nothing missing, are no gap") {
  Stream s;
  for (int k = 0; k < 20; ++k) {
    s.wait_rows(10);
    s.intake.push_counted(static_cast<std::uint32_t>(k * 10) & 255, 8, s.rows(10));
  }
  s.wait_rows(900);
  s.intake.push_counted(200, 8, s.rows(10));
  CHECK(s.taken() == Runs{{0, 210}});
}

TEST_CASE("rows that come a second time are left out") {
  Stream s;
  for (std::uint32_t k = 0; k < 20; ++k) {
    s.wait_rows(10);
    s.intake.push_counted(k * 10, 16, s.rows(10));
  }
  s.intake.push_counted(190, 16, s.rows(10));
  s.wait_rows(10);
  s.intake.push_counted(200, 16, s.rows(10));
  CHECK(s.taken() == Runs{{0, 210}});
  CHECK(s.intake.counts().garbage_bytes == 40);
}

TEST_CASE("a counter that is wrong once costs no row and makes no gap") {
  for (const auto& [bits, flipped] : {std::pair{16, 14}, {16, 15}, {32, 20}, {32, 30}, {32, 31}}) {
    CAPTURE(bits);
    CAPTURE(flipped);
    Stream s;
    for (std::uint32_t k = 0; k < 3000; ++k) {
      s.wait_rows(10);
      s.intake.push_counted(k * 10 ^ (k == 1500 ? std::uint32_t{1} << flipped : 0), bits, s.rows(10));
    }
    CHECK(s.taken() == Runs{{0, 30000}});
  }
}

TEST_CASE("what is lost while this computer stands still is a gap of exactly so many rows, however early in the recording") {
  for (const std::uint32_t before : {100, 200, 500, 2000, 12000}) {
    for (const std::uint32_t still : {300, 1000}) {
      CAPTURE(before);
      CAPTURE(still);
      Stream s({.block_s = 0.01, .ring_s = 300});
      std::uint32_t k = 0;
      const auto push = [&] { s.intake.push_counted(k++ * 10, 16, s.rows(10)); };
      while (k < before) {
        s.wait_rows(10);
        push();
      }
      s.wait_rows(still * 10);
      while (k < before + 100) {  // a second that was kept for us comes at once
        s.wait_rows(0.1);
        push();
      }
      k += still - 100;
      while (k < before + still + 500) {
        s.wait_rows(10);
        push();
      }
      const auto kept = (before + 100) * 10, back = (before + still) * 10;
      CHECK(s.taken() == Runs{{0, kept}, {back, back + 5000}});
    }
  }
}

TEST_CASE("a device that counts anew on an open connection goes on where the host's clock says") {
  for (const int bits : {16, 32}) {
    for (const double away : {0.0, 1000.0}) {
      CAPTURE(bits);
      CAPTURE(away);
      Stream s;
      for (std::uint32_t k = 0; k < 2000; ++k) {
        s.wait_rows(10);
        s.intake.push_counted(k * 10, bits, s.rows(10));
      }
      s.wait_rows(away);
      for (std::uint32_t k = 0; k < 2000; ++k) {
        s.wait_rows(10);
        s.intake.push_counted(k * 10, bits, s.rows(10));
      }
      const Runs runs = s.taken();
      std::int64_t rows = 0;
      for (const auto& [first, end] : runs) rows += end - first;
      CHECK(rows >= 40000 - 120);  // 0.12 s may pass until it is sure that these are no rows that came before
      CHECK(std::abs(runs.back().second - (40000 + static_cast<std::int64_t>(away))) <= 10);
    }
  }
}

TEST_CASE("after a reconnect a counter that ran on is exact, and one that began anew gives way to the host's clock") {
  for (const bool ran_on : {true, false}) {
    CAPTURE(ran_on);
    Stream s;
    for (std::uint32_t k = 0; k < 500; ++k) {
      s.wait_rows(10);
      s.intake.push_counted(k * 10, 16, s.rows(10));
    }
    s.intake.disconnected();
    s.wait_rows(307.4 + 10);
    s.intake.begin(Stream::head());
    s.intake.push_counted(ran_on ? 5300 : 0, 16, s.rows(10));
    const std::int64_t first = ran_on ? 5300 : 5307;
    CHECK(s.taken() == Runs{{0, 5000}, {first, first + 10}});
    CHECK(s.intake.counts().disconnects == 1);
  }
}

TEST_CASE("without a counter, only a lost connection makes a gap, as long as the host's clock says") {
  Stream s;
  for (int k = 0; k < 500; ++k) {
    s.wait_rows(10);
    s.intake.push(s.rows(10));
  }
  s.intake.disconnected();
  s.wait_rows(250 + 10);
  s.intake.begin(Stream::head());
  s.intake.push(s.rows(10));
  CHECK(s.taken() == Runs{{0, 5000}, {5250, 5260}});
}

TEST_CASE("a device's own row numbers are the index, and the first of them is row 0") {
  Stream s;
  s.intake.push_at(70000, s.rows(10));
  s.intake.push_at(70010, s.rows(10));
  s.intake.push_at(70123, s.rows(10));
  CHECK(s.taken() == Runs{{0, 20}, {123, 133}});
}

TEST_CASE("a full ring loses rows and says so; what comes after it keeps its index") {
  Stream s({.block_s = 0.01, .ring_s = 0.05});
  for (int k = 0; k < 20; ++k) s.intake.push_at(k * 10, s.rows(10));
  const auto before = s.intake.counts();
  CHECK(before.overrun_rows > 0);
  const Runs first = s.taken();
  REQUIRE(first.size() == 1);
  CHECK(first[0].second == 200 - before.overrun_rows);
  s.intake.push_at(200, s.rows(10));
  CHECK(s.taken() == Runs{{200, 210}});
  CHECK(s.intake.counts().gaps == 1);
}

TEST_CASE("a device that comes back as another one is refused, and what differs is named") {
  Stream s;
  s.intake.push(s.rows(1));
  s.intake.disconnected();
  Recording other = Stream::head();
  other.stream.fs_hz = 500;
  CHECK_THROWS_WITH_AS(s.intake.begin(other), "test: after it was connected again: sampling rate: found 500 Hz, expected 1000 Hz", Error);
}

TEST_CASE("the fitted rate is the device's, and nothing is resampled by it") {
  Stream s;
  std::mt19937 random(3);
  std::uniform_real_distribution<double> late(0, 3);
  const double per_row_ns = 1e6 / (1 - 120e-6);  // 120 ppm slow
  for (int k = 1; k <= 12000; ++k) {
    s.now_ns = 1'000'000'000 + std::llround(k * 10 * per_row_ns) + std::llround(late(random) * 1e6);
    s.intake.push(s.rows(10));
    while (s.intake.take(std::chrono::milliseconds(0)) != nullptr) {
    }
  }
  CHECK(s.intake.counts().drift_ppm == doctest::Approx(-120).epsilon(0.05));
  CHECK(s.intake.counts().rows == 120000);
  CHECK(s.intake.counts().gaps == 0);
}

TEST_CASE("what a device's thread died of reaches whoever takes its rows, after the rows") {
  Stream s;
  s.intake.push(s.rows(10));
  s.intake.fail(std::make_exception_ptr(Error(Fault::data, "it broke")));
  CHECK(s.intake.take(std::chrono::milliseconds(0)) != nullptr);
  CHECK_THROWS_WITH_AS(s.intake.take(std::chrono::milliseconds(0)), "it broke", Error);
}

TEST_CASE("two threads: every row comes through once and in order") {
  Intake intake({.block_s = 0.004, .ring_s = 1000}, [] { return std::chrono::steady_clock::now().time_since_epoch().count(); });
  std::thread device([&] {
    intake.begin(Stream::head());
    std::array<std::int16_t, 6> rows{};
    for (std::int64_t row = 0; row < 30000; row += 3) {
      for (std::size_t k = 0; k < 6; ++k) rows[k] = static_cast<std::int16_t>((row * 2 + static_cast<std::int64_t>(k)) % 30011);
      intake.push_at(row, std::as_bytes(std::span(rows)));
    }
    intake.end();
  });
  REQUIRE(intake.wait_for_head(std::chrono::seconds(10), {}) != nullptr);
  std::int64_t next = 0;
  bool right = true;
  while (!intake.is_over()) {
    const RawBlock* block = intake.take(std::chrono::milliseconds(20));
    if (block == nullptr) continue;
    right = right && block->first == next;
    for (std::size_t k = 0; k < block->rows * 2; ++k) {
      std::int16_t value;
      std::memcpy(&value, block->samples.data() + k * 2, 2);
      right = right && value == (next * 2 + static_cast<std::int64_t>(k)) % 30011;
    }
    next += static_cast<std::int64_t>(block->rows);
  }
  device.join();
  CHECK(right);
  CHECK(next == 30000);
}

TEST_CASE("rows become a block as whoever reads the recording gets them") {
  Recording head = Stream::head();
  head.conversion = 2.861e-7;
  RawBlock raw{.first = 7, .rows = 2, .arrived_ns = 0, .samples = std::vector<std::byte>(8)};
  const std::array<std::int16_t, 4> counts{-32768, 32767, 1, -3};
  std::memcpy(raw.samples.data(), counts.data(), 8);
  Block block(2, 4);
  to_block(raw, head, block);
  REQUIRE(block.rows() == 2);
  CHECK(block.first == 7);
  for (std::size_t k = 0; k < 4; ++k) CHECK(block.samples()[k] == static_cast<float>(counts[k] * (2.861e-7 * 1e6)));
}

}  // namespace semg
