// SPDX-License-Identifier: BSD-3-Clause
// Moments of a power spectrum, and Dimitrov's index of muscle fatigue, which is a ratio of two of them.
#pragma once

#include <span>

#include "dsp/spectrum/frequency_measures.hpp"

namespace semg {

/// Spectral moment of a density in unit^2/Hz, in unit^2 Hz^order:
///     M_j = sum f^j P df over the band
/// M_0 is the power of the band, M_1/M_0 its mean frequency. Orders below 0 leave 0 Hz out. 0 where the band holds no power.
double spectral_moment(std::span<const double> density, double bin_hz, BinRange band, int order) noexcept;

/// FInsm_k = M_-1 / M_k in Hz^-(k+1): rises as power moves to low frequencies, by far more than the mean frequency falls.
/// k is 2 to 5, of which 5 is used most. It depends strongly on both edges of the band: values from two bands cannot be compared. 0 Hz is
/// left out. NaN where the band holds no power.
/// Source: Dimitrov et al, Med Sci Sports Exerc 2006; 38(11), doi 10.1249/01.mss.0000233794.31659.6d.
double dimitrov_index(std::span<const double> density, double bin_hz, BinRange band, int order = 5) noexcept;

}  // namespace semg
