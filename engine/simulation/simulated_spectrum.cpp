// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace semg {

namespace {

/// Integral over the first `x` (0..1) of a step of width `width` of the parabola through values at its start, middle and end.
double parabola_integral(double start, double middle, double end, double width, double x) noexcept {
  const double slope = -3 * start + 4 * middle - end;
  const double bend = 2 * start - 4 * middle + 2 * end;
  return width * x * (start + x * (slope / 2 + x * bend / 3));
}

}  // namespace

SpectrumMoments spectrum_moments(const std::function<double(double)>& density, double low_hz, double high_hz) {
  const auto steps = static_cast<std::size_t>(std::max(1024.0, std::ceil((high_hz - low_hz) / 0.5)));
  const double width = (high_hz - low_hz) / static_cast<double>(steps);
  std::vector<double> value(2 * steps + 1);  // at the edges and the middle of each step
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = density(low_hz + width * static_cast<double>(i) / 2);

  std::vector<double> below(steps + 1, 0.0);
  double moment = 0;
  for (std::size_t k = 0; k < steps; ++k) {
    const double* v = &value[2 * k];
    const double f = low_hz + width * static_cast<double>(k);
    below[k + 1] = below[k] + width / 6 * (v[0] + 4 * v[1] + v[2]);
    moment += width / 6 * (f * v[0] + 4 * (f + width / 2) * v[1] + (f + width) * v[2]);
  }
  const double half = below.back() / 2;
  const auto after = std::upper_bound(below.begin() + 1, below.end() - 1, half);
  const auto k = static_cast<std::size_t>(after - below.begin()) - 1;
  double left = 0, right = 1;
  while (right - left > 1e-14) {
    const double x = (left + right) / 2;
    (below[k] + parabola_integral(value[2 * k], value[2 * k + 1], value[2 * k + 2], width, x) < half ? left : right) = x;
  }
  return {.power = below.back(), .mnf_hz = moment / below.back(), .mdf_hz = low_hz + width * (static_cast<double>(k) + left)};
}

EmgBand emg_band(double fs_hz) noexcept {
  return {.low_hz = 20, .high_hz = std::min(450.0, 0.45 * fs_hz)};
}

}  // namespace semg
