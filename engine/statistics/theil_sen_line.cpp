// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/theil_sen_line.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace semg {
namespace {

/// sum k (k - 1) (2 k + 5) over runs of k equal values.
double weight_of_ties(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  double sum = 0;
  for (auto at = sorted.begin(); at != sorted.end();) {
    const auto next = std::upper_bound(at, sorted.end(), *at);
    const double k = static_cast<double>(next - at);
    sum += k * (k - 1) * (2 * k + 5);
    at = next;
  }
  return sum;
}

}  // namespace

std::optional<TheilSenLine> theil_sen_line(std::span<const double> t, std::span<const double> y, double confidence) {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < t.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (t[i] != t[j]) slopes.push_back((y[i] - y[j]) / (t[i] - t[j]));
    }
  }
  if (slopes.empty()) return std::nullopt;
  std::sort(slopes.begin(), slopes.end());
  TheilSenLine line;
  line.slope = median(slopes);
  line.intercept = median({y.begin(), y.end()}) - line.slope * median({t.begin(), t.end()});

  const double n = static_cast<double>(t.size()), pairs = static_cast<double>(slopes.size());
  const double variance = (n * (n - 1) * (2 * n + 5) - weight_of_ties(t) - weight_of_ties(y)) / 18;
  const double reach = t_quantile(0.5 + confidence / 2, std::numeric_limits<double>::infinity()) * std::sqrt(std::max(0.0, variance));
  const double low = std::nearbyint((pairs - reach) / 2) - 1, high = std::nearbyint((pairs + reach) / 2);
  if (low >= 0 && high < pairs)
    line.slope_interval = Interval{slopes[static_cast<std::size_t>(low)], slopes[static_cast<std::size_t>(high)]};
  return line;
}

}  // namespace semg
