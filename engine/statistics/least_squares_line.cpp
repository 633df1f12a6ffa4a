// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/least_squares_line.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace semg {

std::optional<LeastSquaresLine> least_squares_line(std::span<const double> t, std::span<const double> y) {
  const double n = static_cast<double>(t.size());
  const double middle = std::accumulate(t.begin(), t.end(), 0.0) / n;
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double tt = 0, ty = 0, yy = 0;
  for (std::size_t k = 0; k < t.size(); ++k) {
    tt += (t[k] - middle) * (t[k] - middle);
    ty += (t[k] - middle) * (y[k] - mean);
    yy += (y[k] - mean) * (y[k] - mean);
  }
  if (!(tt > 0)) return std::nullopt;
  const double slope = ty / tt, df = n - 2;
  double residual = 0;  // summed, not yy - slope ty: that cancels where the line fits well
  for (std::size_t k = 0; k < t.size(); ++k) {
    const double off = y[k] - mean - slope * (t[k] - middle);
    residual += off * off;
  }
  const double square = df > 0 ? residual / df : 0;
  return LeastSquaresLine{
      .slope = {.mean = slope, .variance = square / tt, .df = df},
      .intercept = {.mean = mean - slope * middle, .variance = square * (1 / n + middle * middle / tt), .df = df},
      .covariance = -square * middle / tt,
      .r_squared = yy > 0 ? std::max(0.0, 1 - residual / yy) : 0,
      .n = t.size(),
  };
}

std::optional<Interval> slope_over_intercept(const LeastSquaresLine& line, double confidence) {
  if (line.slope.df <= 0) return std::nullopt;
  const double a = line.intercept.mean, b = line.slope.mean;
  const double t = t_quantile(0.5 + confidence / 2, line.slope.df), tt = t * t;
  // Ratios r for which (b - r a)^2 <= t^2 variance(b - r a): those between the roots of A r^2 - 2 B r + C.
  const double A = a * a - tt * line.intercept.variance;
  if (!(A > 0)) return std::nullopt;
  const double B = a * b - tt * line.covariance, C = b * b - tt * line.slope.variance;
  const double reach = std::sqrt(std::max(0.0, B * B - A * C));
  return Interval{(B - reach) / A, (B + reach) / A};
}

}  // namespace semg
