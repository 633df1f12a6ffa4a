// SPDX-License-Identifier: BSD-3-Clause
// Power, mean and median frequency of a density that is known as a formula: what an estimator is to find.
#pragma once

#include <functional>

namespace semg {

struct SpectrumMoments {
  double power = 0;   ///< integral of the density over the band
  double mnf_hz = 0;  ///< mean frequency: integral of f P(f) over that of P(f)
  double mdf_hz = 0;  ///< median frequency: half of the power lies below it
};

/// Of `density(f_hz)`, smooth and above zero, between low_hz and high_hz. Simpson's rule with steps of at most 0.5 Hz, the median
/// solved for inside its step: for densities of EMG the error is below 1e-9 of the value.
SpectrumMoments spectrum_moments(const std::function<double(double)>& density, double low_hz, double high_hz);

/// The band in which EMG is measured at this rate: 20 Hz to min(450, 0.45 fs).
struct EmgBand {
  double low_hz = 20;
  double high_hz = 450;
};
EmgBand emg_band(double fs_hz) noexcept;

}  // namespace semg
