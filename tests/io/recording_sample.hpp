// SPDX-License-Identifier: BSD-3-Clause
// A recording with everything in it, and a folder that goes away: what the tests of recordings share.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <stdlib.h>

#include "dsp/block.hpp"
#include "dsp/error.hpp"
#include "dsp/recording.hpp"
#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"

namespace semg {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "semg-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline Recording sample_head(SampleType type) {
  Recording head;
  head.recording_id = "P03_V2_grip";
  head.participant_id = "P03";
  head.visit_id = "V2";
  head.session_start = "2026-07-27T10:00:00+08:00";
  head.device = "BITalino";
  head.source_format = "EDF+";
  head.source_sha256 = std::string(64, 'a');
  head.sample_type = type;
  head.conversion = type == SampleType::float32 ? 1e-6 : 0.195e-6;
  head.stream.fs_hz = 1259.2592592592594;
  head.stream.channels = {
      {.label = "EMG 1", .muscle = "biceps brachii", .side = Side::left, .lsb = 0.195, .rail_low = -6389.76, .rail_high = 6389.565},
      {.label = "EMG 2", .muscle = "小指伸肌", .side = Side::right, .kind = Kind::envelope, .lsb = {}, .rail_low = {}, .rail_high = {}},
      {.label = "ACC,X", .muscle = "ACC,X", .kind = Kind::other, .lsb = {}, .rail_low = 0, .rail_high = {}},
  };
  return head;
}

inline const std::vector<Gap> kSampleGaps = {{1000, 7}, {2500, 1}, {4990, 10}};
inline const std::vector<Period> kSamplePeriods = {{0, 900, "rest", 0}, {900, 2000, "grip", 1}, {2900, 2100, "grip", 2}};
inline const std::vector<Event> kSampleEvents = {{0.1, 0, "cue"}, {1.0 / 3, 0.7, "line one\nline \"two\""}, {2.5, 0, "用力"}};
inline constexpr std::int64_t kSampleRows = 5000;

/// Counts that use the whole range of T and look like nothing in particular.
template <class T>
std::vector<T> sample_counts(std::int64_t rows = kSampleRows, std::size_t channels = 3) {
  std::vector<T> counts(static_cast<std::size_t>(rows) * channels);
  std::uint64_t state = 12345;
  for (T& count : counts) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    if constexpr (std::is_floating_point_v<T>) {
      count = static_cast<T>(static_cast<std::int32_t>(state >> 32)) / T(1 << 20);
    } else {
      count = static_cast<T>(state >> (64 - 8 * sizeof(T)));
    }
  }
  return counts;
}

/// The whole sample recording in one append.
template <class T>
void write_sample(const std::filesystem::path& path, const Recording& head, const std::vector<T>& counts) {
  RecordingWriter writer(path, head);
  writer.append(std::span<const T>(counts));
  writer.finish(kSampleGaps, kSamplePeriods, kSampleEvents);
}

inline std::vector<Block> read_blocks(RecordingReader& reader, std::size_t max_rows) {
  std::vector<Block> blocks;
  Block block(reader.info().channels.size(), max_rows);
  while (reader.read(block)) blocks.push_back(block);
  return blocks;
}

/// All rows on the gap-free grid, NaN where nothing is. [rows x channels]
inline std::vector<float> read_grid(const std::filesystem::path& path, std::size_t max_rows = 512) {
  RecordingReader reader(path);
  const std::size_t channels = reader.info().channels.size();
  std::vector<float> grid(static_cast<std::size_t>(reader.recording().rows) * channels, std::numeric_limits<float>::quiet_NaN());
  for (const Block& block : read_blocks(reader, max_rows)) {
    std::copy(block.samples().begin(), block.samples().end(),
              grid.begin() + static_cast<std::ptrdiff_t>(block.first) * static_cast<std::ptrdiff_t>(channels));
  }
  return grid;
}

/// Equal bit for bit, NaN with NaN.
inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) {
           return (std::isnan(x) && std::isnan(y)) || std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
         });
}

inline std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  return names;
}

/// The sentence that opening `path` is refused with; empty where it is not. `fault` is the exit code it must have.
inline std::string refusal(const std::filesystem::path& path, Fault fault = Fault::data, const std::string& series = "") {
  try {
    RecordingReader reader(path, series);
    Block block(reader.info().channels.size(), 1000);
    while (reader.read(block)) {
    }
  } catch (const Error& error) {
    return error.fault() == fault ? error.what() : std::string("another fault: ") + error.what();
  }
  return "";
}

}  // namespace semg
