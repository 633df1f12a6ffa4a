// SPDX-License-Identifier: BSD-3-Clause
// How far the median and mean frequency of one Welch spectrum are to be trusted.
#pragma once

#include <span>

#include "dsp/interval.hpp"
#include "dsp/spectrum/frequency_measures.hpp"

namespace semg {

/// 95 % intervals, in Hz, about what the estimator gives on average: its bias is not in them. `power` is the mean (or sum) of the spectra
/// of `segments` periodic Hann segments with 50 % overlap, as of WelchSpectrum; the signal is taken for normal and stationary. Both ends
/// lie in the band. Where segments are of unequal power p, `segments` is as many equal ones as vary as much: (sum p)^2 / sum p^2. NaN where
/// the band holds no power or there is no segment. No allocation.
/// Weighted and overlapped, K segments hold as much of a smooth spectrum as  E = 18 K^2 / (38 K - 3)  of them bare, and a bin of their mean
/// has the squared coefficient of variation  v = (1 + (K - 1) / (18 K)) / K;  sums of P^2 are therefore divided by 1 + v.
/// Source: Welch, IEEE Trans Audio Electroacoust 1967; 15: 70-73, worked out for the Hann window.

/// The share of power below the median varies with s^2 = sum P^2 / (4 E (sum P)^2); the ends are the frequencies below which
/// 1/2 - 1.96 s and 1/2 + 1.96 s of the power lie, so that no density at the median is needed.
/// Source: Woodruff, J Am Stat Assoc 1952; 47: 635-646 (the same inversion for the median of a sample).
Interval median_frequency_interval(std::span<const double> power, double bin_hz, BinRange band, double segments) noexcept;

/// MNF +- 1.96 s,  s^2 = sum (f - MNF)^2 P^2 / (E (sum P)^2): the ratio of moments to first order.
Interval mean_frequency_interval(std::span<const double> power, double bin_hz, BinRange band, double segments) noexcept;

}  // namespace semg
