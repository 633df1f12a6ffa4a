// SPDX-License-Identifier: BSD-3-Clause
// A journal read again, after a clean end or after a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dsp/recording.hpp"

namespace semg {

/// What a journal holds; nothing of it is guessed.
struct JournalFindings {
  bool ended = false;     ///< it has its end, and its rows have the hash that stands there
  std::int64_t rows = 0;  ///< on the grid, lost rows counted
  std::int64_t good_rows = 0;
  std::int64_t gaps = 0;
  std::int64_t segments = 0;
  std::int64_t damaged_bytes = 0;  ///< skipped because a checksum did not hold, the torn last block included
  std::int64_t broken_places = 0;  ///< where blocks that had been whole are missing; a torn block that was never acknowledged is none
  std::vector<std::string> notes;  ///< sentences about what is odd: a missing segment, rows that go back
};

/// Rows in order, in constant memory. Never writes to the journal.
class JournalReader {
 public:
  /// Goes through it once and finds gaps, periods, events. Throws Error(no_input); Error(data) where no segment's head can be read;
  /// Error(try_again) while a writer holds it.
  explicit JournalReader(const std::filesystem::path& folder);
  ~JournalReader();

  const Recording& recording() const noexcept;  ///< rows, gaps, periods, events included
  const JournalFindings& findings() const noexcept;
  /// The next stretch of rows [first, ...) in the stored sample type, good until the next call; empty at the end. Rows never go back.
  std::span<const std::byte> next(std::int64_t& first);
  void rewind();  ///< back to the first row

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace semg
