// SPDX-License-Identifier: BSD-3-Clause
// Spread inside one long contraction, whose seconds resemble their neighbours.
#pragma once

#include <span>

#include "engine/statistics/spread.hpp"

namespace semg {

/// Mean of a series and its variance by the circular block bootstrap with blocks of ceil(n^(1/3)) values. No values are drawn: the variance
/// of the mean over all resamples has a closed form, which is what infinitely many draws would give,
///     variance = (l/n) mean_j (m_j - mean)^2,   m_j mean of the l values from j on, around the end.
/// It is divided by 1 - l/n, by which the bootstrap is too small on average for independent values; df = n/l - 1.
/// Source: Politis & Romano, in LePage & Billard (eds), Exploring the Limits of Bootstrap, 1992, 263-270. Fewer than four values: df 0.
Spread block_bootstrap_mean(std::span<const double> values);

/// Slope of the least-squares line through (t, y), its residuals resampled in the same blocks.
Spread block_bootstrap_slope(std::span<const double> t, std::span<const double> y);

}  // namespace semg
