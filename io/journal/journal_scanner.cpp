// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/journal_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "io/journal/crc32c.hpp"

namespace semg {

bool JournalScanner::read_at(std::size_t place, JournalBlock& block) const noexcept {
  const auto rest = bytes_.subspan(place);
  const auto read = read_header(rest);
  if (!read || read->header.payload_bytes > rest.size() - kBlockHeaderBytes) return false;
  const auto payload = rest.subspan(kBlockHeaderBytes, read->header.payload_bytes);
  if (crc32c(payload) != read->header.payload_crc) return false;
  block = {.header = read->header, .crc = read->crc, .payload = payload};
  return true;
}

bool JournalScanner::next(JournalBlock& block) noexcept {
  // A header that holds before a payload that does not may be a torn block with good ones right behind it: its length is not believed.
  constexpr int kFirst = static_cast<int>(kBlockMagic & 0xFF);
  while (true) {
    if (at_ < end_ && read_at(at_, block)) {
      at_ += kBlockHeaderBytes + block.payload.size();
      return behind_block_ = true;
    }
    // A torn block that lacks just what the next one begins with is made whole by it: the next one begins before its end.
    for (std::size_t shared = 1; behind_block_ && shared < kBlockHeaderBytes; ++shared) {
      if (at_ - shared >= end_ || !read_at(at_ - shared, block)) continue;
      at_ += kBlockHeaderBytes + block.payload.size() - shared;
      return true;
    }
    behind_block_ = false;
    if (at_ >= end_) return false;
    const std::size_t from = at_ + 1;
    const void* found = from < end_ ? std::memchr(bytes_.data() + from, kFirst, end_ - from) : nullptr;
    const std::size_t place = found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes_.data());
    skipped_ += place - at_;
    at_ = place;
  }
}

}  // namespace semg
