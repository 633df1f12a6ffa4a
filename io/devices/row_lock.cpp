// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/row_lock.hpp"

#include <algorithm>
#include <utility>

namespace semg {
namespace {

constexpr std::size_t kMostWanted = 64;    // places that still look alike after so many rows are not told apart
constexpr std::size_t kMostSkipped = 128;  // rows' worth of bytes without a row

}  // namespace

RowLock::RowLock(Rule rule) : rule_(std::move(rule)), wanted_(rule_.rows_to_lock) {
  last_.resize(rule_.row_bytes);
}

void RowLock::put(std::span<const std::byte> bytes) {
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  if (lost_) {
    garbage_ += bytes.size();
  } else {
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  }
}

std::span<const std::byte> RowLock::row_at(std::size_t place) const noexcept {
  return {pending_.data() + at_ + place, rule_.row_bytes};
}

bool RowLock::follow(std::size_t place, std::size_t rows) const noexcept {
  for (std::size_t k = 1; k < rows; ++k, place += rule_.row_bytes)
    if (!rule_.may_follow(row_at(place), row_at(place + rule_.row_bytes))) return false;
  return true;
}

void RowLock::skip(std::size_t bytes) noexcept {
  at_ += bytes;
  garbage_ += bytes;
  skipped_ += bytes;
}

std::span<const std::byte> RowLock::take() noexcept {
  const auto row = row_at(0);
  std::copy(row.begin(), row.end(), last_.begin());
  at_ += rule_.row_bytes;
  skipped_ = 0;
  return last_;
}

/// Bytes for all places and `wanted_` rows behind each are there.
bool RowLock::look_for_place() noexcept {
  std::size_t fitting = 0, places = 0, place = 0;
  for (std::size_t k = 0; k < rule_.row_bytes; ++k) {
    if (!follow(k, wanted_)) continue;
    const std::size_t twin = k + rule_.twin_bytes;
    const bool has_twin = twin > k && follow(twin, wanted_);
    if (!has_twin || twin < rule_.row_bytes) ++fitting;  // a twin behind these places has its turn with the next ones
    if (has_twin) continue;
    if (places++ == 0) place = k;
  }
  if (places == 1) {
    skip(place);
    in_doubt_ = skipped_ > 0;
    return true;
  }
  if (fitting > 0) {
    lost_ = wanted_ == kMostWanted;
    ++wanted_;
    return false;
  }
  skip(rule_.row_bytes);
  wanted_ = rule_.rows_to_lock;
  lost_ = skipped_ > kMostSkipped * rule_.row_bytes;
  return false;
}

bool RowLock::next(std::span<const std::byte>& row) {
  const std::size_t length = rule_.row_bytes;
  while (true) {
    const std::size_t here = pending_.size() - at_;
    if (lost_) {
      skip(here);
      return false;
    }
    if (locked_) {
      const std::size_t judged = length + rule_.ahead_bytes;
      if (here < judged) return false;
      if (!rule_.goes_on(last_, std::span(pending_).subspan(at_, judged))) {
        locked_ = false;
        wanted_ = rule_.rows_to_lock;
        continue;
      }
      row = take();
      return true;
    }
    if (fresh_) {
      if (here < rule_.rows_to_lock * length) return false;
      fresh_ = false;
      locked_ = follow(0, rule_.rows_to_lock);
    } else {
      if (here < (wanted_ + 1) * length - 1 + rule_.twin_bytes) return false;
      locked_ = look_for_place();
    }
    if (!locked_) continue;
    if (std::exchange(in_doubt_, false)) {
      take();
      garbage_ += length;
    }
    row = take();
    return true;
  }
}

std::size_t RowLock::take_garbage() noexcept {
  return std::exchange(garbage_, 0);
}

void RowLock::start_anew() {
  garbage_ += pending_.size() - at_;
  pending_.clear();
  at_ = skipped_ = 0;
  in_doubt_ = false;
  wanted_ = rule_.rows_to_lock;
  fresh_ = true;
  locked_ = lost_ = false;
}

void RowLock::start_anywhere() {
  start_anew();
  fresh_ = false;
}

}  // namespace semg
