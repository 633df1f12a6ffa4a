// SPDX-License-Identifier: BSD-3-Clause
// A straight line that single wild values do not turn.
#pragma once

#include <optional>
#include <span>

#include "engine/statistics/spread.hpp"

namespace semg {

/// The slope is the median of the slopes of all pairs of observations with different t; the line goes through the median of t and of y.
/// Up to 29 % of the values may be anything.
/// The interval is made of those two of the ordered slopes that Kendall's rank correlation would not tell from the true one, by its normal
/// approximation with ties; none where there are too few pairs for the confidence: 95 % wants five different t. Errors must be
/// independent, and may have any one distribution.
/// Source: Sen, J Am Stat Assoc 1968; 63: 1379-1389, as scipy.stats.theilslopes.
struct TheilSenLine {
  double slope = 0;
  double intercept = 0;
  std::optional<Interval> slope_interval;
};

/// None where all t are the same. Time and memory grow with the square of their number.
std::optional<TheilSenLine> theil_sen_line(std::span<const double> t, std::span<const double> y, double confidence);

}  // namespace semg
