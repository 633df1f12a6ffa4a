// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/spike_survey.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {
namespace {

constexpr double kDeviations = 10;
constexpr double kDeviationOfNoise = 0.6744897501960817;  // median absolute deviation of a normal distribution of RMS 1
constexpr double kNear_s = 0.003;
constexpr double kFar_s = 0.050;

}  // namespace

SpikeSurvey::SpikeSurvey(double fs_hz, std::span<const std::optional<double>> rest_rms)
    : fs_hz_(fs_hz),
      near_(static_cast<std::size_t>(std::llround(kNear_s * fs_hz))),
      far_(std::max(near_ + 1, static_cast<std::size_t>(std::llround(kFar_s * fs_hz)))),
      length_(2 * far_ + 1),
      size_(rest_rms.size() * length_) {
  for (const auto& rms : rest_rms) {
    const double limit = rms ? kDeviations * kDeviationOfNoise * *rms : std::numeric_limits<double>::infinity();
    channels_.push_back({.limit = static_cast<float>(limit)});
  }
}

void SpikeSurvey::push(const Block& conditioned) noexcept {
  if (conditioned.first != next_row_) {
    for (Channel& ch : channels_) ch.rows = 0;
  }
  next_row_ = conditioned.end();
  for (std::size_t r = 0; r < conditioned.rows(); ++r) {
    slot_ = slot_ + 1 == length_ ? 0 : slot_ + 1;
    const std::size_t middle = slot_ >= far_ ? slot_ - far_ : slot_ + length_ - far_;
    const auto row = conditioned.row(r);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      Channel& ch = channels_[c];
      float* const ring = size_.data() + c * length_;
      ring[slot_] = std::abs(row[c]);
      ch.rows = std::isfinite(row[c]) ? ch.rows + 1 : 0;
      if (ch.rows < static_cast<std::int64_t>(length_)) continue;
      ++ch.looked_at;
      if (ring[middle] > ch.limit && is_spike({ring, length_}, ch.limit)) ++ch.spikes;
    }
  }
}

bool SpikeSurvey::is_spike(std::span<const float> ring, float limit) const noexcept {
  const auto at = [&](std::size_t after_oldest) { return ring[(slot_ + 1 + after_oldest) % length_]; };
  const float top = at(far_);
  for (std::size_t k = 1; k <= near_; ++k) {
    if (at(far_ - k) >= top || at(far_ + k) > top) return false;  // the first of equals counts
  }
  const float most = std::max(top / 4, limit / 2);
  for (std::size_t k = near_ + 1; k <= far_; ++k) {
    if (at(far_ - k) > most || at(far_ + k) > most) return false;
  }
  return true;
}

std::optional<double> SpikeSurvey::per_minute(std::size_t channel) const noexcept {
  const Channel& ch = channels_[channel];
  if (!std::isfinite(ch.limit) || ch.looked_at == 0) return std::nullopt;
  return static_cast<double>(ch.spikes) * 60.0 * fs_hz_ / static_cast<double>(ch.looked_at);
}

}  // namespace semg
