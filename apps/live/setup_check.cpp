// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/setup_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace semg {
namespace {

constexpr double kHalfSecond_s = 0.5;
constexpr double kNoisy_uv = 15;  // RMS at rest, 20 to 450 Hz: above it electrodes or skin want a look
constexpr double kVeryNoisy_uv = 50;
constexpr double kNoiseDiffers = 2;  // times
constexpr double kStrong = 5;        // times the noise at rest: a contraction is there
constexpr double kQuiet = 2;         // times the noise at rest: it is over
constexpr double kClearly = 1.5;     // times the other side

const char* word_of(Side side) {
  return side == Side::left ? "left" : "right";
}

}  // namespace

SetupCheck::SetupCheck(const Recording& head, const Acquisition& planned, double bin_s, std::vector<EarlierChannel> earlier)
    : head_(head),
      planned_(planned),
      bin_s_(bin_s),
      earlier_(std::move(earlier)),
      side_(head.stream.channels.size(), Finding::ok),
      channels_(head.stream.channels.size()) {
  const auto& all = head_.stream.channels;
  for (Channel& c : channels_) c.recent.resize(static_cast<std::size_t>(std::llround(kHalfSecond_s / bin_s)));
  const auto has = [&](Side side) { return std::any_of(all.begin(), all.end(), [&](const auto& c) { return c.side == side; }); };
  if (has(Side::left) && has(Side::right)) sides_ = {Side::right, Side::left};
}

void SetupCheck::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  rest_s_ = 0;
  asked_ = 0;
  until_quiet_ = false;
  warnings_.clear();
  for (Channel& c : channels_) {
    c.rest = {};
    c.strongest = 0;
  }
  for (std::size_t c = 0; c < side_.size(); ++c)
    side_[c] = !sides_.empty() && head_.stream.channels[c].side != Side::none ? Finding::waiting : Finding::ok;
}

void SetupCheck::close() {
  const std::lock_guard lock(mutex_);
  open_ = false;
  done_ = true;
}

bool SetupCheck::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

bool SetupCheck::was_done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

bool SetupCheck::was_measured(std::size_t channel) const noexcept {
  return channels_[channel].rest.rows >= 0.5 * kRest_s * head_.stream.fs_hz && rest_rms(channel) > 0;
}

double SetupCheck::rest_rms(std::size_t channel) const noexcept {
  return channels_[channel].rest.rms();
}

void SetupCheck::see(const GlanceBin& bin) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  const bool resting = rest_s_ < kRest_s;
  for (std::size_t k = 0; k < channels_.size(); ++k) {
    const GlanceCell& cell = bin.cells[k];
    Channel& c = channels_[k];
    c.off = cell.rows == 0 || cell.same_rows >= kStill_s * head_.stream.fs_hz;
    c.clipped = cell.clipped > 0;
    if (cell.rows == 0) continue;
    c.recent[at_] = static_cast<float>(cell.square_sum / cell.rows);
    if (resting) {
      if (!c.off) c.rest.add(cell);
    } else {
      double sum = 0;
      for (const float value : c.recent) sum += static_cast<double>(value);
      c.now = sum / static_cast<double>(c.recent.size());
      c.strongest = until_quiet_ ? 0 : std::max(c.strongest, c.now);
    }
  }
  at_ = (at_ + 1) % channels_.front().recent.size();
  if (resting) {
    rest_s_ += bin_s_;
    if (rest_s_ >= kRest_s)
      for (Channel& c : channels_) std::fill(c.recent.begin(), c.recent.end(), 0.0F);
  } else if (asked_ < sides_.size()) {
    judge_side();
  }
}

void SetupCheck::judge_side() {
  // The strongest channel of each side, in its own noise at rest.
  std::array<double, 2> strongest{};
  bool quiet = true;
  for (std::size_t k = 0; k < channels_.size(); ++k) {
    const Side side = head_.stream.channels[k].side;
    if (side == Side::none || !was_measured(k)) continue;
    double& best = strongest[side == Side::left ? 0 : 1];
    best = std::max(best, std::sqrt(channels_[k].strongest) / rest_rms(k));
    quiet = quiet && std::sqrt(channels_[k].now) < kQuiet * rest_rms(k);
  }
  if (until_quiet_) {
    until_quiet_ = !quiet;
    return;
  }
  const Side asked = sides_[asked_];
  const double mine = strongest[asked == Side::left ? 0 : 1], other = strongest[asked == Side::left ? 1 : 0];
  if (std::max(mine, other) < kStrong) return;
  if (mine < kClearly * other && other < kClearly * mine) return;  // both: not told yet
  const bool exchanged = other > mine;
  for (std::size_t k = 0; k < channels_.size(); ++k) {
    if (head_.stream.channels[k].side == asked) side_[k] = exchanged ? Finding::stop : Finding::ok;
    channels_[k].strongest = 0;
  }
  until_quiet_ = true;
  if (exchanged) {
    warnings_.push_back(
        fmt::format("the {} side was asked for and the {} electrodes answered: left and right are exchanged, or the other side moved",
                    word_of(asked), word_of(asked == Side::left ? Side::right : Side::left)));
  }
  ++asked_;
}

