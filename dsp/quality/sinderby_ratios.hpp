// SPDX-License-Identifier: BSD-3-Clause
// What the spectrum of the raw signal says of its quality: the four ratios known by Sinderby's name, and the share of slow power.
#pragma once

#include <optional>
#include <span>

#include "dsp/spectrum/frequency_measures.hpp"

namespace semg {

/// All take the one-sided density [bins] of the signal as it came in, in unit^2/Hz, bin k at k * bin_hz; of a band-passed signal they tell
/// the filter. The band is what lies above 0 Hz and up to 1000 Hz or half the rate. Scaling the signal changes none of them. None where
/// the band holds no power, or where the rate is too low for the measure, as said at each. A ratio has no bound where nothing speaks
/// against the signal: it ends at kMostRatio_db.
inline constexpr double kMostRatio_db = 60;

/// Signal to motion (SM), dB: power of the band over that part of the power below 20 Hz which lies above a straight line from 0 Hz to the
/// highest density from 35 Hz on. EMG rises faster than the line, movement of cables and electrodes lies above it. The highest density is
/// that of 13 bins together, as in drop_ratio_db.
std::optional<double> motion_ratio_db(std::span<const double> density, double bin_hz);

/// Signal to noise (SN), dB: power of the band over the power noise has in it, if it has the mean density of the band's top fifth
/// everywhere. None where that fifth begins below 600 Hz, for EMG would be taken for noise.
std::optional<double> noise_ratio_db(std::span<const double> density, double bin_hz);

/// Drop in power density (DP), dB: highest over lowest density between 35 and 600 Hz, each of 13 bins together. None where half the rate
/// is below 600 Hz. EMG with the spectrum of Stulen & De Luca at 60/120 Hz has 23.4 dB without any noise.
std::optional<double> drop_ratio_db(std::span<const double> density, double bin_hz);

/// Deformation of the spectrum, sqrt(M2/M0) / (M1/M0), M_j its moments over the bins. Power added far below or far above EMG raises it;
/// 1 where all power is in one bin.
std::optional<double> deformation(std::span<const double> density, double bin_hz, BinRange bins);
std::optional<double> deformation(std::span<const double> density, double bin_hz);

/// Share (0..1) of the band's power that lies below 20 Hz.
std::optional<double> slow_share(std::span<const double> density, double bin_hz);

/// RMS between two frequencies, in the unit.
std::optional<double> band_rms(std::span<const double> density, double bin_hz, double low_hz, double high_hz);

}  // namespace semg
