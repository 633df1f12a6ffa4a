// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/frequency_interval.hpp"

#include <algorithm>
#include <cmath>

namespace semg {
namespace {

constexpr double kNormal975 = 1.959963984540054;

/// 1 / (E (1 + v)) of the header: what the sum of P^2 over the squared sum of P is multiplied with.
double variance_factor(double k) noexcept {
  const double worth = 18 * k * k / (38 * k - 3);
  const double bin_variance = (1 + (k - 1) / (18 * k)) / k;
  return 1 / (worth * (1 + bin_variance));
}

}  // namespace

Interval median_frequency_interval(std::span<const double> power, double bin_hz, BinRange band, double segments) noexcept {
  double total = 0, squares = 0;
  for (std::size_t k = band.first; k <= band.last; ++k) {
    total += power[k];
    squares += power[k] * power[k];
  }
  const double reach = kNormal975 * std::sqrt(variance_factor(segments) * squares / 4) / total;
  return {.low = quantile_frequency(power, bin_hz, band, std::max(0.5 - reach, 0.0)),
          .high = quantile_frequency(power, bin_hz, band, std::min(0.5 + reach, 1.0))};
}

Interval mean_frequency_interval(std::span<const double> power, double bin_hz, BinRange band, double segments) noexcept {
  const double mean = mean_frequency(power, bin_hz, band);
  double total = 0, squares = 0;
  for (std::size_t k = band.first; k <= band.last; ++k) {
    const double moment = (static_cast<double>(k) * bin_hz - mean) * power[k];
    total += power[k];
    squares += moment * moment;
  }
  const double reach = kNormal975 * std::sqrt(variance_factor(segments) * squares) / total;
  return {.low = std::max(mean - reach, static_cast<double>(band.first) * bin_hz),
          .high = std::min(mean + reach, static_cast<double>(band.last) * bin_hz)};
}

}  // namespace semg
