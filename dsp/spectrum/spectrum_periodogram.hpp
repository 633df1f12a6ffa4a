// SPDX-License-Identifier: BSD-3-Clause
// The periodogram of one window, and median and mean frequency by the convention of MATLAB's medfreq and meanfreq.
#pragma once

#include <cstddef>
#include <span>

#include "dsp/spectrum/spectrum_transform.hpp"

namespace semg {

/// One-sided density of a window with nothing but its mean taken off: rectangular weights, a transform as long as the window.
///     P_k = c_k |X_k|^2 / (fs N),  c_k = 2, but 1 at 0 Hz and fs/2
/// which is scipy.signal.periodogram(x, fs), and what MATLAB's medfreq(x, fs) and meanfreq(x, fs) look at (their documentation). Taking
/// the mean off changes the bin at 0 Hz alone. It varies least of all tapers, but strong power below the band leaks into it.
class Periodogram {
 public:
  /// `rows`: at least 4. Throws Error(usage).
  Periodogram(std::size_t rows, double fs_hz);

  std::size_t rows() const noexcept { return transform_.rows(); }
  std::size_t bins() const noexcept { return transform_.bins(); }
  double bin_hz() const noexcept { return fs_hz_ / static_cast<double>(rows()); }

  /// `window` [rows] -> `density` [bins] in unit^2/Hz. No allocation.
  void density_of(std::span<const float> window, std::span<double> density) noexcept;

 private:
  double fs_hz_;
  RealTransform transform_;
};

/// Median frequency in Hz as medfreq(P, f, [low_hz, high_hz]) of MATLAB has it: power is spread evenly from half a bin below a frequency
/// to half a bin above, but from 0 Hz on in the first bin and up to the last frequency in the last; an edge of the band cuts the bin it
/// falls into; the half is found by straight-line interpolation. median_frequency() differs in that whole bins are in the band or out of
/// it. The mean frequency needs no twin: meanfreq takes whole bins, so it is mean_frequency() over bins_within(). NaN where the band holds
/// no power.
double matlab_median_frequency(std::span<const double> power, double bin_hz, double low_hz, double high_hz) noexcept;

}  // namespace semg
