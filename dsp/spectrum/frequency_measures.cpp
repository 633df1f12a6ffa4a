// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/frequency_measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {

BinRange bins_within(double low_hz, double high_hz, double bin_hz, std::size_t bins) noexcept {
  // A hair of slack: an edge that is a whole number of bins must not fall out by rounding.
  const double first = std::ceil(low_hz / bin_hz - 1e-9);
  const double last = std::floor(high_hz / bin_hz + 1e-9);
  return {.first = static_cast<std::size_t>(std::max(first, 0.0)),
          .last = std::min(static_cast<std::size_t>(std::max(last, 0.0)), bins - 1)};
}

double quantile_frequency(std::span<const double> power, double bin_hz, BinRange band, double share) noexcept {
  double total = 0;
  for (std::size_t k = band.first; k <= band.last; ++k) total += power[k];
  if (!(total > 0)) return std::numeric_limits<double>::quiet_NaN();
  const double wanted = share * total;
  double below = 0;
  for (std::size_t k = band.first; k <= band.last; ++k) {
    if (power[k] > 0 && below + power[k] >= wanted) {
      return (static_cast<double>(k) - 0.5) * bin_hz + bin_hz * (wanted - below) / power[k];
    }
    below += power[k];
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double median_frequency(std::span<const double> power, double bin_hz, BinRange band) noexcept {
  return quantile_frequency(power, bin_hz, band, 0.5);
}

double mean_frequency(std::span<const double> power, double bin_hz, BinRange band) noexcept {
  double total = 0;
  double moment = 0;
  for (std::size_t k = band.first; k <= band.last; ++k) {
    total += power[k];
    moment += static_cast<double>(k) * bin_hz * power[k];
  }
  return total > 0 ? moment / total : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace semg
