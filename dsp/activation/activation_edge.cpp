// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/activation_edge.hpp"

#include <algorithm>

namespace semg {

std::size_t first_departure(std::span<const double> power, std::size_t certain, double floor, const EdgeRule& rule,
                            std::span<double> scratch) noexcept {
  const auto run = static_cast<std::size_t>(rule.run_bins);
  if (power.size() < run) return certain;
  const std::size_t runs = power.size() - run + 1;
  for (std::size_t i = 0; i < runs; ++i) {
    double sum = 0;
    for (std::size_t k = i; k < i + run; ++k) sum += power[k];
    scratch[i] = sum / static_cast<double>(run);
  }
  const double limit = floor * rule.threshold;
  std::size_t earliest = std::min(certain + run, runs - 1);
  for (std::size_t i = earliest + 1; i-- > 0;) {
    if (earliest - i > static_cast<std::size_t>(rule.chain_bins)) break;
    if (scratch[i] > limit) earliest = i;
  }
  const double wanted = rule.energy_share * scratch[earliest] * static_cast<double>(run);
  double sum = 0;
  for (std::size_t i = earliest; i < earliest + run; ++i) {
    sum += power[i];
    if (sum >= wanted) return i;
  }
  return earliest;
}

}  // namespace semg
