// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/spread.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace semg {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double t_quantile(double probability, double df) {
  if (std::isinf(df)) return boost::math::quantile(boost::math::normal(), probability);
  return boost::math::quantile(boost::math::students_t(df), probability);
}

double chi_square_quantile(double probability, double df) {
  return boost::math::quantile(boost::math::chi_squared(df), probability);
}

Spread spread_of(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  Spread spread{.mean = std::accumulate(values.begin(), values.end(), 0.0) / n, .variance = 0, .df = n - 1};
  if (values.size() < 2) return spread;
  double squares = 0;
  for (const double x : values) squares += (x - spread.mean) * (x - spread.mean);
  spread.variance = squares / (n - 1) / n;
  return spread;
}

Spread spread_of_largest(std::span<const double> values) {
  constexpr std::array<double, 10> kVariance = {1.0,         0.681690114, 0.559467204, 0.491715237, 0.447534069,
                                                0.415927109, 0.391917778, 0.372897143, 0.357353326, 0.344343823};
  Spread spread = spread_of(values);
  const double n = static_cast<double>(values.size());
  spread.mean = *std::max_element(values.begin(), values.end());
  spread.variance *= n * kVariance[std::min(values.size(), kVariance.size()) - 1];
  return spread;
}

Spread combined(const Spread& a, double weight_a, const Spread& b, double weight_b) {
  const double va = weight_a * weight_a * a.variance;
  const double vb = weight_b * weight_b * b.variance;
  Spread sum{.mean = weight_a * a.mean + weight_b * b.mean, .variance = va + vb, .df = 0};
  if (a.df <= 0 || b.df <= 0) return sum;
  const double share = va * va / a.df + vb * vb / b.df;
  sum.df = share > 0 ? (va + vb) * (va + vb) / share : a.df + b.df;
  return sum;
}

std::optional<Interval> interval_of(const Spread& spread, double confidence) {
  if (spread.df <= 0) return std::nullopt;
  const double reach = t_quantile(0.5 + confidence / 2, spread.df) * std::sqrt(spread.variance);
  return Interval{spread.mean - reach, spread.mean + reach};
}

}  // namespace semg
