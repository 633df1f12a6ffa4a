// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/heart_survey.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace semg {
namespace {

constexpr double kBin_s = 0.005;
constexpr std::int64_t kAlone = 30;  // bins on either side: 150 ms
constexpr std::int64_t kHalf = 10;   // of a beat's wave: 50 ms
constexpr std::int64_t kWave = 2 * kHalf + 1;
constexpr std::int64_t kRecent = 2 * kAlone + 1;
constexpr double kStandsOut = 6;
constexpr double kLevel_s = 0.4;  // of the running mean size
constexpr double kAlike = 0.8;
constexpr double kShortest_s = 0.5, kLongest_s = 1.25;
constexpr double kLeast_s = 5;

/// Of two waves, the second up to one bin earlier or later: where in its bin a beat lies must not matter.
double likeness(std::span<const double> a, std::span<const double> b) noexcept {
  double most = -1;
  for (const std::size_t shift : {0, 1, 2}) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t k = 1; k + 1 < a.size(); ++k) {
      const double other = b[k + shift - 1];
      ab += a[k] * other, aa += a[k] * a[k], bb += other * other;
    }
    if (aa > 0 && bb > 0) most = std::max(most, ab / std::sqrt(aa * bb));
  }
  return most;
}

}  // namespace

HeartSurvey::HeartSurvey(double fs_hz, std::size_t channels)
    : bin_rows_(std::max<std::int64_t>(1, std::llround(kBin_s * fs_hz))),
      channels_(channels),
      recent_(channels * kRecent),
      levels_(channels * kRecent),
      beat_(channels * kWave),
      wave_(kWave) {
  bin_s_ = static_cast<double>(bin_rows_) / fs_hz;
}

void HeartSurvey::push(const Block& conditioned) noexcept {
  const auto restart = [](Channel& ch) { ch.rows = ch.bins = 0, ch.sum = ch.level = 0, ch.beat_bin = -1; };
  if (conditioned.first != next_row_) {
    for (Channel& ch : channels_) restart(ch);
  }
  next_row_ = conditioned.end();
  for (std::size_t r = 0; r < conditioned.rows(); ++r) {
    const auto row = conditioned.row(r);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      Channel& ch = channels_[c];
      if (!std::isfinite(row[c])) {
        restart(ch);
        continue;
      }
      ch.sum += row[c];
      if (++ch.rows == bin_rows_) finish(c);
    }
  }
}

void HeartSurvey::finish(std::size_t channel) noexcept {
  Channel& ch = channels_[channel];
  double* const recent = recent_.data() + channel * kRecent;
  double* const levels = levels_.data() + channel * kRecent;
  const double mean = ch.sum / static_cast<double>(bin_rows_);
  ch.sum = 0;
  ch.rows = 0;
  ch.level += (std::abs(mean) - ch.level) * std::min(1.0, std::max(bin_s_ / kLevel_s, 1.0 / static_cast<double>(ch.bins + 1)));
  recent[ch.bins % kRecent] = mean;
  levels[ch.bins % kRecent] = ch.level;
  ++ch.bins;
  ++ch.all_bins;
  if (ch.bins < kRecent) return;
  const std::int64_t middle = ch.bins - 1 - kAlone;
  const auto at = [&](std::int64_t bin) { return recent[bin % kRecent]; };
  const double top = std::abs(at(middle));
  if (!(top > 0) || top < kStandsOut * levels[(middle - kHalf) % kRecent]) return;
  for (std::int64_t k = 1; k <= kAlone; ++k) {
    if (std::abs(at(middle - k)) >= top || std::abs(at(middle + k)) > top) return;
  }
  for (std::int64_t k = 0; k < kWave; ++k) wave_[static_cast<std::size_t>(k)] = at(middle - kHalf + k);
  const std::span<double> before(beat_.data() + channel * kWave, kWave);
  const double back_s = static_cast<double>(middle - ch.beat_bin) * bin_s_;
  if (ch.beat_bin >= 0 && back_s >= kShortest_s && back_s <= kLongest_s && likeness(wave_, before) >= kAlike)
    ch.between += middle - ch.beat_bin;
  std::copy(wave_.begin(), wave_.end(), before.begin());
  ch.beat_bin = middle;
}

std::optional<double> HeartSurvey::share(std::size_t channel) const noexcept {
  const Channel& ch = channels_[channel];
  if (static_cast<double>(ch.all_bins) * bin_s_ < kLeast_s) return std::nullopt;
  return static_cast<double>(ch.between) / static_cast<double>(ch.all_bins);
}

}  // namespace semg
