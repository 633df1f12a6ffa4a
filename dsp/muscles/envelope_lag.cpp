// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/muscles/envelope_lag.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "dsp/error.hpp"

namespace semg {
namespace {

constexpr double kNoChange = 1e-12;  // of an envelope about its mean, relative: less than a float can hold

/// Pearson's correlation; 0 where one of them does not change.
double correlation(std::span<const double> x, std::span<const double> y) {
  double mean_x = 0, mean_y = 0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    mean_x += x[n];
    mean_y += y[n];
  }
  mean_x /= static_cast<double>(x.size());
  mean_y /= static_cast<double>(x.size());
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double a = x[n] - mean_x, b = y[n] - mean_y;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const auto changes = [&](double squares, double mean) {
    return squares > static_cast<double>(x.size()) * kNoChange * mean * kNoChange * mean;
  };
  return changes(xx, mean_x) && changes(yy, mean_y) ? xy / std::sqrt(xx * yy) : 0;
}

}  // namespace

std::optional<EnvelopeLag> envelope_lag(std::span<const float> first, std::span<const float> second, double fs_hz, double most_lag_s) {
  if (first.size() != second.size()) {
    throw Error(Fault::usage, "lag of envelopes: found " + std::to_string(first.size()) + " and " + std::to_string(second.size()) +
                                  " rows, expected as many");
  }
  const double bound = most_lag_s * fs_hz;
  if (!(bound >= 1 && 2 * bound <= static_cast<double>(first.size()))) {
    throw Error(Fault::usage, "lag of envelopes: found a bound of " + std::to_string(bound) + " rows for " + std::to_string(first.size()) +
                                  " rows, expected 1 to half of them");
  }
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(first.begin(), first.end(), is_finite) || !std::all_of(second.begin(), second.end(), is_finite)) return std::nullopt;
  const std::vector<double> x(first.begin(), first.end()), y(second.begin(), second.end());
  const auto most = static_cast<std::size_t>(bound);
  std::vector<double> by_lag(2 * most + 1);  // of lags -most .. most
  for (std::size_t k = 0; k < by_lag.size(); ++k) {
    const std::size_t shared = x.size() - (k < most ? most - k : k - most);
    const std::span early = std::span(k < most ? y : x).first(shared), late = std::span(k < most ? x : y).last(shared);
    by_lag[k] = correlation(early, late);
  }
  const auto peak = static_cast<std::size_t>(std::max_element(by_lag.begin(), by_lag.end()) - by_lag.begin());
  if (peak == 0 || peak + 1 == by_lag.size() || !(by_lag[peak] > 0)) return std::nullopt;
  const double before = by_lag[peak - 1], at = by_lag[peak], after = by_lag[peak + 1];
  const double bend = before - 2 * at + after;  // below 0, or 0 on a plateau
  const double between = bend < 0 ? (before - after) / (2 * bend) : 0;
  return EnvelopeLag{.lag_s = (static_cast<double>(peak) - static_cast<double>(most) + between) / fs_hz, .correlation = at};
}

}  // namespace semg
