// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_coherence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "dsp/error.hpp"

namespace semg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNormal975 = 1.959963984540054;

std::size_t checked(std::size_t segment_rows) {
  if (segment_rows < 4)
    throw Error(Fault::usage, "coherence: found a segment of " + std::to_string(segment_rows) + " rows, expected at least 4");
  return segment_rows;
}

}  // namespace

Coherence::Coherence(std::size_t segment_rows, double fs_hz)
    : fs_hz_(fs_hz),
      weight_(checked(segment_rows)),
      transform_(segment_rows),
      x_(transform_.bins()),
      cross_(transform_.bins()),
      power_x_(transform_.bins()),
      power_y_(transform_.bins()) {
  for (std::size_t n = 0; n < segment_rows; ++n)
    weight_[n] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(segment_rows));
}

void Coherence::load(std::span<const float> segment) noexcept {
  double mean = 0;
  for (const float x : segment) mean += x;
  mean /= static_cast<double>(segment_rows());
  const std::span<double> in = transform_.in();
  for (std::size_t n = 0; n < in.size(); ++n) in[n] = (segment[n] - mean) * weight_[n];
}

void Coherence::add(std::span<const float> x, std::span<const float> y) noexcept {
  load(x);
  std::ranges::copy(transform_.transform(), x_.begin());
  load(y);
  const auto of_y = transform_.transform();
  for (std::size_t k = 0; k < x_.size(); ++k) {
    cross_[k] += x_[k] * std::conj(of_y[k]);
    power_x_[k] += std::norm(x_[k]);
    power_y_[k] += std::norm(of_y[k]);
  }
  ++segments_;
}

void Coherence::values(std::span<double> coherence) const noexcept {
  for (std::size_t k = 0; k < coherence.size(); ++k) {
    const double powers = power_x_[k] * power_y_[k];
    coherence[k] = segments_ > 1 && powers > 0 ? std::norm(cross_[k]) / powers : kNaN;
  }
}

double coherence_limit(std::size_t segments, double alpha) noexcept {
  return segments > 1 ? 1 - std::pow(alpha, 1 / (static_cast<double>(segments) - 1)) : 1;
}

Interval coherence_interval(double coherence, std::size_t segments) noexcept {
  const double z = std::atanh(std::sqrt(coherence)), reach = kNormal975 / std::sqrt(2 * static_cast<double>(segments));
  const double low = std::tanh(std::max(0.0, z - reach)), high = std::tanh(z + reach);
  return {.low = low * low, .high = high * high};
}

BandCoherence coherence_in(std::span<const double> coherence, double bin_hz, const CoherenceBand& band) noexcept {
  const BinRange range = bins_within(band.low_hz, band.high_hz, bin_hz, coherence.size());
  BandCoherence found{.mean = 0, .peak = kNaN, .peak_hz = kNaN};
  for (std::size_t k = range.first; k <= range.last && k < coherence.size(); ++k) {
    if (std::isnan(coherence[k])) continue;
    ++found.bins;
    found.mean += coherence[k];
    if (!(coherence[k] <= found.peak)) {
      found.peak = coherence[k];
      found.peak_hz = static_cast<double>(k) * bin_hz;
    }
  }
  found.mean = found.bins > 0 ? found.mean / static_cast<double>(found.bins) : kNaN;
  return found;
}

}  // namespace semg
