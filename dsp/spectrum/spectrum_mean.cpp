// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_mean.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace semg {
namespace {

constexpr double kSegment_s = 1.0;

}  // namespace

MeanSpectrum::MeanSpectrum(double fs_hz, std::size_t channels)
    : welch_(segment_rows_for(kSegment_s, fs_hz), fs_hz),
      channels_(channels),
      segment_(channels * welch_.segment_rows()),
      sum_(channels * welch_.bins()),
      segments_(channels) {}

void MeanSpectrum::push(const Block& block) noexcept {
  if (block.first != next_row_) filled_ = 0;
  next_row_ = block.end();
  const std::size_t rows = welch_.segment_rows();
  const std::span<const float> samples = block.samples();
  for (std::size_t at = 0; at < block.rows();) {
    const std::size_t count = std::min(block.rows() - at, rows - filled_);
    for (std::size_t c = 0; c < channels_; ++c) {
      float* const to = segment_.data() + c * rows + filled_;
      for (std::size_t r = 0; r < count; ++r) to[r] = samples[(at + r) * channels_ + c];
    }
    at += count;
    filled_ += count;
    if (filled_ == rows) take();
  }
}

void MeanSpectrum::take() noexcept {
  const std::size_t rows = welch_.segment_rows();
  const std::size_t half = rows / 2;
  for (std::size_t c = 0; c < channels_; ++c) {
    const std::span<float> segment(segment_.data() + c * rows, rows);
    if (std::all_of(segment.begin(), segment.end(), [](float x) { return std::isfinite(x); })) {
      welch_.add(segment, std::span(sum_).subspan(c * welch_.bins(), welch_.bins()));
      ++segments_[c];
    }
    std::copy(segment.begin() + static_cast<std::ptrdiff_t>(half), segment.end(), segment.begin());
  }
  filled_ = rows - half;
}

std::vector<double> MeanSpectrum::density(std::size_t channel) const {
  if (segments_[channel] == 0) return {};
  const auto first = sum_.begin() + static_cast<std::ptrdiff_t>(channel * welch_.bins());
  std::vector<double> density(first, first + static_cast<std::ptrdiff_t>(welch_.bins()));
  welch_.to_density(density, segments_[channel]);
  return density;
}

}  // namespace semg
