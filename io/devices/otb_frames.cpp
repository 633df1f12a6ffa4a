// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/otb_frames.hpp"

#include <cstring>

namespace semg {
namespace {

constexpr std::size_t kRowsToLock = 4;  // three steps of a 16-bit counter: one chance in 2^48

/// The last 16 bits of a word, which is where a probe's 16-bit values stand in rows of 24 bits too.
unsigned low_word(std::span<const std::byte> bytes) noexcept {
  return std::to_integer<unsigned>(bytes[bytes.size() - 2]) << 8 | std::to_integer<unsigned>(bytes[bytes.size() - 1]);
}

bool counts_on(std::span<const std::byte> before, std::span<const std::byte> row) noexcept {
  return low_word(row) == ((low_word(before) + 1) & 0xFFFF);
}

/// Two or three bytes, highest first, two's complement.
std::int32_t value(const std::byte* bytes, std::size_t count) noexcept {
  std::uint32_t all = 0;
  for (std::size_t k = 0; k < count; ++k) all = all << 8 | std::to_integer<std::uint32_t>(bytes[k]);
  const std::uint32_t sign = std::uint32_t{1} << (8 * count - 1);
  return static_cast<std::int32_t>((all ^ sign) - sign);
}

}  // namespace

// The word before the counter is the fill of the device's buffer, which may well grow by one a row.
OtbFramer::OtbFramer(OtbLayout layout)
    : layout_(layout),
      lock_({.row_bytes = layout.words * layout.word_bytes,
             .rows_to_lock = kRowsToLock,
             .twin_bytes = layout.word_bytes,
             .goes_on = counts_on,
             .may_follow = counts_on}) {}

void OtbFramer::append(std::span<const std::byte> row) {
  const bool trigger = (low_word(row.first(row.size() - layout_.word_bytes)) & 0x8000) != 0;
  const unsigned counter = low_word(row);
  const bool began = trigger && !trigger_.value_or(true);
  trigger_ = trigger;
  const bool goes_on = !rows_.runs.empty() && ((rows_.runs.back().counter + rows_.runs.back().rows) & 0xFFFF) == counter && !began;
  if (goes_on) {
    ++rows_.runs.back().rows;
  } else {
    rows_.runs.push_back({.counter = counter, .first = count_, .rows = 1, .trigger_began = began});
  }
  ++count_;
  const std::size_t sample_bytes = layout_.word_bytes == 2 ? 2 : 4;
  std::size_t to = rows_.samples.size();
  rows_.samples.resize(to + layout_.channels * sample_bytes);
  for (std::size_t c = 0; c < layout_.channels; ++c, to += sample_bytes) {
    const std::int32_t wide = value(row.data() + c * layout_.word_bytes, layout_.word_bytes);
    const auto narrow = static_cast<std::int16_t>(wide);
    std::memcpy(rows_.samples.data() + to, sample_bytes == 2 ? static_cast<const void*>(&narrow) : &wide, sample_bytes);
  }
}

const OtbRows& OtbFramer::feed(std::span<const std::byte> bytes) {
  rows_.samples.clear();
  rows_.runs.clear();
  count_ = 0;
  lock_.put(bytes);
  std::span<const std::byte> row;
  while (lock_.next(row)) append(row);
  rows_.garbage = lock_.take_garbage();
  return rows_;
}

}  // namespace semg
