// SPDX-License-Identifier: BSD-3-Clause
// Median and mean frequency of a power spectrum.
#pragma once

#include <cstddef>
#include <span>

namespace semg {

/// The bins of a one-sided spectrum that a frequency measure looks at: first..last, both included.
struct BinRange {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Bins k with low_hz <= k * bin_hz <= high_hz.
BinRange bins_within(double low_hz, double high_hz, double bin_hz, std::size_t bins) noexcept;

/// The frequency in Hz below which `share` (0..1) of the band's power lies, as for the median below. NaN where the band holds no power or
/// the share is not a number.
double quantile_frequency(std::span<const double> power, double bin_hz, BinRange band, double share) noexcept;

/// Median frequency in Hz: halves the power of the band. A bin is a rectangle from half a bin below its frequency to half a bin above,
/// and the half is found by straight-line interpolation inside the bin that crosses it:
///     MDF = f_k - df/2 + df (C/2 - C_{k-1}) / P_k,   C_k cumulative over the band
/// Source: Stulen & De Luca, IEEE Trans Biomed Eng 1981; 28: 515-523. NaN where the band holds no power.
double median_frequency(std::span<const double> power, double bin_hz, BinRange band) noexcept;

/// Mean frequency in Hz: sum f P / sum P over the band. NaN where the band holds no power.
double mean_frequency(std::span<const double> power, double bin_hz, BinRange band) noexcept;

}  // namespace semg
