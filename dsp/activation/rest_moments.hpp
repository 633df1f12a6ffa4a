// SPDX-License-Identifier: BSD-3-Clause
// What a named detector is told of rest: means of its own statistic, not of the raw signal.
#pragma once

#include <array>
#include <cstddef>

namespace semg {

inline constexpr int kWhiteningOrder = 8;

/// Means over rest. Threshold detectors: [0] of their statistic, [1] of its square, the others 0. Detectors that whiten: [k] of
/// x[n] x[n-k] of the conditioned signal, k = 0..8.
using RestMoments = std::array<double, kWhiteningOrder + 1>;

/// Mean of the statistic at rest plus `spreads` of its standard deviations there.
double threshold_above_rest(const RestMoments& rest, double spreads) noexcept;

}  // namespace semg
