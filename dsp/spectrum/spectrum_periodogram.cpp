// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_periodogram.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "dsp/error.hpp"

namespace semg {
namespace {

std::size_t checked(std::size_t rows) {
  if (rows < 4) throw Error(Fault::usage, "periodogram: found a window of " + std::to_string(rows) + " rows, expected at least 4");
  return rows;
}

}  // namespace

Periodogram::Periodogram(std::size_t rows, double fs_hz) : fs_hz_(fs_hz), transform_(checked(rows)) {}

void Periodogram::density_of(std::span<const float> window, std::span<double> density) noexcept {
  double mean = 0;
  for (const float x : window) mean += x;
  mean /= static_cast<double>(rows());
  const std::span<double> in = transform_.in();
  for (std::size_t n = 0; n < in.size(); ++n) in[n] = window[n] - mean;
  std::fill(density.begin(), density.end(), 0.0);
  transform_.add_power(density);
  transform_.to_one_sided(density, 1.0 / (fs_hz_ * static_cast<double>(rows())));
}

double matlab_median_frequency(std::span<const double> power, double bin_hz, double low_hz, double high_hz) noexcept {
  struct Part {
    double from, to, power;  // of a bin inside the band
  };
  const auto part = [&](std::size_t k) {
    const double at = static_cast<double>(k);
    const double from = k == 0 ? 0 : (at - 0.5) * bin_hz;
    const double to = k + 1 == power.size() ? at * bin_hz : (at + 0.5) * bin_hz;
    const double left = std::max(from, low_hz), right = std::min(to, high_hz);
    return Part{left, right, right > left ? power[k] * (right - left) / (to - from) : 0};
  };
  double total = 0;
  for (std::size_t k = 0; k < power.size(); ++k) total += part(k).power;
  if (!(total > 0)) return std::numeric_limits<double>::quiet_NaN();
  double below = 0;
  for (std::size_t k = 0; k < power.size(); ++k) {
    const Part p = part(k);
    if (p.power > 0 && below + p.power >= total / 2) return p.from + (p.to - p.from) * (total / 2 - below) / p.power;
    below += p.power;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace semg
