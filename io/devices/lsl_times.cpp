// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/lsl_times.hpp"

#include <algorithm>
#include <cmath>

namespace semg {
namespace {

constexpr double kRowsOff = 1.5;
constexpr double kTimesJitter = 3;
constexpr std::int64_t kJitterOver = 256;  // stamps
constexpr double kDoubt_s = 0.1;           // of rows: who is late for longer is not late by accident
constexpr double kLongestDoubt_s = 1;
constexpr std::size_t kDoubtStamps = 3;
constexpr double kAheadOfHost_s = 0.5;     // no stream is: a row comes after it was measured
constexpr double kAgreesWithHost_s = 0.5;  // after a reconnect; chunks may be long
constexpr double kEarly_s = 1;             // of rows, all too early: the stream's clock was set back
constexpr std::size_t kEarlyStamps = 5;
constexpr double kExactRows = 0.05;  // stamps that jitter by less are computed by the device, not read from a clock
constexpr double kLeap_s = 10;       // that is no jitter
constexpr double kFarthest_s = 4e9;  // a clock that counts from 1970 is not there before 2096

}  // namespace

LslTimes::LslTimes(double fs_hz) : fs_hz_(fs_hz), stream_(fs_hz), host_(fs_hz) {
  held_.reserve(static_cast<std::size_t>(std::ceil(2 * kLongestDoubt_s * fs_hz)) + 16);
  runs_.reserve(256);
}

double LslTimes::tolerance_s() const noexcept {
  return std::max(kRowsOff / fs_hz_, kTimesJitter * jitter_s_);
}

bool LslTimes::is_exact() const noexcept {
  return jitter_s_ * fs_hz_ < kExactRows;
}

std::int64_t LslTimes::next_by_host(std::int64_t host_ns) const noexcept {
  return static_cast<std::int64_t>(std::llround(host_.row_at(host_ns)));
}

void LslTimes::forget_stamps() noexcept {
  stream_ = StreamClock(fs_hz_);
  has_stamp_ = false;
  early_stamps_ = 0;
}

void LslTimes::see(double stamp_s, std::int64_t host_ns) {
  hold(stamp_s, host_ns);
  if (reconnected_) {
    place_after_reconnect(false);
  } else {
    judge(false);
  }
}

void LslTimes::settle() {
  if (reconnected_) {
    place_after_reconnect(true);
  } else {
    judge(true);
  }
}

void LslTimes::reconnected(double clock_change_s) {
  settle();
  shift_s_ += clock_change_s;
  reconnected_ = next_ > 0;
}

void LslTimes::hold(double stamp_s, std::int64_t host_ns) {
  const bool stamped = !std::isnan(stamp_s);
  if (!stamped && !held().empty()) {
    ++held_.back().rows;
  } else {
    if (held_.size() == held_.capacity()) {
      held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(front_));
      front_ = 0;
    }
    Held row{.stamped = stamped, .host_ns = host_ns};
    if (stamped) row.t_ns = static_cast<std::int64_t>(std::llround(std::clamp(stamp_s - shift_s_, -kFarthest_s, kFarthest_s) * 1e9));
    if (stamped && has_stamp_) {
      const auto due_ns = stream_.time_of(static_cast<double>(next_ + static_cast<std::int64_t>(held_rows_)));
      row.late_s = static_cast<double>(row.t_ns - due_ns) * 1e-9;
    }
    held_.push_back(row);
  }
  ++held_rows_;
}

void LslTimes::judge(bool at_once) {
  while (!held().empty()) {
    const auto rows = held();
    const double tolerance = tolerance_s();
    const double least_s = std::min_element(rows.begin(), rows.end(), is_less_late)->late_s;
    if (least_s <= tolerance) {
      place_front(0);
      continue;
    }
    const auto waited_s = static_cast<double>(held_rows_) / fs_hz_;
    const bool is_early_to_say = waited_s < std::max(rows.front().late_s, kDoubt_s) || rows.size() < kDoubtStamps;
    if (!at_once && waited_s < kLongestDoubt_s && is_early_to_say) return;
    place_front(least_s <= jitter_of_held_s() || (at_once && !is_exact()) ? 0 : lost_before_front());
  }
}

