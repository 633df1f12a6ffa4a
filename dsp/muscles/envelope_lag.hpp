// SPDX-License-Identifier: BSD-3-Clause
// By how much one envelope follows another.
#pragma once

#include <optional>
#include <span>

namespace semg {

struct EnvelopeLag {
  double lag_s = 0;        ///< above 0: the second follows the first
  double correlation = 0;  ///< of both, moved over each other by the whole row nearest to it
};

/// The lag within +- most_lag_s at which two envelopes of the same rows resemble each other most, by Pearson's correlation over the rows
/// they share at that lag, so that a shifted copy correlates by 1 at its shift and nothing draws the lag towards 0. Between rows the
/// maximum is that of the parabola through the largest correlation and its two neighbours.
/// None where there is no maximum within the bound: it lies at the bound, is not above 0, an envelope does not change, or a value is not
/// finite. Takes rows times lags: envelopes of some seconds are meant. Throws Error(usage) where lengths differ, where the bound is less
/// than a row, or where fewer than half of the rows would be shared at it.
std::optional<EnvelopeLag> envelope_lag(std::span<const float> first, std::span<const float> second, double fs_hz, double most_lag_s);

}  // namespace semg
