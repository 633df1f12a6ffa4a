// SPDX-License-Identifier: BSD-3-Clause
// Rows of a lab streaming layer stream find their index by time stamps that may jitter.
#include "io/devices/lsl_times.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include <doctest/doctest.h>

namespace semg {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kFs_hz = 2000;

using Runs = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// A program that streams: each row has a true number; some are never sent.
struct Stream {
  LslTimes times{kFs_hz};
  double drift_ppm = 0;
  double clock_s = 5000;    // what the stream's clock read at row 0
  double latency_s = 0.01;  // after its last row is measured, a chunk is here
  Runs got, sent;

  double t_s(std::int64_t row) const { return static_cast<double>(row) / (kFs_hz * (1 + drift_ppm * 1e-6)); }
  void chunk(std::int64_t first, std::int64_t rows, double off_s = 0) {
    const auto host_ns = static_cast<std::int64_t>((t_s(first + rows) + latency_s + 100) * 1e9);
    for (std::int64_t k = 0; k < rows; ++k) times.see(k == 0 ? clock_s + t_s(first) + off_s : kNone, host_ns);
    append(sent, first, rows);
    take();
  }
  void row(std::int64_t row, double stamp_s) {
    times.see(stamp_s, static_cast<std::int64_t>((t_s(row + 1) + latency_s + 100) * 1e9));
    append(sent, row, 1);
    take();
  }
  Runs end() {
    times.settle();
    take();
    return got;
  }

 private:
  static void append(Runs& runs, std::int64_t first, std::int64_t rows) {
    if (!runs.empty() && runs.back().second == first) {
      runs.back().second += rows;
    } else {
      runs.emplace_back(first, first + rows);
    }
  }
  void take() {
    for (const LslRun& run : times.runs()) append(got, run.index, static_cast<std::int64_t>(run.rows));
    times.clear_runs();
  }
};

std::int64_t rows_of(const Runs& runs) {
  std::int64_t rows = 0;
  for (const auto& run : runs) rows += run.second - run.first;
  return rows;
}

}  // namespace

TEST_CASE("LSL: losses are exact to the row where stamps do not jitter, from the first chunks on, whatever the drift") {
  for (const double drift_ppm : {0.0, -150.0, 150.0}) {
    for (const std::int64_t rows : {1, 20, 64}) {
      CAPTURE(drift_ppm);
      CAPTURE(rows);
      Stream s;
      s.drift_ppm = drift_ppm;
      std::mt19937 random(3);
      s.chunk(0, rows);
      for (std::int64_t chunk = 1; chunk * rows < 40000; ++chunk) {
        if (rows == 1 ? chunk % 199 > 2 : random() % 20 != 0) s.chunk(chunk * rows, rows);
      }
      CHECK(s.end() == s.sent);
      CHECK(s.sent.size() > 20);
      CHECK(s.times.jitter_s() < 1e-5);
    }
  }
}

TEST_CASE("LSL: stamps that jitter make no gaps") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> jitter(-0.006, 0.006);
  Stream s;
  for (std::int64_t chunk = 0; chunk < 3000; ++chunk) s.chunk(chunk * 20, 20, jitter(random));
  CHECK(s.end() == Runs{{0, 60000}});
  CHECK(s.times.jitter_s() == doctest::Approx(0.003).epsilon(0.2));
}

TEST_CASE("LSL: rows that a program reads 50 ms at a time and stamps one by one make no gaps") {
  Stream s;
  for (std::int64_t row = 0; row < 60000; ++row) {
    const std::int64_t batch = row / 100;
    s.row(row, s.clock_s + s.t_s(batch * 100 + 100) + static_cast<double>(row % 100) * 2e-5);
  }
  CHECK(s.end() == Runs{{0, 60000}});
}

TEST_CASE("LSL: a program that was held up and catches up lost nothing") {
  std::mt19937 random(9);
  std::exponential_distribution<double> late(1 / 0.00005);
  for (const double held_s : {0.01, 0.04, 0.3}) {
    CAPTURE(held_s);
    Stream s;
    double now_s = s.clock_s;
    for (std::int64_t row = 0; row < 40000; ++row) {
      if (row % 5000 == 4999) now_s += held_s;
      now_s = std::max(now_s + 1e-6, s.clock_s + s.t_s(row) + late(random));  // it stamps when it sends
      s.row(row, now_s);
    }
    CHECK(s.end() == Runs{{0, 40000}});
  }
}

