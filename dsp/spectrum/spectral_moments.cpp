// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectral_moments.hpp"

#include <cmath>
#include <limits>

namespace semg {

double spectral_moment(std::span<const double> density, double bin_hz, BinRange band, int order) noexcept {
  double sum = 0;
  for (std::size_t k = band.first; k <= band.last; ++k) {
    if (k == 0 && order < 0) continue;
    sum += std::pow(static_cast<double>(k) * bin_hz, order) * density[k];
  }
  return sum * bin_hz;
}

double dimitrov_index(std::span<const double> density, double bin_hz, BinRange band, int order) noexcept {
  const double high = spectral_moment(density, bin_hz, band, order);
  if (!(high > 0)) return std::numeric_limits<double>::quiet_NaN();
  return spectral_moment(density, bin_hz, band, -1) / high;
}

}  // namespace semg
