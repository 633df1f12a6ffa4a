// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/sos_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace semg {

SosFilter::SosFilter(Sos sos, std::size_t channels)
    : sos_(std::move(sos)),
      channels_(channels),
      z1_(sos_.size() * channels),
      z2_(sos_.size() * channels),
      x_(channels),
      primed_(channels) {}

void SosFilter::reset() noexcept {
  std::fill(primed_.begin(), primed_.end(), static_cast<unsigned char>(0));
  all_primed_ = false;
}

void SosFilter::process(Block& block) noexcept {
  if (block.first != next_row_) reset();
  next_row_ = block.end();
  double* __restrict x = x_.data();
  for (std::size_t r = 0; r < block.rows(); ++r) {
    float* row = block.row(r).data();
    float sum = 0;  // one NaN or infinity in the row makes this NaN
    for (std::size_t c = 0; c < channels_; ++c) sum += row[c] * 0.0F;
    for (std::size_t c = 0; c < channels_; ++c) x[c] = row[c];
    if (all_primed_ && sum == 0.0F) {
      process_row(x);
    } else {
      process_row_with_faults(x);
    }
    for (std::size_t c = 0; c < channels_; ++c) row[c] = static_cast<float>(x[c]);
  }
}

void SosFilter::process(std::span<double> row) noexcept {
  double sum = 0;
  for (const double x : row) sum += x * 0.0;
  if (all_primed_ && sum == 0.0) {
    process_row(row.data());
  } else {
    process_row_with_faults(row.data());
  }
}

void SosFilter::process_row(double* row) noexcept {
  double* __restrict x = row;
  for (std::size_t s = 0; s < sos_.size(); ++s) {
    const Section k = sos_[s];
    double* __restrict z1 = z1_.data() + s * channels_;
    double* __restrict z2 = z2_.data() + s * channels_;
    for (std::size_t c = 0; c < channels_; ++c) {
      const double in = x[c];
      const double y = k.b0 * in + z1[c];
      z1[c] = k.b1 * in - k.a1 * y + z2[c];
      z2[c] = k.b2 * in - k.a2 * y;
      x[c] = y;
    }
  }
}

void SosFilter::process_row_with_faults(double* row) noexcept {
  bool all = true;
  for (std::size_t c = 0; c < channels_; ++c) {
    if (!std::isfinite(row[c])) {
      row[c] = std::numeric_limits<double>::quiet_NaN();
      primed_[c] = 0;
      all = false;
      continue;
    }
    double x = row[c];
    if (primed_[c] == 0) prime(c, x);
    for (std::size_t s = 0; s < sos_.size(); ++s) {
      const Section k = sos_[s];
      double& z1 = z1_[s * channels_ + c];
      double& z2 = z2_[s * channels_ + c];
      const double y = k.b0 * x + z1;
      z1 = k.b1 * x - k.a1 * y + z2;
      z2 = k.b2 * x - k.a2 * y;
      x = y;
    }
    row[c] = x;
  }
  all_primed_ = all;
}

void SosFilter::prime(std::size_t channel, double x) noexcept {
  // The state a section has after an endless constant input: y = H(1) x, then both equations solved for the state.
  for (std::size_t s = 0; s < sos_.size(); ++s) {
    const Section k = sos_[s];
    const double y = x * (k.b0 + k.b1 + k.b2) / (1.0 + k.a1 + k.a2);
    z2_[s * channels_ + channel] = k.b2 * x - k.a2 * y;
    z1_[s * channels_ + channel] = k.b1 * x - k.a1 * y + z2_[s * channels_ + channel];
    x = y;
  }
  primed_[channel] = 1;
}

}  // namespace semg
