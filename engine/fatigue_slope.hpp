// SPDX-License-Identifier: BSD-3-Clause
// How fast a measure changes in the course of a sustained contraction.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "engine/statistics/least_squares_line.hpp"
#include "engine/statistics/theil_sen_line.hpp"

namespace semg {

/// Straight lines through a measure of consecutive epochs: by least squares, and by Theil and Sen as a twin that an artefact does not turn.
/// Epochs must not overlap, else their errors are not independent and the intervals too narrow; where neighbours resemble each other all
/// the same, block_bootstrap_slope() is the wider interval.
struct FatigueSlope {
  LeastSquaresLine line;               ///< value at t = 0 and change per second
  std::optional<Interval> slope;       ///< of the change per second
  double normalised_pct_s = 0;         ///< 100 slope / value at t = 0; NaN where that value is not above 0
  std::optional<Interval> normalised;  ///< of the same
  std::optional<TheilSenLine> robust;  ///< none of more than kMostRobustEpochs, for it grows with their square
};
inline constexpr std::size_t kMostRobustEpochs = 2000;

/// `t_s`: middles of the epochs, from the start of the contraction on; `values`: the measure of each, for example MDF in Hz. Epochs
/// without a value (NaN) are left out. None of fewer than three.
std::optional<FatigueSlope> fatigue_slope(std::span<const double> t_s, std::span<const double> values, double confidence);

}  // namespace semg
