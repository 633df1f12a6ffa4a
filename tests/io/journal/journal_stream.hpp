// SPDX-License-Identifier: BSD-3-Clause
// A stream whose every sample is known from its row, for tests that lose parts of a journal: whatever comes back can be held against it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "dsp/recording.hpp"
#include "io/journal/journal_format.hpp"
#include "io/journal/journal_reader.hpp"
#include "io/journal/journal_writer.hpp"
#include "tests/io/recording_sample.hpp"

namespace semg {

inline constexpr std::size_t kStreamChannels = 8;
inline constexpr std::int64_t kStreamRows = 96;  // of a block: 1.5 KiB, so that blocks straddle pages
inline constexpr std::size_t kStreamRowBytes = kStreamChannels * sizeof(std::int16_t);

inline Recording stream_head() {
  Recording head;
  head.recording_id = "S01_B1";
  head.participant_id = "S01";
  head.visit_id = "B1";
  head.session_start = "2026-07-27T10:00:00+08:00";
  head.device = "synthetic";
  head.source_format = "synthetic";
  head.simulated = true;
  head.sample_type = SampleType::int16;
  head.conversion = 0.1953125e-6 / 3;
  head.stream.fs_hz = 2000;
  for (std::size_t c = 0; c < kStreamChannels; ++c)
    head.stream.channels.push_back({.label = "ch" + std::to_string(c + 1),
                                    .muscle = "小指伸肌",
                                    .side = Side::left,
                                    .lsb = 0.1953125 / 3,
                                    .rail_low = {},
                                    .rail_high = {},
                                    .ied_mm = {},
                                    .reference = {}});
  return head;
}

/// Looks like nothing in particular; no two rows are alike.
inline std::int16_t stream_sample(std::int64_t row, std::size_t channel) {
  std::uint64_t x = static_cast<std::uint64_t>(row) * kStreamChannels + channel + 1;
  x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 27)) * 0xBF58476D1CE4E5B9u;
  return static_cast<std::int16_t>(x >> 40);
}

inline std::vector<std::int16_t> stream_rows(std::int64_t first, std::int64_t rows = kStreamRows) {
  std::vector<std::int16_t> samples;
  for (std::int64_t row = first; row < first + rows; ++row) {
    for (std::size_t c = 0; c < kStreamChannels; ++c) samples.push_back(stream_sample(row, c));
  }
  return samples;
}

inline bool append_stream(JournalWriter& writer, std::int64_t first, std::int64_t rows = kStreamRows) {
  const auto samples = stream_rows(first, rows);
  return writer.append(first, std::as_bytes(std::span(samples)), first * 500'000);
}

/// What came back of a journal.
struct CameBack {
  bool is_readable = false;
  std::string refusal;
  std::int64_t wrong_samples = 0;
  std::int64_t good_rows = 0;
  std::map<std::int64_t, std::int64_t> stretches;  ///< first row -> rows, neighbours joined
  JournalFindings findings;
  Recording recording;

  bool has(std::int64_t first, std::int64_t rows) const {
    auto stretch = stretches.upper_bound(first);
    if (stretch == stretches.begin()) return false;
    --stretch;
    return first + rows <= stretch->first + stretch->second;
  }
};

inline CameBack read_back(const std::filesystem::path& folder) {
  CameBack back;
  try {
    JournalReader reader(folder);
    back.is_readable = true;
    back.findings = reader.findings();
    back.recording = reader.recording();
    std::int64_t first = 0, end = -1;
    for (auto bytes = reader.next(first); !bytes.empty(); bytes = reader.next(first)) {
      const auto rows = static_cast<std::int64_t>(bytes.size() / kStreamRowBytes);
      const auto expected = stream_rows(first, rows);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        std::int16_t sample;
        std::memcpy(&sample, bytes.data() + k * sizeof sample, sizeof sample);
        back.wrong_samples += sample != expected[k];
      }
      if (first < end) ++back.wrong_samples;
      if (first == end) {
        std::prev(back.stretches.end())->second += rows;
      } else {
        back.stretches[first] = rows;
      }
      end = first + rows;
      back.good_rows += rows;
    }
  } catch (const Error& error) {
    back.refusal = error.what();
  }
  return back;
}

/// Numbers from a seed, the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}
  /// 0 ... below - 1
  std::size_t roll(std::size_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>((state_ >> 33) % below);
  }

 private:
  std::uint64_t state_;
};

/// Runs in a process of its own: the exit code that `work` gives, or minus the signal it died of.
inline int in_child(const std::function<int()>& work) {
  std::fflush(nullptr);  // or the child might say it once more
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

inline std::vector<std::byte> bytes_at(const std::filesystem::path& path) {
  const std::string bytes = bytes_of_file(path);
  const auto all = std::as_bytes(std::span(bytes));
  return {all.begin(), all.end()};
}

inline void write_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace semg
