// SPDX-License-Identifier: BSD-3-Clause
// Amplitude measures of a stretch of conditioned signal.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace semg {

/// Sums over consecutive samples of one channel, added in their order so that the result does not depend on how they arrived.
///     RMS = sqrt(1/N sum x^2),  ARV = 1/N sum |x|,  iEMG = 1/fs sum |x|
/// Source: Merletti, Standards for Reporting EMG Data, J Electromyogr Kinesiol 1999; 9(1): III-IV.
class AmplitudeSums {
 public:
  void add(float x) noexcept {
    const double value = x;
    const double size = std::fabs(value);
    squares_ += value * value;
    sizes_ += size;
    peak_ = size > peak_ ? size : peak_;
    ++count_;
  }
  std::int64_t count() const noexcept { return count_; }
  double rms() const noexcept;                                         ///< unit of x; NaN over nothing
  double arv() const noexcept;                                         ///< average rectified value, unit of x; NaN over nothing
  double iemg(double fs_hz) const noexcept { return sizes_ / fs_hz; }  ///< unit of x times seconds
  double peak() const noexcept { return peak_; }                       ///< largest |x|
  double mean_square() const noexcept { return squares_ / static_cast<double>(count_); }

 private:
  double squares_ = 0;
  double sizes_ = 0;
  double peak_ = 0;
  std::int64_t count_ = 0;
};

/// RMS of the contraction alone, that of the noise at rest taken off as power: muscle and noise have nothing to do with each other.
///     RMS_c = sqrt(RMS^2 - RMS_rest^2)
/// Both in the same unit and from the same filter. NaN where the signal does not rise above rest: that is no contraction of 0.
double noise_corrected_rms(double rms, double rest_rms) noexcept;

}  // namespace semg
