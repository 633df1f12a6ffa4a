// SPDX-License-Identifier: BSD-3-Clause
// Files of two muscles in four formats, and a manifest of them, made byte by byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "dsp/recording.hpp"
#include "io/recording_writer.hpp"
#include "tests/apps/import/command.hpp"
#include "tests/io/formats/edf_bytes.hpp"

namespace semg {

/// A file of a study: what is in it, so that one thing of it can be made wrong.
struct StudyFile {
  int seed = 1;
  int fs_hz = 2000;
  std::string left = "EMG left";
  std::string right = "EMG right";
  std::string date = "26.02.18";  ///< of EDF and BDF

  static constexpr int kRows = 2000;

  /// A count of one channel: noise without rails, repeats or an offset.
  std::int64_t count(std::int64_t row, int channel) const {
    std::uint64_t x = static_cast<std::uint64_t>((seed * 1000003LL + row) * 2 + channel) + 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<std::int64_t>((x ^ (x >> 31)) % 4001) - 2000;
  }

  double millivolts(std::int64_t row, int channel) const { return static_cast<double>(count(row, channel)) / 1e4; }

  std::string edf() const { return edf_of(2, "0", "-3276.8", "3276.7", "-32768", "32767"); }
  std::string bdf() const {
    return edf_of(3,
                  "\xFF"
                  "BIOSEMI",
                  "-838861", "838861", "-8388608", "8388607");
  }

  std::string text() const {
    std::string out = left + "," + right + "\n";
    for (int row = 0; row < kRows; ++row) {
      out += fmt::format("{:.4f},{:.4f}\n", millivolts(row, 0), millivolts(row, 1));
    }
    return out;
  }

  void write_nwb(const std::filesystem::path& path) const {
    Recording head;
    head.recording_id = "foreign";
    head.sample_type = SampleType::int16;
    head.conversion = 1e-7;
    head.stream.fs_hz = fs_hz;
    for (const std::string& label : {left, right}) {
      Channel channel;
      channel.label = channel.muscle = label;
      head.stream.channels.push_back(channel);
    }
    std::vector<std::int16_t> samples;
    for (int row = 0; row < kRows; ++row) {
      for (int c = 0; c < 2; ++c) samples.push_back(static_cast<std::int16_t>(count(row, c)));
    }
    RecordingWriter writer(path, head);
    writer.append(std::span<const std::int16_t>(samples));
    writer.finish({}, {}, {});
  }

 private:
  std::string edf_of(int bytes, const std::string& version, const char* low, const char* high, const char* digital_low,
                     const char* digital_high) const {
    EdfBytes made;
    made.version = version;
    made.date = date;
    made.signals.clear();
    for (const std::string& label : {left, right}) {
      EdfBytesSignal signal;
      signal.label = label;
      signal.physical_min = low;
      signal.physical_max = high;
      signal.digital_min = digital_low;
      signal.digital_max = digital_high;
      signal.samples = std::to_string(fs_hz);
      made.signals.push_back(signal);
    }
    made.records = std::to_string(kRows / fs_hz);
    for (int first = 0; first < kRows; first += fs_hz) {
      for (int c = 0; c < 2; ++c) made.data += counts(fs_hz, bytes, [&](std::int64_t row) { return count(first + row, c); });
    }
    return made.bytes();
  }
};

inline constexpr const char* kStudyMap =
    "[[channel]]\nsource = \"EMG left\"\nmuscle = \"biceps\"\nside = \"left\"\nied_mm = 20\nreference = \"elbow\"\n"
    "[[channel]]\nsource = \"EMG right\"\nmuscle = \"biceps\"\nside = \"right\"\nied_mm = 20\nreference = \"elbow\"\n";

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace semg
