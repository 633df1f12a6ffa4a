// SPDX-License-Identifier: BSD-3-Clause
// Blocks of a journal out of bytes that may be torn, overwritten or cut anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "io/journal/journal_format.hpp"

namespace semg {

/// One block whose checksums hold; it points into the bytes scanned.
struct JournalBlock {
  BlockHeader header;
  std::uint32_t crc = 0;  ///< of the header
  std::span<const std::byte> payload;
};

/// Pure, and safe for any bytes at all.
class JournalScanner {
 public:
  /// Looks for blocks that begin before `begin_before`; what lies after it is only looked at where such a block ends there.
  explicit JournalScanner(std::span<const std::byte> bytes, std::size_t begin_before = std::numeric_limits<std::size_t>::max()) noexcept
      : bytes_(bytes), end_(begin_before < bytes.size() ? begin_before : bytes.size()) {}
  /// The next block whose checksums hold; false at the end. Bytes between blocks that do are skipped and counted.
  bool next(JournalBlock& block) noexcept;
  std::size_t skipped_bytes() const noexcept { return skipped_; }
  std::size_t position() const noexcept { return at_; }

 private:
  bool read_at(std::size_t place, JournalBlock& block) const noexcept;

  std::span<const std::byte> bytes_;
  std::size_t end_ = 0, at_ = 0, skipped_ = 0;
  bool behind_block_ = false;  // a block ended at at_
};

}  // namespace semg
