// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "dsp/error.hpp"

namespace semg {
namespace {

std::size_t checked(std::size_t segment_rows) {
  if (segment_rows < 4 || segment_rows % 2 != 0) {
    throw Error(Fault::usage, "spectrum segment: found " + std::to_string(segment_rows) + " rows, expected an even number, at least 4");
  }
  return segment_rows;
}

}  // namespace

WelchSpectrum::WelchSpectrum(std::size_t segment_rows, double fs_hz)
    : fs_hz_(fs_hz), weight_(checked(segment_rows)), transform_(segment_rows) {
  for (std::size_t n = 0; n < segment_rows; ++n) {
    weight_[n] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(segment_rows));
    weight_square_sum_ += weight_[n] * weight_[n];
  }
}

void WelchSpectrum::add(std::span<const float> segment, std::span<double> sum) noexcept {
  double mean = 0;
  for (const float x : segment) mean += x;
  mean /= static_cast<double>(segment_rows());
  const std::span<double> in = transform_.in();
  for (std::size_t n = 0; n < in.size(); ++n) in[n] = (segment[n] - mean) * weight_[n];
  transform_.add_power(sum);
}

void WelchSpectrum::to_density(std::span<double> sum, std::size_t segments) const noexcept {
  transform_.to_one_sided(sum, 1.0 / (fs_hz_ * weight_square_sum_ * static_cast<double>(segments)));
}

std::size_t segment_rows_for(double seconds, double fs_hz) noexcept {
  const double wanted = seconds * fs_hz;
  std::size_t rows = 8;
  while (2 * static_cast<double>(rows) - wanted < wanted - static_cast<double>(rows)) rows *= 2;
  return rows;
}

}  // namespace semg
