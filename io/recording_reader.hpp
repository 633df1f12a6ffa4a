// SPDX-License-Identifier: BSD-3-Clause
// A recording out of a file, block by block, in constant memory. A Source.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "dsp/block.hpp"
#include "dsp/recording.hpp"

namespace semg {

/// Reads our own recordings and any other NWB 2.x file with one ElectricalSeries or TimeSeries of samples (`series` chooses where there
/// are several: the path inside the file, e.g. "/acquisition/emg"). Limits (channels, rows, chunk bytes, type, filters, external storage)
/// are checked before any allocation. Throws Error(no_input) or Error(data) with `FILE: FIELD: found X, expected Y`.
class RecordingReader {
 public:
  explicit RecordingReader(const std::filesystem::path& path, const std::string& series = "");
  ~RecordingReader();
  RecordingReader(RecordingReader&&) noexcept;

  const Recording& recording() const noexcept;
  const StreamInfo& info() const noexcept { return recording().stream; }

  /// Next rows in the stream's unit, at most block.max_rows(). A block never spans a gap: rows in the gap table and rows in which every
  /// channel is NaN are left out, so the next block's `first` jumps. False at the end. Blocks' sizes are not part of the promise.
  bool read(Block& block);
  /// Back to the row; the next read() starts there (or after the gap it lies in).
  void seek(std::int64_t row);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// SHA-256 of a file's bytes, 64 hexadecimal digits. Throws Error(no_input).
std::string sha256_of_file(const std::filesystem::path& path);
std::string sha256_of_text(const std::string& text);

}  // namespace semg