TEST_CASE("LSL: a loss among stamps that jitter is found to within the jitter") {
  std::mt19937 random(6);
  std::uniform_real_distribution<double> jitter(-0.002, 0.002);
  Stream s;
  for (std::int64_t chunk = 0; chunk < 1000; ++chunk) {
    if (chunk < 300 || chunk % 100 < 95) s.chunk(chunk * 20, 20, jitter(random));
  }
  const Runs got = s.end();
  REQUIRE(got.size() == s.sent.size());
  CHECK(rows_of(got) == rows_of(s.sent));
  for (std::size_t k = 1; k < got.size(); ++k) CHECK(std::abs(got[k].first - got[k - 1].second - 100) <= 4);
}

TEST_CASE("LSL: a clock that is set, forth or back, is no loss, and losses are told after it") {
  for (const double leap_s : {3600.0, -3600.0, -0.2}) {
    CAPTURE(leap_s);
    Stream s;
    for (std::int64_t chunk = 0; chunk < 500; ++chunk) {
      if (chunk == 200) s.clock_s += leap_s;
      if (chunk != 400) s.chunk(chunk * 20, 20);
    }
    CHECK(s.end() == Runs{{0, 8000}, {8020, 10000}});
  }
}

TEST_CASE("LSL: after a reconnect the stamps of the same clock say what was lost, to the row") {
  Stream s;
  for (std::int64_t chunk = 0; chunk < 300; ++chunk) s.chunk(chunk * 20, 20);
  s.times.reconnected(0);
  for (std::int64_t chunk = 341; chunk < 400; ++chunk) s.chunk(chunk * 20, 20);
  CHECK(s.end() == Runs{{0, 6000}, {6820, 8000}});
}

TEST_CASE("LSL: a stream that comes back by another clock is placed by how the clocks differ") {
  Stream s;
  for (std::int64_t chunk = 0; chunk < 300; ++chunk) s.chunk(chunk * 20, 20);
  s.clock_s -= 4800;
  s.times.reconnected(-4800.001);
  for (std::int64_t chunk = 341; chunk < 400; ++chunk) s.chunk(chunk * 20, 20);
  const Runs got = s.end();
  REQUIRE(got.size() == 2);
  CHECK(std::abs(got[1].first - 6820) <= 2);
  CHECK(got[1].second - got[1].first == 8000 - 6820);
}

TEST_CASE("LSL: where nothing says how the clocks differ, this computer's clock says what was lost") {
  Stream s;
  for (std::int64_t chunk = 0; chunk < 300; ++chunk) s.chunk(chunk * 20, 20);
  s.clock_s = 7;
  s.times.reconnected(0);
  for (std::int64_t chunk = 341; chunk < 400; ++chunk) {
    if (chunk != 380) s.chunk(chunk * 20, 20);
  }
  const Runs got = s.end();
  REQUIRE(got.size() == 3);
  CHECK(std::abs(got[1].first - 6820) <= 40);
  CHECK(got[2].first - got[1].second == 20);
}

TEST_CASE("LSL: a connection that begins in the middle of a chunk is placed by the first stamp that comes") {
  Stream s;
  for (std::int64_t chunk = 0; chunk < 300; ++chunk) s.chunk(chunk * 20, 20);
  s.times.reconnected(0);
  for (std::int64_t row = 6813; row < 6820; ++row) s.row(row, kNone);
  CHECK(s.got.size() == 1);
  for (std::int64_t chunk = 341; chunk < 400; ++chunk) s.chunk(chunk * 20, 20);
  CHECK(s.end() == Runs{{0, 6000}, {6813, 8000}});
}

TEST_CASE("LSL: rows of one stream are placed once and in order, whatever their stamps") {
  std::mt19937 random(1);
  for (int round = 0; round < 30; ++round) {
    Stream s;
    std::int64_t rows = 0;
    for (int k = 0; k < 3000; ++k, ++rows) {
      const auto kind = static_cast<int>(random() % 200);
      if (kind == 0) s.times.reconnected(static_cast<double>(random() % 100) - 50);
      s.row(rows, kind < 100 ? kNone : (kind < 190 ? s.clock_s + s.t_s(rows) : static_cast<double>(random()) * 1e3 - 2e12));
    }
    const Runs got = s.end();
    CHECK(rows_of(got) == rows);
    for (std::size_t k = 1; k < got.size(); ++k) REQUIRE(got[k].first > got[k - 1].second);
  }
}

}  // namespace semg