const EarlierChannel* SetupCheck::earlier_of(std::size_t channel) const {
  const auto& label = head_.stream.channels[channel].label;
  const auto at = std::find_if(earlier_.begin(), earlier_.end(), [&](const EarlierChannel& e) { return e.label == label; });
  return at == earlier_.end() ? nullptr : &*at;
}

SetupCheck::Row SetupCheck::row(std::size_t channel) const {
  const Channel& c = channels_[channel];
  const auto& about = head_.stream.channels[channel];
  Row row;
  row.side = side_[channel];
  row.contact = c.off ? Finding::stop : c.clipped ? Finding::look : Finding::ok;
  const bool rested = rest_s_ >= kRest_s;
  const double noise = rest_rms(channel);
  const bool measured = was_measured(channel);
  if (rested && !measured) row.rest_noise = row.line = Finding::look;
  if (rested && measured && about.unit == Unit::microvolt) {
    row.rest_noise = noise > kVeryNoisy_uv ? Finding::stop : noise > kNoisy_uv ? Finding::look : Finding::ok;
    row.line = c.rest.is_hum() ? Finding::look : Finding::ok;
  }
  if (head_.stream.fs_hz < planned_.min_rate_hz) row.rate = Finding::stop;
  if (earlier_.empty()) return row;
  const EarlierChannel* earlier = earlier_of(channel);
  if (earlier == nullptr) {
    row.earlier = "differs: no such channel then";
    return row;
  }
  std::vector<std::string> differs;
  if (earlier->fs_hz != head_.stream.fs_hz) {
    differs.push_back(fmt::format("rate {:g} -> {:g} Hz", earlier->fs_hz, head_.stream.fs_hz));
    row.rate = std::max(row.rate, Finding::look);
  }
  if (earlier->lsb && about.lsb && std::abs(*earlier->lsb / *about.lsb - 1) > 1e-6) {
    differs.push_back(fmt::format("gain {:.4g} -> {:.4g} {} a step", *earlier->lsb, *about.lsb, to_string(about.unit)));
    row.gain = Finding::look;
  }
  if (earlier->muscle != about.muscle) differs.push_back(fmt::format("muscle {} -> {}", earlier->muscle, about.muscle));
  if (earlier->side != about.side) {
    differs.push_back(fmt::format("side {} -> {}", to_string(earlier->side), to_string(about.side)));
    row.side = Finding::stop;
  }
  if (rested && !measured) differs.push_back("rest not measured");
  if (measured && earlier->rest_rms && (noise > kNoiseDiffers * *earlier->rest_rms || noise * kNoiseDiffers < *earlier->rest_rms)) {
    differs.push_back("rest noise");
    row.rest_noise = std::max(row.rest_noise, Finding::look);
  }
  row.earlier = differs.empty() ? "same" : fmt::format("differs: {}", fmt::join(differs, "; "));
  return row;
}

SetupCheck::State SetupCheck::state() const {
  const std::lock_guard lock(mutex_);
  State state;
  state.rest_left_s = std::max(0.0, kRest_s - rest_s_);
  state.ask = rest_s_ < kRest_s        ? "rest quietly"
              : asked_ < sides_.size() ? fmt::format("contract the {} side strongly for a second", word_of(sides_[asked_]))
                                       : "";
  state.warnings = warnings_;
  for (const EarlierChannel& earlier : earlier_) {
    const auto& all = head_.stream.channels;
    if (std::none_of(all.begin(), all.end(), [&](const auto& now) { return now.label == earlier.label; }))
      state.warnings.push_back(fmt::format("{} was there at the earlier visit and is not now", earlier.label));
  }
  for (std::size_t k = 0; k < channels_.size(); ++k) {
    state.rows.push_back(row(k));
    const EarlierChannel* earlier = earlier_of(k);
    const auto& about = head_.stream.channels[k];
    if (earlier != nullptr && earlier->side != about.side && earlier->side != Side::none && about.side != Side::none)
      state.warnings.push_back(fmt::format("left and right may be exchanged: {} was {} at the earlier visit and is {} now", about.label,
                                           to_string(earlier->side), to_string(about.side)));
  }
  return state;
}

}  // namespace semg
