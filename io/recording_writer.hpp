// SPDX-License-Identifier: BSD-3-Clause
// A recording into a file: HDF5 that is also valid NWB 2.x. The layout is written down in io/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "dsp/recording.hpp"

namespace semg {

/// Writes `NAME.nwb` beside its place and renames it there in finish(); a killed process leaves no half file.
/// The same recording and samples give the same bytes, always.
class RecordingWriter {
 public:
  /// `head` holds everything but rows, gaps, periods and events, which finish() takes. Throws Error(cannot_create) where `path` exists.
  RecordingWriter(const std::filesystem::path& path, const Recording& head);
  ~RecordingWriter();  // without finish(): the temporary file is removed
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  /// Appends [rows x channels] in the head's sample_type; the overload must match it. Rows that are missing (gaps) are appended by the
  /// caller too: 0 for integers, NaN for float32. Throws Error(write_failed).
  void append(std::span<const std::int16_t> samples);
  void append(std::span<const std::int32_t> samples);
  void append(std::span<const float> samples);

  /// Writes what is known only at the end and puts the file in its place. Rows are those appended.
  void finish(const std::vector<Gap>& gaps, const std::vector<Period>& periods, const std::vector<Event>& events);

 private:
  struct File;
  std::unique_ptr<File> file_;  // keeps hdf5.h out of every other header
};

}  // namespace semg
