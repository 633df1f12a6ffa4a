// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/lsl_frames.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

namespace semg {
namespace {

constexpr std::byte kDeduced{1}, kStamped{2};
constexpr std::size_t kStampBytes = 8;
constexpr std::size_t kRoom = 1 << 17;  // what one call may bring, with what waited, without an allocation
constexpr double kPatternStamp_s = 123456.789;

}  // namespace

LslFramer::LslFramer(LslLayout layout)
    : layout_(std::move(layout)),
      value_bytes_(bytes_of(layout_.format)),
      reversed_((layout_.byte_order == 1234) != (std::endian::native == std::endian::little)) {
  pending_.reserve(kRoom);
  rows_.samples.reserve(kRoom);
  rows_.stamps.reserve(kRoom / (1 + layout_.channels * value_bytes_));
}

template <class T>
T LslFramer::value_at(std::size_t at) const noexcept {
  std::array<std::byte, sizeof(T)> bytes;
  std::memcpy(bytes.data(), pending_.data() + at, sizeof(T));
  if (reversed_) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

void LslFramer::clear() noexcept {
  rows_.samples.clear();
  rows_.stamps.clear();
  rows_.garbage = 0;
}

bool LslFramer::front_is_tag() const noexcept {
  return pending_[at_] == kDeduced || (pending_[at_] == kStamped);
}

std::size_t LslFramer::row_bytes() const noexcept {
  if (at_ == pending_.size()) return 0;
  const std::size_t bytes = 1 + (pending_[at_] == kStamped ? kStampBytes : 0) + layout_.channels * value_bytes_;
  return at_ + bytes <= pending_.size() ? bytes : 0;
}

void LslFramer::lose() noexcept {
  lost_ = true;
  rows_.garbage += pending_.size() - at_;
  pending_.clear();
  at_ = 0;
}

double LslFramer::sent_value(std::size_t at) const noexcept {
  switch (layout_.format) {
    case LslFormat::float32: return static_cast<double>(value_at<float>(at));
    case LslFormat::double64: return value_at<double>(at);
    case LslFormat::int32: return value_at<std::int32_t>(at);
    case LslFormat::int16: return value_at<std::int16_t>(at);
    default: return std::numeric_limits<double>::quiet_NaN();
  }
}

double LslFramer::first_pattern_value() const noexcept {
  switch (layout_.format) {
    case LslFormat::double64: return 16777217;
    case LslFormat::int32: return 65537;
    case LslFormat::int16: return 257;
    default: return 0;
  }
}

/// Channel k holds k + offset and what the format adds, negative where k is odd; whole numbers wrap below their largest.
bool LslFramer::is_pattern(std::size_t bytes, int offset) const noexcept {
  if (bytes != 1 + kStampBytes + layout_.channels * value_bytes_ || value_at<double>(at_ + 1) != kPatternStamp_s) return false;
  for (std::size_t k = 0; k < layout_.channels; ++k) {
    double expected = static_cast<double>(k) + offset + first_pattern_value();
    if (layout_.format == LslFormat::int16) expected = std::fmod(expected, std::numeric_limits<std::int16_t>::max());
    if (k % 2 == 1) expected = -expected;
    if (sent_value(at_ + 1 + kStampBytes + k * value_bytes_) != expected) return false;
  }
  return true;
}

template <class Stored, class Sent>
void LslFramer::append_values(std::size_t at) {
  for (const std::size_t channel : layout_.picks) {
    const auto value = static_cast<Stored>(value_at<Sent>(at + channel * sizeof(Sent)));
    const auto bytes = std::as_bytes(std::span(&value, 1));
    rows_.samples.insert(rows_.samples.end(), bytes.begin(), bytes.end());
  }
}

void LslFramer::take(std::size_t bytes) {
  const bool stamped = pending_[at_] == kStamped;
  const double stamp_s = stamped ? value_at<double>(at_ + 1) : std::numeric_limits<double>::quiet_NaN();
  // A stamp beyond that is none, and its row is none: seconds since 1970 reach it in 2096.
  if ((stamped && !(std::abs(stamp_s) < 4e9)) || (patterns_left_ > 0 && !is_pattern(bytes, 2 * patterns_left_))) return lose();
  if (patterns_left_ > 0) {
    --patterns_left_;
  } else {
    const std::size_t values = at_ + 1 + (stamped ? kStampBytes : 0);
    switch (layout_.format) {
      case LslFormat::float32: append_values<float, float>(values); break;
      case LslFormat::double64: append_values<float, double>(values); break;
      case LslFormat::int32: append_values<std::int32_t, std::int32_t>(values); break;
      case LslFormat::int16: append_values<std::int16_t, std::int16_t>(values); break;
      default: break;
    }
    rows_.stamps.push_back(stamp_s);
  }
  at_ += bytes;
}

const LslRows& LslFramer::feed(std::span<const std::byte> bytes) {
  clear();
  if (lost_) {
    rows_.garbage = bytes.size();
    return rows_;
  }
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  while (!lost_ && at_ < pending_.size()) {
    if (!front_is_tag()) {
      lose();
      break;
    }
    const std::size_t length = row_bytes();
    if (length == 0) break;
    if (patterns_left_ == 0) {
      if (at_ + length == pending_.size()) break;
      const std::byte next = pending_[at_ + length];
      if (next != kDeduced && next != kStamped) {
        lose();
        break;
      }
    }
    take(length);
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  return rows_;
}

const LslRows& LslFramer::pause() {
  clear();
  const std::size_t length = row_bytes();
  if (length > 0 && length == pending_.size()) {
    take(length);
    pending_.clear();
    at_ = 0;
  }
  return rows_;
}

const LslRows& LslFramer::end() {
  pause();
  lose();
  return rows_;
}

}  // namespace semg
