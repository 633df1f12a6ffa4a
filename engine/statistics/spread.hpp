// SPDX-License-Identifier: BSD-3-Clause
// A mean, how far it is to be trusted, and sums of such means.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "dsp/interval.hpp"

namespace semg {

/// The middle value, or the mean of the two in the middle; at least one.
double median(std::vector<double> values);

/// Quantile of Student's t, and of the normal distribution where `df` is infinite.
double t_quantile(double probability, double df);
/// Quantile of the chi-square distribution.
double chi_square_quantile(double probability, double df);

/// An estimate with the variance of itself (the square of its standard error). df 0: one observation, nothing is known of its variance.
struct Spread {
  double mean = 0;
  double variance = 0;
  double df = 0;
};

/// Mean of independent observations: variance s^2/n, df n - 1. At least one value.
Spread spread_of(std::span<const double> values);

/// Largest of n independent observations that are about normal: variance c_n s^2, c_n that of the largest of n standard normal ones
/// (Harter, Biometrika 1961; 48: 151-165), df n - 1. At least one value; beyond ten the variance of ten is taken, which is larger.
Spread spread_of_largest(std::span<const double> values);

/// weight_a a + weight_b b of independent estimates; df by Welch and Satterthwaite (Welch, Biometrika 1947; 34: 28-35). Where the df of one
/// is not known, that of the sum is not.
Spread combined(const Spread& a, double weight_a, const Spread& b, double weight_b);

/// Two-sided t-interval; none where df is 0.
std::optional<Interval> interval_of(const Spread& spread, double confidence);

}  // namespace semg