/// Losses only make stamps later. As far as one is earlier again than one before it, that is jitter.
double LslTimes::jitter_of_held_s() {
  double latest_s = held().front().late_s, back_s = 0;
  for (const Held& row : held()) {
    latest_s = std::max(latest_s, row.late_s);
    back_s = std::max(back_s, latest_s - row.late_s);
  }
  return back_s;
}

/// The front and those that are as late as it say how many; later ones that are later still tell of another loss.
std::int64_t LslTimes::lost_before_front() {
  const auto rows = held();
  const double least_s = std::min_element(rows.begin(), rows.end(), is_less_late)->late_s;
  const double plateau_s = std::max(kRowsOff / fs_hz_, 2 * kTimesJitter * jitter_s_);
  double sum_s = 0;
  std::int64_t count = 0;
  for (const Held& row : rows) {
    if (row.late_s > least_s + plateau_s) continue;
    sum_s += row.late_s;
    ++count;
  }
  const std::int64_t lost = std::llround(sum_s / static_cast<double>(count) * stream_.fs_hz());
  const double ahead = static_cast<double>(next_ + lost + static_cast<std::int64_t>(held_rows_) - next_by_host(rows.back().host_ns));
  if (ahead <= kAheadOfHost_s * fs_hz_) return lost;
  forget_stamps();
  for (Held& row : rows) row.late_s -= least_s;
  return 0;
}

void LslTimes::place_after_reconnect(bool at_once) {
  const auto rows = held();
  if (rows.empty()) return;
  const Held& last = rows.back();
  if (!last.stamped && !at_once && static_cast<double>(held_rows_) < kLongestDoubt_s * fs_hz_) return;
  const std::int64_t by_host = std::max<std::int64_t>(0, next_by_host(rows.front().host_ns) - next_ - 1);
  const std::int64_t by_stamp = std::llround(last.late_s * stream_.fs_hz());
  const bool is_told = last.stamped && has_stamp_ && static_cast<double>(std::abs(by_stamp - by_host)) <= kAgreesWithHost_s * fs_hz_;
  if (!is_told) forget_stamps();
  reconnected_ = false;
  place_front(is_told ? std::max<std::int64_t>(0, by_stamp) : by_host);
  while (!held().empty()) place_front(0);
}

void LslTimes::place_front(std::int64_t lost) {
  const double lost_s = static_cast<double>(lost) / stream_.fs_hz();
  if (lost > 0) {
    for (Held& row : held()) row.late_s -= lost_s;
  }
  const Held row = held_[front_++];
  held_rows_ -= row.rows;
  const std::int64_t index = next_ + lost;
  next_ = index + static_cast<std::int64_t>(row.rows);
  if (!runs_.empty() && runs_.back().index + static_cast<std::int64_t>(runs_.back().rows) == index) {
    runs_.back().rows += row.rows;
  } else {
    runs_.push_back({.index = index, .rows = row.rows});
  }
  host_.see(next_, row.host_ns);
  if (row.stamped) learn(row, index);
  if (front_ == held_.size()) {
    held_.clear();
    front_ = 0;
  }
}

/// Stamps too early for long are those of a clock that was set back. What they do to the line and the jitter is forgotten then.
void LslTimes::learn(const Held& row, std::int64_t index) {
  if (has_stamp_ && std::abs(row.late_s) > kLeap_s) forget_stamps();
  if (has_stamp_) {
    if (early_stamps_ == 0) {
      jitter_before_s_ = jitter_s_;
      early_from_ = index;
    }
    const bool is_early = row.late_s < -std::max(kRowsOff / fs_hz_, kTimesJitter * jitter_before_s_);
    early_stamps_ = is_early ? early_stamps_ + 1 : 0;
    ++learnt_;
    jitter_s_ += (std::abs(row.late_s) - jitter_s_) / static_cast<double>(std::min(learnt_, kJitterOver));
    if (early_stamps_ >= kEarlyStamps && static_cast<double>(index - early_from_) >= kEarly_s * fs_hz_) {
      forget_stamps();
      jitter_s_ = jitter_before_s_;
    } else if (is_early) {
      return;
    }
  }
  stream_.see(index, row.t_ns);
  has_stamp_ = true;
}

}  // namespace semg
