// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/change_point.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {
namespace {

constexpr std::size_t kLeast = 5;  // bins on either side of a change: the power of fewer is too uncertain
constexpr double kTail = 0.025;
constexpr double kSilent = 1e-8;  // of the mean: less is digital silence, whose logarithm would outweigh everything

double weight(double ratio) noexcept {
  return 0.30 + 0.05 * std::log10(ratio);
}

}  // namespace

std::optional<ChangePoint> largest_rise(std::span<const double> power, std::span<double> scratch) noexcept {
  const std::size_t n = power.size();
  if (n < 2 * kLeast) return std::nullopt;
  double total = 0;
  for (const double p : power) total += p;
  if (!(total > 0 && total < std::numeric_limits<double>::infinity())) return std::nullopt;
  const double least = kSilent * total / static_cast<double>(n);

  constexpr double kNever = -std::numeric_limits<double>::infinity();
  const std::span<double> fit = scratch.first(n);  // ln L / w, in place made to L
  std::fill(fit.begin(), fit.end(), kNever);
  double before = 0, best_ratio = 1;
  std::size_t best = n;
  for (std::size_t k = 1; k + kLeast <= n; ++k) {
    before += power[k - 1];
    if (k < kLeast) continue;
    const auto n1 = static_cast<double>(k), n2 = static_cast<double>(n - k);
    const double m1 = std::max(before / n1, least), m2 = (total - before) / n2;
    if (!(m2 > m1)) continue;
    fit[k] = -(n1 * std::log(m1) + n2 * std::log(m2));
    if (best == n || fit[k] > fit[best]) {
      best = k;
      best_ratio = m2 / m1;
    }
  }
  if (best == n) return std::nullopt;

  const double w = weight(best_ratio), greatest = fit[best];
  double sum = 0;
  for (double& value : fit) sum += value = std::exp(w * (value - greatest));
  const auto quantile = [&](double share) {
    double below = 0;
    std::size_t k = 0;
    while (k + 1 < n && below + fit[k] < share * sum) below += fit[k++];
    return static_cast<double>(k) + std::min(1.0, (share * sum - below) / fit[k]);
  };
  return ChangePoint{.bin = best, .interval = {quantile(kTail), quantile(1 - kTail)}};
}

}  // namespace semg
