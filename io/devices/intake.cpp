// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/intake.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/devices/slot_ring.hpp"

namespace semg {
namespace {

constexpr std::size_t kMostBlockRows = 1024;     // FeatureExtractor takes no more at once
constexpr double kCounterAgreesWithin_s = 0.05;  // after a reconnect: how far the host's clock may be from the counter's word
constexpr double kAhead_s = 0.5;                 // no row is, of the earliest before it: it comes after it was measured
constexpr double kMostRingBytes = 2e9;
constexpr double kSentTwice_s = 0.1;  // rows that were sent before come again at once

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What makes two connections the same stream; empty where nothing differs.
std::string difference(const Recording& before, const Recording& now) {
  const auto& mine = before.stream;
  const auto& theirs = now.stream;
  if (theirs.fs_hz != mine.fs_hz) return fmt::format("sampling rate: found {:g} Hz, expected {:g} Hz", theirs.fs_hz, mine.fs_hz);
  if (theirs.channels.size() != mine.channels.size())
    return fmt::format("channels: found {}, expected {}", theirs.channels.size(), mine.channels.size());
  for (std::size_t c = 0; c < mine.channels.size(); ++c) {
    if (theirs.channels[c].label != mine.channels[c].label)
      return fmt::format("channel {}: found '{}', expected '{}'", c + 1, theirs.channels[c].label, mine.channels[c].label);
  }
  if (now.sample_type != before.sample_type || now.conversion != before.conversion)
    return fmt::format("scale: found {:g} a count, expected {:g}", now.unit_per_count(), before.unit_per_count());
  return {};
}

}  // namespace

struct Intake::Ring : SlotRing<RawBlock> {
  using SlotRing::SlotRing;
  RawBlock* taken = nullptr;  // the reader's
};

Intake::Intake() : Intake(Sizes{}, steady_ns) {}
Intake::Intake(Sizes sizes, Clock clock) : sizes_(sizes), clock_(std::move(clock)) {}
Intake::~Intake() = default;

void Intake::begin(const Recording& head) {
  const std::lock_guard lock(mutex_);
  trouble_.clear();
  if (has_head_) {
    const std::string differs = difference(head_, head);
    if (!differs.empty()) throw Error(Fault::data, fmt::format("{}: after it was connected again: {}", head.device, differs));
    connected_ = true;
    return;
  }
  head_ = head;
  row_bytes_ = head.stream.channels.size() * size_of(head.sample_type);
  const double fs_hz = head.stream.fs_hz;
  block_rows_ = std::clamp<std::size_t>(static_cast<std::size_t>(std::llround(sizes_.block_s * fs_hz)), 1, kMostBlockRows);
  const auto blocks = static_cast<std::size_t>(std::ceil(sizes_.ring_s * fs_hz / static_cast<double>(block_rows_))) + 2;
  const double ring_bytes = static_cast<double>(blocks) * static_cast<double>(block_rows_ * row_bytes_);
  if (ring_bytes > kMostRingBytes)
    throw Error(Fault::data, fmt::format("{}: stream: found {} channels at {:g} Hz, expected no more than {:.0f} MB in a second",
                                         head.device, head.stream.channels.size(), fs_hz, kMostRingBytes / sizes_.ring_s / 1e6));
  RawBlock empty;
  empty.samples.resize(block_rows_ * row_bytes_);
  ring_ = std::make_unique<Ring>(blocks, empty);
  host_ = StreamClock(fs_hz);
  has_head_ = true;
  connected_ = true;
  known_.notify_all();
}

std::int64_t Intake::rows_in(std::span<const std::byte> rows) const noexcept {
  return static_cast<std::int64_t>(rows.size() / row_bytes_);
}

std::int64_t Intake::index_by_host_clock(std::int64_t now_ns) const noexcept {
  return std::max(next_, static_cast<std::int64_t>(std::llround(host_.row_at(now_ns))));
}

double Intake::ahead_s(std::int64_t index, std::int64_t now_ns) const noexcept {
  return static_cast<double>(index) / head_.stream.fs_hz - static_cast<double>(now_ns) * 1e-9;
}

void Intake::push(std::span<const std::byte> rows) {
  if (rows.empty()) return;
  const std::int64_t now = clock_();
  const std::int64_t at = reconnected_ && started_ ? std::max(next_, index_by_host_clock(now) - rows_in(rows)) : next_;
  place(at, rows, now);
}

std::optional<std::int64_t> Intake::push_counted(std::uint32_t counter, int bits, std::span<const std::byte> rows) {
  if (rows.empty()) return {};
  const std::int64_t now = clock_();
  const std::int64_t wrap = std::int64_t{1} << bits;
  const auto mask = static_cast<std::uint32_t>(wrap - 1);
  const auto following = static_cast<std::uint32_t>(rows_in(rows));
  std::int64_t at = next_;
  std::uint32_t counts_on = counter + following;
  if (started_) {
    const std::int64_t lost = (counter - counter_) & mask;
    const std::int64_t by_clock = index_by_host_clock(now) - rows_in(rows);
    const auto rows_of = [&](double t_s) { return static_cast<std::int64_t>(t_s * head_.stream.fs_hz); };
    at = next_ + lost;
    if (reconnected_ || lost == 0) suspect_ = -1;
    const std::int64_t rounds = std::llround(static_cast<double>(by_clock - at) / static_cast<double>(wrap));
    if (reconnected_) {
      if (rounds > 0) at += rounds * wrap;
      if (std::abs(at - by_clock) > rows_of(kCounterAgreesWithin_s)) at = std::max(next_, by_clock);
    } else if (lost != 0) {  // a counter that goes on as if nothing was lost is believed, however late its rows are
      const bool counts_anew = suspect_ == counter;
      // A step back, not a loss: no time went by for so many rows. They came before.
      if (!counts_anew && lost > wrap / 2 && by_clock - next_ < std::min(wrap / 4, rows_of(kSentTwice_s))) {
        garbage(rows.size());
        return {};
      }
      if (rounds > 0) at += rounds * wrap;
      if (counts_anew || ahead_s(at, now) > most_ahead_s_ + kAhead_s) {
        at = std::max(next_, by_clock);
        if (!counts_anew) {  // seen once, it is an error of the counter alone
          suspect_ = counts_on & mask;
          counts_on = counter_ + static_cast<std::uint32_t>(at - next_) + following;
        }
      }
      if (counts_anew) suspect_ = -1;
    }
  }
  place(at, rows, now);
  counter_ = counts_on & mask;
  return at;
}

void Intake::push_at(std::int64_t index, std::span<const std::byte> rows) {
  if (rows.empty()) return;
  const std::int64_t now = clock_();
  if (!started_) origin_ = index;
  if (index - origin_ < next_) origin_ = index - std::max(next_, index_by_host_clock(now) - rows_in(rows));  // it counts anew
  place(index - origin_, rows, now);
}

void Intake::place(std::int64_t index, std::span<const std::byte> rows, std::int64_t now_ns) noexcept {
  if (started_ && index > next_) {
    lost_ += index - next_;
    ++gaps_;
  }
  if (filling_ != nullptr && filling_->rows > 0 &&
      (index != filling_->first + static_cast<std::int64_t>(filling_->rows) ||
       now_ns - filling_since_ns_ > static_cast<std::int64_t>(sizes_.block_s * 1e9)))
    hand_on();
  std::int64_t left = rows_in(rows);
  next_ = index + left;
  rows_ += left;
  while (left > 0) {
    if (filling_ == nullptr) filling_ = ring_->free_slot();
    if (filling_ == nullptr) {
      if (!std::exchange(skipping_, true)) ++gaps_;
      overruns_ += left;
      break;
    }
    skipping_ = false;
    if (filling_->rows == 0) {
      filling_->first = index;
      filling_since_ns_ = now_ns;
    }
    const auto room = static_cast<std::int64_t>(block_rows_ - filling_->rows);
    const std::int64_t some = std::min(left, room);
    const auto bytes = rows.first(static_cast<std::size_t>(some) * row_bytes_);
    std::memcpy(filling_->samples.data() + filling_->rows * row_bytes_, bytes.data(), bytes.size());
    filling_->rows += static_cast<std::size_t>(some);
    filling_->arrived_ns = now_ns;
    rows = rows.subspan(bytes.size());
    index += some;
    left -= some;
    if (filling_->rows == block_rows_) hand_on();
  }
  most_ahead_s_ = started_ ? std::max(most_ahead_s_, ahead_s(next_, now_ns)) : ahead_s(next_, now_ns);
  started_ = true;
  reconnected_ = false;
  host_.see(next_, now_ns);
  if (host_.is_known()) {
    fs_hz_ = host_.fs_hz();
    drift_ppm_ = host_.drift_ppm();
  }
}

void Intake::hand_on() noexcept {
  handed_ += static_cast<std::int64_t>(filling_->rows);
  ring_->hand_on(std::exchange(filling_, nullptr));
}

void Intake::flush() noexcept {
  if (filling_ != nullptr && filling_->rows > 0) hand_on();
}

void Intake::garbage(std::size_t bytes) noexcept {
  garbage_ += static_cast<std::int64_t>(bytes);
}

void Intake::disconnected() noexcept {
  flush();
  if (!connected_.exchange(false)) return;
  ++disconnects_;
  reconnected_ = true;
}

void Intake::event(std::int64_t row, std::string text) {
  const std::lock_guard lock(mutex_);
  events_.push_back({.row = row, .text = std::move(text)});
  has_events_ = true;
}

bool Intake::has_head() const {
  const std::lock_guard lock(mutex_);
  return has_head_;
}

void Intake::trouble(std::string sentence) {
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(sentence);
}

void Intake::end() noexcept {
  flush();
  over_ = true;
  const std::lock_guard lock(mutex_);
  known_.notify_all();
  if (ring_) ring_->wake();
}

void Intake::fail(std::exception_ptr error) noexcept {
  flush();  // before anybody may see that it failed: take() throws when all that was handed on is taken
  {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }
  failed_ = true;
  end();
}

const Recording* Intake::wait_for_head(std::chrono::milliseconds patience, const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  while (!has_head_ && !over_ && !stop.stop_requested() && std::chrono::steady_clock::now() < until)
    known_.wait_for(lock, std::chrono::milliseconds(20));
  if (!has_head_ && failure_) std::rethrow_exception(failure_);
  return has_head_ ? &head_ : nullptr;
}

const RawBlock* Intake::take(std::chrono::milliseconds patience) {
  if (ring_->taken != nullptr) {
    ring_->taken->rows = 0;
    ring_->give_back(std::exchange(ring_->taken, nullptr));
  }
  ring_->taken = ring_->take(over_ ? std::chrono::milliseconds(0) : patience);
  if (ring_->taken != nullptr) {
    taken_ += static_cast<std::int64_t>(ring_->taken->rows);
  } else if (failed_ && handed_ == taken_) {
    const std::lock_guard lock(mutex_);
    std::rethrow_exception(failure_);
  }
  return ring_->taken;
}

bool Intake::is_over() const noexcept {
  return over_ && handed_ == taken_;
}

IntakeCounts Intake::counts() const {
  return {.rows = rows_,
          .lost_rows = lost_,
          .overrun_rows = overruns_,
          .garbage_bytes = garbage_,
          .disconnects = disconnects_,
          .gaps = gaps_,
          .connected = connected_,
          .fs_hz = fs_hz_,
          .drift_ppm = drift_ppm_,
          .waiting_s = has_head_ ? static_cast<double>(handed_ - taken_) / head_.stream.fs_hz : 0};
}

std::string Intake::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

std::vector<Intake::DeviceEvent> Intake::take_events() {
  const std::lock_guard lock(mutex_);
  has_events_ = false;
  return std::exchange(events_, {});
}

}  // namespace semg
