// SPDX-License-Identifier: BSD-3-Clause
// The straight line of least squares, and how far its slope and start are to be trusted.
#pragma once

#include <optional>
#include <span>

#include "engine/statistics/spread.hpp"

namespace semg {

/// y = a + b t through n observations with independent errors of one size, t the same for both.
///     b = sum (t - mean t)(y - mean y) / S,  a = mean y - b mean t,  S = sum (t - mean t)^2,  s^2 = residual squares / (n - 2)
///     variance of b: s^2 / S;  of a: s^2 (1/n + mean t^2 / S);  covariance of both: -s^2 mean t / S;  df n - 2
/// as scipy.stats.linregress. Of two observations nothing is known of the variance (df 0).
struct LeastSquaresLine {
  Spread slope;      // mean: b
  Spread intercept;  // mean: a, the value at t = 0
  double covariance = 0;
  double r_squared = 0;  ///< share of the variation of y that the line explains; 0 where y does not vary
  std::size_t n = 0;
};

/// None where all t are the same.
std::optional<LeastSquaresLine> least_squares_line(std::span<const double> t, std::span<const double> y);

/// Interval of slope / intercept, from the t-interval of slope - ratio * intercept. None where df is 0, and where the intercept may as
/// well be 0, for then the ratio may be anything. Source: Fieller, J R Stat Soc B 1954; 16: 175-185.
std::optional<Interval> slope_over_intercept(const LeastSquaresLine& line, double confidence);

}  // namespace semg
