// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/activity_bins.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/filters/butterworth.hpp"

namespace semg {
namespace {

/// Below 125 Hz a 50 Hz edge would crowd the Nyquist frequency: everything then counts as above it and nothing is vetoed.
Sos above_50_hz(double fs_hz) {
  if (fs_hz < 125.0) return {};
  return butterworth(HighPass{.order = 2, .cutoff_hz = 50.0}, fs_hz);
}

}  // namespace

ActivityBins::ActivityBins(double fs_hz, std::size_t channels)
    : bin_rows_(std::max<std::int64_t>(1, std::llround(fs_hz / 1000.0))),
      high_pass_50_(above_50_hz(fs_hz), channels),
      high_(channels, 256),
      power_(channels),
      power_above_50_(channels) {
  bin_s_ = static_cast<double>(bin_rows_) / fs_hz;
}

int ActivityBins::bins(double seconds) const noexcept {
  return std::max(1, static_cast<int>(std::lround(seconds / bin_s_)));
}

std::size_t ActivityBins::load(const Block& conditioned, std::size_t from) noexcept {
  const std::size_t rows = std::min(high_.max_rows(), conditioned.rows() - from);
  high_.resize(rows);
  high_.first = conditioned.first + static_cast<std::int64_t>(from);
  const auto all = conditioned.samples();
  const auto width = static_cast<std::ptrdiff_t>(conditioned.channels());
  std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(from) * width, static_cast<std::ptrdiff_t>(rows) * width, high_.samples().begin());
  high_pass_50_.process(high_);
  return rows;
}

void ActivityBins::add(std::span<const float> row, std::span<const float> high) noexcept {
  if (filled_ == 0) {
    std::fill(power_.begin(), power_.end(), 0.0);
    std::fill(power_above_50_.begin(), power_above_50_.end(), 0.0);
  }
  for (std::size_t c = 0; c < power_.size(); ++c) {
    const double x = row[c];
    const double h = high[c];
    power_[c] += x * x;
    power_above_50_[c] += h * h;
  }
  ++filled_;
}

void ActivityBins::scale() noexcept {
  const double rows = static_cast<double>(bin_rows_);
  for (double& p : power_) p /= rows;
  for (double& p : power_above_50_) p /= rows;
}

}  // namespace semg
