// SPDX-License-Identifier: BSD-3-Clause
// The place where the power of a signal rises most, and how well the signal tells it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "dsp/interval.hpp"

namespace semg {

/// Positions in bins from the start of the span; a bin is what `power` holds one value of.
struct ChangePoint {
  std::size_t bin = 0;  ///< first bin of the higher power
  Interval interval;    ///< the rise lies in it, 95 %
};

/// One rise from a constant power to a constant higher one, by the profile likelihood of a Gaussian signal of which neither power is known:
///     ln L(k) = -w (k ln m1 + (n - k) ln m2),  m1, m2: mean power before and from bin k on
/// `bin` is the k of the greatest L among those with m2 > m1; the interval holds the middle 95 % of L(k) / sum of L, a rise inside a bin
/// being as likely anywhere in it. w is half of the independent values that EMG has in a bin of a millisecond:
///     w = 0.30 + 0.05 log10(m2 / m1) at the greatest L
/// was set on simulated steps of 6 to 30 dB, for which the interval then holds (bench/README.md). It tells nothing of the shape of a rise
/// that is no step: on a ramp it stands about the place where a step would fit best.
/// None for fewer than ten bins, where the power nowhere rises, and where it is not finite. `scratch` holds as many values as `power`.
/// No allocation.
std::optional<ChangePoint> largest_rise(std::span<const double> power, std::span<double> scratch) noexcept;

}  // namespace semg
