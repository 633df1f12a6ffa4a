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
  while (at_ < end_) {
    if (read_at(at_, block)) {
      at_ += kBlockHeaderBytes + block.payload.size();
      return true;
    }
    const std::size_t from = at_ + 1;
    const void* found = from < end_ ? std::memchr(bytes_.data() + from, kFirst, end_ - from) : nullptr;
    const std::size_t place = found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes_.data());
    skipped_ += place - at_;
    at_ = place;
  }
  return false;
}

}  // namespace semg
