// SPDX-License-Identifier: BSD-3-Clause
// What an emulated device sends and what it leaves out, known to the row; and rows that came through, held against it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "io/devices/byte_link.hpp"
#include "io/devices/device.hpp"
#include "io/devices/intake.hpp"

namespace semg::test {

/// The bad habits of a device. Times are seconds of its stream.
struct Habits {
  double seconds = 6;                  ///< it streams this long
  double lost_share = 0.01;            ///< of its packets: never sent, its counter goes on
  std::vector<double> drops = {2, 4};  ///< the connection is cut there, in the middle of a packet
  double away_s = 0.3;                 ///< and comes back this much later; it counts on meanwhile
  double garbage_s = 3;                ///< garbage bytes come in between two packets; below 0: never
  std::size_t garbage_bytes = 97;
  double drift_ppm = 0;  ///< its clock is that much fast
  bool splits = true;    ///< what is sent comes in pieces cut anywhere
};

/// Seconds of stream for tests of whole ways: a few in every run, 60 where SEMG_LIVE_SECONDS=60 asks for the long ones.
inline double live_seconds() {
  const char* word = std::getenv("SEMG_LIVE_SECONDS");
  return word ? std::atof(word) : 6;
}

/// Small numbers that repeat neither in time nor between channels: a bursting signal of 12 bits.
inline int emulated_count(std::int64_t row, std::size_t channel) {
  std::uint64_t x = static_cast<std::uint64_t>(row) * 0x9E3779B97F4A7C15u + (channel + 1) * 0xBF58476D1CE4E5B9u;
  x ^= x >> 31;
  x *= 0x94D049BB133111EBu;
  x ^= x >> 29;
  const int noise = static_cast<int>(x % 401) - 200;
  const bool burst = row / 1500 % 2 == 1;
  return burst ? noise * 5 : noise / 4;
}

/// Which rows an emulator really sent, told by its thread while it sends.
class SentRows {
 public:
  void sent(std::int64_t first, std::int64_t rows) {
    const std::lock_guard lock(mutex_);
    if (!runs_.empty() && runs_.back().second == first) {
      runs_.back().second = first + rows;
    } else {
      runs_.emplace_back(first, first + rows);
    }
  }
  /// [first, end) of each run of rows without a gap.
  std::vector<std::pair<std::int64_t, std::int64_t>> runs() const {
    const std::lock_guard lock(mutex_);
    return runs_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::int64_t, std::int64_t>> runs_;
};

/// Keeps an emulator's time: row r is due at start + r / fs.
class Pace {
 public:
  Pace(double fs_hz, double drift_ppm) : row_s_(1.0 / (fs_hz * (1 + drift_ppm * 1e-6))), start_(std::chrono::steady_clock::now()) {}
  void wait_for(std::int64_t row) const {
    std::this_thread::sleep_until(start_ + std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(row) * row_s_ * 1e9)));
  }

 private:
  double row_s_;
  std::chrono::steady_clock::time_point start_;
};

/// A repeatable coin for a habit.
inline bool falls(std::uint64_t what, double share) {
  what = (what + 0x632BE59BD9B4E019u) * 0x9E3779B97F4A7C15u;
  what ^= what >> 32;
  return static_cast<double>(what % 1000000) < share * 1e6;
}

/// Sends in pieces cut at places that `seed` decides, so that no reader may count on whole messages.
inline bool send_in_pieces(ByteLink& link, std::span<const std::byte> bytes, std::uint64_t seed) {
  while (!bytes.empty()) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const std::size_t piece = std::min<std::size_t>(bytes.size(), 1 + (seed >> 33) % 700);
    if (!link.send(bytes.first(piece))) return false;
    bytes = bytes.subspan(piece);
  }
  return true;
}

/// All rows that came through an intake, with their indices.
struct Received {
  Recording head;
  std::vector<std::pair<std::int64_t, std::int64_t>> runs;  // [first, end)
  std::vector<std::byte> samples;                           // of all runs, in order
};

/// Runs a reader on a thread of its own and takes its rows until nothing came for `silence`, at the longest `patience`.
inline Received receive(const DeviceReader& reader, std::chrono::milliseconds silence, std::chrono::seconds patience) {
  Received got;
  Intake intake;
  std::jthread thread([&](std::stop_token stop) {
    try {
      reader(intake, stop);
    } catch (...) {
      intake.fail(std::current_exception());
    }
  });
  const auto give_up = std::chrono::steady_clock::now() + patience;
  const Recording* head = intake.wait_for_head(std::chrono::duration_cast<std::chrono::milliseconds>(patience), {});
  if (head == nullptr) return got;
  got.head = *head;
  const std::size_t row_bytes = head->stream.channels.size() * size_of(head->sample_type);
  auto last = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < give_up && std::chrono::steady_clock::now() - last < silence && !intake.is_over()) {
    const RawBlock* block = intake.take(std::chrono::milliseconds(50));
    if (block == nullptr) continue;
    last = std::chrono::steady_clock::now();
    const auto end = block->first + static_cast<std::int64_t>(block->rows);
    if (!got.runs.empty() && got.runs.back().second == block->first) {
      got.runs.back().second = end;
    } else {
      got.runs.emplace_back(block->first, end);
    }
    const auto bytes = block->bytes(row_bytes);
    got.samples.insert(got.samples.end(), bytes.begin(), bytes.end());
  }
  return got;
}

}  // namespace semg::test
