// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/zero_phase.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace semg {
namespace {

constexpr double kTimeConstants = 24;  // e^-24 = 4e-11: a start as large as the signal is then well below 1e-9 of it
constexpr double kLeastLead_s = 0.5;

double correction(int order) noexcept {
  return std::pow(std::numbers::sqrt2 - 1.0, 1.0 / (2.0 * order));
}

/// The frequency whose analogue counterpart under the bilinear transform is `factor` times that of `f_hz`.
double moved(double f_hz, double factor, double fs_hz) noexcept {
  return fs_hz / std::numbers::pi * std::atan(factor * std::tan(std::numbers::pi * f_hz / fs_hz));
}

}  // namespace

LowPass for_two_passes(const LowPass& band, double fs_hz) noexcept {
  return {.order = band.order, .cutoff_hz = moved(band.cutoff_hz, 1.0 / correction(band.order), fs_hz)};
}

HighPass for_two_passes(const HighPass& band, double fs_hz) noexcept {
  return {.order = band.order, .cutoff_hz = moved(band.cutoff_hz, correction(band.order), fs_hz)};
}

ZeroPhase::ZeroPhase(const Sos& sos, std::size_t channels, double fs_hz)
    : channels_(channels),
      lead_rows_(static_cast<std::size_t>(std::ceil(fs_hz * std::max(kLeastLead_s, kTimeConstants * slowest_time_constant_s(sos, fs_hz))))),
      piece_rows_(lead_rows_),
      forward_(sos, channels),
      backward_(sos, channels),
      once_filtered_((piece_rows_ + lead_rows_) * channels),
      out_(once_filtered_.size()) {}

void ZeroPhase::append(std::span<const float> row) noexcept {
  const std::span<double> to(once_filtered_.data() + held_ * channels_, channels_);
  std::copy(row.begin(), row.end(), to.begin());
  forward_.process(to);
  ++held_;
}

std::span<const double> ZeroPhase::run_back(std::size_t rows) noexcept {
  backward_.reset();
  for (std::size_t r = held_; r-- > 0;) {
    const std::span<double> row(out_.data() + r * channels_, channels_);
    std::copy_n(once_filtered_.data() + r * channels_, channels_, row.data());
    backward_.process(row);
  }
  const auto done = static_cast<std::ptrdiff_t>(rows * channels_);
  std::copy(once_filtered_.begin() + done, once_filtered_.begin() + static_cast<std::ptrdiff_t>(held_ * channels_), once_filtered_.begin());
  held_ -= rows;
  return {out_.data(), rows * channels_};
}

}  // namespace semg
