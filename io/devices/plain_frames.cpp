// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/plain_frames.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace semg {
namespace {

bool is_big_endian(PlainType type) noexcept {
  return type == PlainType::i16be || type == PlainType::i24be;
}

/// One to four bytes.
std::uint32_t word(std::span<const std::byte> bytes, bool big_endian) noexcept {
  std::uint32_t all = 0;
  for (std::size_t k = 0; k < bytes.size(); ++k)
    all = all << 8 | std::to_integer<std::uint32_t>(bytes[big_endian ? k : bytes.size() - 1 - k]);
  return all;
}

constexpr std::size_t kStrongSync = 2;   // bytes
constexpr std::uint32_t kMostLost = 16;  // frames at once, where the counter is most of the proof; more cost one frame on either side

/// What heads must be. Bytes may be a head's own or those of a whole frame.
struct Heads {
  std::vector<std::byte> sync;
  std::size_t counter_bytes;
  bool big_endian;

  bool has_sync(std::span<const std::byte> frame) const noexcept { return std::equal(sync.begin(), sync.end(), frame.begin()); }
  std::uint32_t counter(std::span<const std::byte> frame) const noexcept {
    return word(frame.subspan(sync.size(), counter_bytes), big_endian);
  }
  /// How many frames on; 1 where there is no counter.
  std::uint32_t step(std::span<const std::byte> before, std::span<const std::byte> frame) const noexcept {
    if (counter_bytes == 0) return 1;
    return (counter(frame) - counter(before)) & (~std::uint32_t{0} >> (32 - 8 * counter_bytes));
  }
};

/// While the place is certain, a frame is judged by the next one's head too: its own says nothing of its end.
RowLock::Rule rule_of(const PlainLayout& layout) {
  const Heads heads{
      .sync = layout.sync, .counter_bytes = static_cast<std::size_t>(layout.counter_bits) / 8, .big_endian = is_big_endian(layout.type)};
  const std::size_t frame_bytes = layout.frame_bytes();
  RowLock::Rule rule;
  rule.row_bytes = frame_bytes;
  rule.ahead_bytes = layout.head_bytes();
  // A sync word of two bytes stands twice by chance once in 2^32; less than that needs more frames.
  const bool is_strong = layout.sync.size() >= kStrongSync;
  rule.rows_to_lock = layout.head_bytes() == 0 ? 1 : is_strong ? 2 : 5;
  rule.goes_on = [heads, frame_bytes](std::span<const std::byte> before, std::span<const std::byte> frame) {
    const auto next = frame.subspan(frame_bytes);
    return heads.has_sync(frame) && heads.has_sync(next) && heads.step(before, frame) == 1 && heads.step(frame, next) == 1;
  };
  // Where frames were lost the counter jumps, and the next may be lost too.
  rule.may_follow = [heads, is_strong](std::span<const std::byte> before, std::span<const std::byte> frame) {
    const std::uint32_t step = heads.step(before, frame);
    return heads.has_sync(before) && heads.has_sync(frame) && (is_strong || (step >= 1 && step <= kMostLost));
  };
  return rule;
}

}  // namespace

std::size_t bytes_of(PlainType type) noexcept {
  switch (type) {
    case PlainType::i16le:
    case PlainType::i16be: return 2;
    case PlainType::i24le:
    case PlainType::i24be: return 3;
    case PlainType::i32le:
    case PlainType::f32le: break;
  }
  return 4;
}

SampleType stored_as(PlainType type) noexcept {
  if (type == PlainType::f32le) return SampleType::float32;
  return bytes_of(type) == 2 ? SampleType::int16 : SampleType::int32;
}

PlainFramer::PlainFramer(const PlainLayout& layout) : layout_(layout), lock_(rule_of(layout)) {}

void PlainFramer::append(std::span<const std::byte> frame, std::size_t garbage) {
  const std::size_t head = layout_.head_bytes(), value_bytes = bytes_of(layout_.type);
  const bool big_endian = is_big_endian(layout_.type);
  PlainRun run{.first = count_, .rows = 1};
  if (layout_.counter_bits > 0) {
    run.counter = word(frame.subspan(layout_.sync.size(), static_cast<std::size_t>(layout_.counter_bits) / 8), big_endian);
  } else if (garbage > 0 && has_rows_) {
    run.lost_before = std::max<std::size_t>(1, (garbage + frame.size() / 2) / frame.size());
  }
  has_rows_ = true;
  const std::uint32_t mask = layout_.counter_bits == 0 ? 0 : ~std::uint32_t{0} >> (32 - layout_.counter_bits);
  if (!rows_.runs.empty() && run.lost_before == 0 && ((rows_.runs.back().counter + rows_.runs.back().rows) & mask) == run.counter) {
    ++rows_.runs.back().rows;
  } else {
    rows_.runs.push_back(run);
  }
  ++count_;
  const std::size_t stored_bytes = value_bytes == 2 ? 2 : 4;
  std::size_t to = rows_.samples.size();
  rows_.samples.resize(to + layout_.channels * stored_bytes);
  for (std::size_t c = 0; c < layout_.channels; ++c, to += stored_bytes) {
    const std::uint32_t bits = word(frame.subspan(head + c * value_bytes, value_bytes), big_endian);
    const auto narrow = static_cast<std::uint16_t>(bits);
    const std::uint32_t wide = value_bytes == 3 ? (bits ^ 0x800000u) - 0x800000u : bits;
    std::memcpy(rows_.samples.data() + to, stored_bytes == 2 ? static_cast<const void*>(&narrow) : &wide, stored_bytes);
  }
}

const PlainRows& PlainFramer::feed(std::span<const std::byte> bytes) {
  rows_.samples.clear();
  rows_.runs.clear();
  rows_.garbage = 0;
  count_ = 0;
  lock_.put(bytes);
  std::span<const std::byte> frame;
  while (lock_.next(frame)) {
    const std::size_t garbage = lock_.take_garbage();
    rows_.garbage += garbage;
    append(frame, std::exchange(skipped_, 0) + garbage);
  }
  const std::size_t garbage = lock_.take_garbage();
  rows_.garbage += garbage;
  skipped_ += garbage;
  return rows_;
}

void PlainFramer::start_with_frame() {
  lock_.start_anew();
  has_rows_ = false;
}

void PlainFramer::start_anywhere() {
  lock_.start_anywhere();
  has_rows_ = false;
}

}  // namespace semg
