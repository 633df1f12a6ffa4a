// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/block_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace semg {
namespace {

constexpr std::size_t kFewest = 4;

/// Variance of sum w_i x*_i over all resamples of the series x (mean 0) in circular blocks, and its df.
Spread resampled(double value, std::span<const double> weights, std::span<const double> x) {
  const std::size_t n = x.size();
  Spread spread{.mean = value, .variance = 0, .df = 0};
  if (n < kFewest) return spread;
  const auto length = static_cast<std::size_t>(std::ceil(std::cbrt(static_cast<double>(n)) - 1e-9));
  for (std::size_t block = 0; block < n; block += length) {
    const std::size_t end = std::min(block + length, n);
    double squares = 0;
    for (std::size_t start = 0; start < n; ++start) {
      double sum = 0;
      for (std::size_t i = block; i < end; ++i) sum += weights[i] * x[(start + i - block) % n];
      squares += sum * sum;
    }
    spread.variance += squares / static_cast<double>(n);
  }
  const double share = static_cast<double>(length) / static_cast<double>(n);
  spread.variance /= 1 - share;
  spread.df = 1 / share - 1;
  return spread;
}

}  // namespace

Spread block_bootstrap_mean(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  std::vector<double> rest(values.begin(), values.end());
  for (double& x : rest) x -= mean;
  return resampled(mean, std::vector<double>(values.size(), 1 / n), rest);
}

Spread block_bootstrap_slope(std::span<const double> t, std::span<const double> y) {
  const double n = static_cast<double>(t.size());
  const double middle = std::accumulate(t.begin(), t.end(), 0.0) / n;
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double tt = 0, ty = 0;
  for (std::size_t k = 0; k < t.size(); ++k) {
    tt += (t[k] - middle) * (t[k] - middle);
    ty += (t[k] - middle) * (y[k] - mean);
  }
  std::vector<double> weights(t.size()), rest(t.size());
  const double slope = ty / tt;
  for (std::size_t k = 0; k < t.size(); ++k) {
    weights[k] = (t[k] - middle) / tt;
    rest[k] = y[k] - mean - slope * (t[k] - middle);
  }
  return resampled(slope, weights, rest);
}

}  // namespace semg
