// SPDX-License-Identifier: BSD-3-Clause
// One number of either side, compared: paretic P and non-paretic N, such as the RMS of the same muscle in the same task.
#pragma once

namespace semg {

/// ln(P / N): 0 where both are equal, as far below 0 as above it where the sides are exchanged. NaN unless both are above 0.
double log_ratio(double paretic, double non_paretic) noexcept;

/// Symmetry index 100 (P - N) / ((P + N) / 2) in %: 0 where both are equal, -200 where the paretic side is silent.
/// NaN where one is below 0 or both are 0. Source: Robinson, Herzog & Nigg, J Manipulative Physiol Ther 1987; 10: 172-176.
double symmetry_index_pct(double paretic, double non_paretic) noexcept;

/// Symmetry angle 100 (45 - atan2(P, N)) / 90 in %, angles in degrees: 0 where both are equal, 50 where the paretic side is silent, -50
/// where the other is. Other papers give it the other sign. NaN where one is below 0 or both are 0.
/// Source: Zifchock, Davis, Higginson & Royer, Gait Posture 2008; 27: 622-627.
double symmetry_angle_pct(double paretic, double non_paretic) noexcept;

}  // namespace semg
