// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/cyton_frames.hpp"

namespace semg {
namespace {

constexpr unsigned kHead = 0xA0;

unsigned at(std::span<const std::byte> packet, std::size_t place) noexcept {
  return std::to_integer<unsigned>(packet[place]);
}

unsigned count_of(std::span<const std::byte> packet) noexcept {
  return at(packet, 1);
}

bool has_marks(std::span<const std::byte> packet) noexcept {
  return at(packet, 0) == kHead && (at(packet, CytonPackets::kBytes - 1) & 0xF0) == 0xC0;
}

/// The marks are 12 bits only, and a packet that garbage cut has its head: the head and the count behind it must be right too.
bool counts_on(std::span<const std::byte> before, std::span<const std::byte> packet) noexcept {
  const auto next = packet.subspan(CytonPackets::kBytes);
  return has_marks(packet) && count_of(packet) == ((count_of(before) + 1) & 0xFF) && at(next, 0) == kHead &&
         count_of(next) == ((count_of(packet) + 1) & 0xFF);
}

/// Packets are lost one by one, so after a loss the next may be lost too: any other count will do, the marks must stand.
bool may_follow(std::span<const std::byte> before, std::span<const std::byte> packet) noexcept {
  return has_marks(before) && has_marks(packet) && count_of(packet) != count_of(before);
}

void append_samples(std::span<const std::byte> packet, std::vector<std::int32_t>& samples) {
  for (std::size_t c = 0; c < CytonPackets::kChannels; ++c) {
    const std::size_t place = 2 + 3 * c;
    const std::uint32_t all = at(packet, place) << 16 | at(packet, place + 1) << 8 | at(packet, place + 2);
    samples.push_back(static_cast<std::int32_t>((all ^ 0x800000u) - 0x800000u));
  }
}

void append_run(std::uint32_t counter, std::size_t row, std::uint32_t mask, std::vector<RowRun>& runs) {
  if (!runs.empty() && ((runs.back().counter + runs.back().rows) & mask) == counter) {
    ++runs.back().rows;
  } else {
    runs.push_back({.counter = counter, .first = row, .rows = 1});
  }
}

}  // namespace

CytonPackets::CytonPackets()
    : lock_({.row_bytes = kBytes, .ahead_bytes = 2, .rows_to_lock = 2, .goes_on = counts_on, .may_follow = may_follow}) {}

const CytonRows& CytonFramer::feed(std::span<const std::byte> bytes) {
  rows_.samples.clear();
  rows_.runs.clear();
  packets_.put(bytes);
  std::span<const std::byte> packet;
  while (packets_.next(packet)) {
    append_run(count_of(packet), rows_.samples.size() / kChannels, 0xFF, rows_.runs);
    append_samples(packet, rows_.samples);
  }
  rows_.garbage = packets_.take_garbage();
  return rows_;
}

const CytonRows& CytonDaisyFramer::feed(std::span<const std::byte> bytes) {
  rows_.samples.clear();
  rows_.runs.clear();
  packets_.put(bytes);
  std::span<const std::byte> packet;
  while (packets_.next(packet)) {
    const unsigned count = count_of(packet);
    if (!half_.empty() && count == count_of(half_) + 1) {
      append_run(count >> 1, rows_.samples.size() / kChannels, 0x7F, rows_.runs);
      append_samples(packet, rows_.samples);
      append_samples(half_, rows_.samples);
      half_.clear();
      continue;
    }
    if (!half_.empty()) ++halves_lost_;
    half_.clear();
    if (count % 2 == 0) {
      half_.assign(packet.begin(), packet.end());
    } else {
      ++halves_lost_;
    }
  }
  rows_.garbage = packets_.take_garbage() + halves_lost_ * CytonPackets::kBytes;
  halves_lost_ = 0;
  return rows_;
}

void CytonDaisyFramer::start_anew() {
  packets_.start_anew();
  if (!half_.empty()) ++halves_lost_;
  half_.clear();
}

}  // namespace semg
