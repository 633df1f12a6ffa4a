// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/trigno_frames.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace semg {
namespace {

constexpr std::size_t kMostReply = 4096;       // characters
constexpr std::size_t kFramesAhead = 2;        // that confirm one
constexpr float kMost_V = 0.011F * 1.5F;       // the sensor's range, and what upsampling overshoots
constexpr std::string_view kEnd = "\r\n\r\n";  // of a reply
constexpr std::string_view kStopped = "STOPPED\r\n";

float value_at(std::span<const std::byte> frame, std::size_t slot) noexcept {
  std::uint32_t bits = 0;
  for (std::size_t k = 4; k-- > 0;) bits = bits << 8 | std::to_integer<std::uint32_t>(frame[4 * slot + k]);
  return std::bit_cast<float>(bits);
}

}  // namespace

void TrignoReplies::put(std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) pending_ += static_cast<char>(byte);
}

std::optional<std::string> TrignoReplies::next() {
  while (true) {
    pending_.erase(0, std::min(pending_.find_first_not_of("\r\n"), pending_.size()));
    if (!pending_.starts_with(kStopped)) break;
    pending_.erase(0, kStopped.size());
    stopped_ = true;
  }
  const std::size_t end = pending_.find(kEnd);
  if (end == std::string::npos) {
    if (pending_.size() > kMostReply) {
      spoiled_ = true;
      pending_.clear();
    }
    return {};
  }
  std::string reply = pending_.substr(0, end);
  pending_.erase(0, end + kEnd.size());
  while (!reply.empty() && (reply.back() == ' ' || reply.back() == '\r' || reply.back() == '\n')) reply.pop_back();
  return reply;
}

bool TrignoReplies::take_stopped() noexcept {
  return std::exchange(stopped_, false);
}

TrignoFramer::TrignoFramer(TrignoLayout layout) : layout_(std::move(layout)), zeros_(layout_.columns.size(), 0) {}

bool TrignoFramer::is_plausible(std::span<const std::byte> frame) const noexcept {
  for (std::size_t slot = 0; slot < TrignoLayout::kSlots; ++slot) {
    const float value = value_at(frame, slot);
    if (!(std::abs(value) <= (layout_.is_used[slot] ? kMost_V : 0.0F))) return false;
  }
  return true;
}

/// Takes a frame that is certain. Zeros that turn out to be a loss become NaN, back to the first of them.
void TrignoFramer::see(std::span<const std::byte> frame) {
  const std::size_t channels = layout_.columns.size();
  for (std::size_t c = 0; c < channels; ++c) {
    const float value = value_at(frame, layout_.columns[c]);
    zeros_[c] = value == 0 ? std::min(zeros_[c] + 1, layout_.most_zeros + 1) : 0;
    held_.push_back(value);
    if (zeros_[c] <= layout_.most_zeros) continue;
    for (std::size_t at = held_.size(); at > 0 && held_[at - 1] == 0; at -= std::min(at, channels))
      held_[at - 1] = std::numeric_limits<float>::quiet_NaN();
  }
  ++next_;
  give();
}

/// Gives the rows in which nothing is undecided.
void TrignoFramer::give() {
  const std::size_t channels = layout_.columns.size();
  std::size_t undecided = 0;
  for (const std::size_t zeros : zeros_)
    if (zeros <= layout_.most_zeros) undecided = std::max(undecided, zeros);
  const std::size_t held = held_.size() / channels, decided = held - std::min(held, undecided);
  for (std::size_t row = 0; row < decided; ++row) {
    const auto samples = std::span(held_).subspan(row * channels, channels);
    if (std::all_of(samples.begin(), samples.end(), [](float sample) { return std::isnan(sample); })) continue;  // nothing but a gap
    const std::int64_t index = next_ - static_cast<std::int64_t>(held - row);
    if (rows_.runs.empty() || rows_.runs.back().index + static_cast<std::int64_t>(rows_.runs.back().rows) != index)
      rows_.runs.push_back({.index = index, .first = rows_.samples.size() / channels, .rows = 0});
    ++rows_.runs.back().rows;
    rows_.samples.insert(rows_.samples.end(), samples.begin(), samples.end());
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(decided * channels));
}

const TrignoRows& TrignoFramer::feed(std::span<const std::byte> bytes) {
  constexpr std::size_t kFrame = TrignoLayout::kFrameBytes;
  rows_.samples.clear();
  rows_.runs.clear();
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  std::size_t at = 0;
  while (!lost_ && pending_.size() - at - checked_ >= kFrame) {
    lost_ = !is_plausible(std::span(pending_).subspan(at + checked_, kFrame));
    if (lost_) break;
    checked_ += kFrame;
    if (checked_ <= kFramesAhead * kFrame) continue;
    see(std::span(pending_).subspan(at, kFrame));
    at += kFrame;
    checked_ -= kFrame;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
  if (lost_) {
    garbage_ += pending_.size();
    pending_.clear();
    checked_ = 0;
  }
  rows_.garbage = std::exchange(garbage_, 0);
  return rows_;
}

bool TrignoFramer::all_silent() const noexcept {
  return std::all_of(zeros_.begin(), zeros_.end(), [&](std::size_t zeros) { return zeros > layout_.most_zeros; });
}

void TrignoFramer::start_anew() {
  garbage_ += pending_.size();
  pending_.clear();
  held_.clear();
  std::fill(zeros_.begin(), zeros_.end(), 0);
  checked_ = 0;
  next_ = 0;
  lost_ = false;
}

}  // namespace semg
