// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fatigue_slope.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace semg {

std::optional<FatigueSlope> fatigue_slope(std::span<const double> t_s, std::span<const double> values, double confidence) {
  std::vector<double> t, y;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (std::isnan(values[k])) continue;
    t.push_back(t_s[k]);
    y.push_back(values[k]);
  }
  if (t.size() < 3) return std::nullopt;
  const auto line = least_squares_line(t, y);
  if (!line) return std::nullopt;
  FatigueSlope found{.line = *line,
                     .slope = interval_of(line->slope, confidence),
                     .normalised_pct_s = std::numeric_limits<double>::quiet_NaN(),
                     .normalised = std::nullopt,
                     .robust = t.size() <= kMostRobustEpochs ? theil_sen_line(t, y, confidence) : std::nullopt};
  if (line->intercept.mean > 0) {
    found.normalised_pct_s = 100 * line->slope.mean / line->intercept.mean;
    if (const auto ratio = slope_over_intercept(*line, confidence)) found.normalised = Interval{100 * ratio->low, 100 * ratio->high};
  }
  return found;
}

}  // namespace semg
