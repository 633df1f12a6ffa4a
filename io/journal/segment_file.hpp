// SPDX-License-Identifier: BSD-3-Clause
// One segment of a journal, block by block, in constant memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "io/journal/journal_scanner.hpp"

namespace semg {

/// Reads through a window. A part of the disk that cannot be read counts as zeros, so that it costs no more than the blocks in it.
class SegmentFile {
 public:
  /// Throws Error(no_input) where it cannot be opened.
  explicit SegmentFile(const std::filesystem::path& path);
  ~SegmentFile();
  SegmentFile(const SegmentFile&) = delete;
  SegmentFile& operator=(const SegmentFile&) = delete;

  /// The next block whose checksums hold, good until the next call; false at the end.
  bool next(JournalBlock& block);
  std::int64_t skipped_bytes() const noexcept { return skipped_ + static_cast<std::int64_t>(scanner_.skipped_bytes()); }
  /// Of those, the ones since the last good block.
  std::int64_t tail_bytes() const noexcept { return skipped_bytes() - skipped_before_; }

 private:
  void load();

  int file_ = -1;
  std::int64_t size_ = 0;
  std::int64_t base_ = 0;  // of the window in the file
  std::int64_t skipped_ = 0, skipped_before_ = 0;
  std::vector<std::byte> window_;
  JournalScanner scanner_{{}};
};

}  // namespace semg
