// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/cross_talk.hpp"

#include <algorithm>
#include <cmath>

namespace semg {
namespace {

constexpr double kWindow_s = 0.25;
constexpr double kMostLag_s = 0.005;
constexpr double kStep_s = 0.0005;
constexpr std::int64_t kMostWindows = 64;
constexpr double kLeast_s = 2;
constexpr std::size_t kAllPairs = 64;    // channels
constexpr std::size_t kNeighbours = 32;  // on either side, of more channels

std::int64_t rows_in(double seconds, double fs_hz) {
  return std::max<std::int64_t>(1, std::llround(seconds * fs_hz));
}

}  // namespace

CrossTalkSurvey::CrossTalkSurvey(const StreamInfo& info, std::int64_t rows)
    : fs_hz_(info.fs_hz),
      channels_(info.channels.size()),
      step_(rows_in(kStep_s, fs_hz_)),
      most_lag_(rows_in(kMostLag_s, fs_hz_) / step_ * step_),
      lags_(2 * most_lag_ / step_ + 1),
      rows_(rows_in(kWindow_s, fs_hz_) + 2 * most_lag_),
      stride_(std::max(rows_, (rows + kMostWindows - 1) / kMostWindows)),
      least_windows_(rows_in(kLeast_s, 1 / kWindow_s)),
      window_(channels_ * static_cast<std::size_t>(rows_)),
      energy_(channels_) {
  std::vector<std::size_t> emg;
  for (std::size_t c = 0; c < channels_; ++c) {
    if (info.channels[c].kind == Kind::emg) emg.push_back(c);
  }
  const std::size_t reach = emg.size() > kAllPairs ? kNeighbours : emg.size();
  for (std::size_t k = 0; k < emg.size(); ++k) {
    for (std::size_t other = k + 1; other < std::min(emg.size(), k + 1 + reach); ++other) pairs_.push_back({.a = emg[k], .b = emg[other]});
  }
  sums_.resize(pairs_.size() * static_cast<std::size_t>(lags_));
}

void CrossTalkSurvey::push(const Block& conditioned) noexcept {
  if (pairs_.empty()) return;
  if (conditioned.first != next_row_) filled_ = 0;
  next_row_ = conditioned.end();
  for (std::int64_t row = conditioned.first; row < conditioned.end();) {
    const std::int64_t within = row % stride_;
    if (within >= rows_ || within != filled_) {  // between two windows, or in one whose beginning is missing
      filled_ = 0;
      row += stride_ - within;
      continue;
    }
    const std::int64_t count = std::min(conditioned.end() - row, rows_ - filled_);
    const auto at = static_cast<std::size_t>(row - conditioned.first);
    for (std::size_t c = 0; c < channels_; ++c) {
      double* const to = window_.data() + c * static_cast<std::size_t>(rows_) + filled_;
      for (std::int64_t r = 0; r < count; ++r) to[r] = conditioned.row(at + static_cast<std::size_t>(r))[c];
    }
    row += count;
    filled_ += count;
    if (filled_ == rows_) finish_window();
  }
}

void CrossTalkSurvey::finish_window() noexcept {
  filled_ = 0;
  const auto channel = [&](std::size_t c) { return window_.data() + c * static_cast<std::size_t>(rows_); };
  const std::int64_t end = rows_ - most_lag_, hop = 2 * step_;
  for (std::size_t c = 0; c < channels_; ++c) {
    const double* const x = channel(c);
    energy_[c] = 0;
    for (std::int64_t n = most_lag_; n < end; n += hop) energy_[c] += x[n] * x[n];
    if (!std::all_of(x, x + rows_, [](double v) { return std::isfinite(v); })) energy_[c] = std::nan("");
  }
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    Pair& pair = pairs_[p];
    if (std::isnan(energy_[pair.a]) || std::isnan(energy_[pair.b])) continue;
    ++pair.windows;
    pair.energy_a += energy_[pair.a];
    pair.energy_b += energy_[pair.b];
    const double* const a = channel(pair.a);
    const double* const b = channel(pair.b) - most_lag_;
    double* const sum = sums_.data() + p * static_cast<std::size_t>(lags_);
    for (std::int64_t n = most_lag_; n < end; n += hop) {
      for (std::int64_t lag = 0; lag < lags_; ++lag) sum[lag] += a[n] * b[n + lag * step_];
    }
  }
}

std::optional<CrossTalk> CrossTalkSurvey::of(std::size_t channel) const {
  std::optional<CrossTalk> strongest;
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const Pair& pair = pairs_[p];
    const double energy = std::sqrt(pair.energy_a * pair.energy_b);
    if ((pair.a != channel && pair.b != channel) || pair.windows < least_windows_ || !(energy > 0)) continue;
    const double* const first = sums_.data() + p * static_cast<std::size_t>(lags_);
    const double* const most = std::max_element(first, first + lags_, [](double x, double y) { return std::abs(x) < std::abs(y); });
    const double correlation = std::min(1.0, std::abs(*most) / energy);
    if (strongest && strongest->correlation >= correlation) continue;
    const double lag_s = static_cast<double>((most - first) * step_ - most_lag_) / fs_hz_;
    strongest =
        CrossTalk{.correlation = correlation, .with = pair.a == channel ? pair.b : pair.a, .lag_s = pair.a == channel ? lag_s : -lag_s};
  }
  return strongest;
}

}  // namespace semg
