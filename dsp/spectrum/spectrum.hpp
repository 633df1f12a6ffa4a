// SPDX-License-Identifier: BSD-3-Clause
// Power spectra by Welch's method, one channel at a time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/spectrum/spectrum_transform.hpp"

namespace semg {

/// Averages the spectra of Hann-weighted segments, each with its mean removed.
///     P_k = c_k |X_k|^2 / (fs sum w^2),  c_k = 2, but 1 at 0 Hz and fs/2;  w periodic Hann
/// Source: Welch, IEEE Trans Audio Electroacoust 1967; 15: 70-73. add(), to_density(): no allocation.
class WelchSpectrum {
 public:
  /// `segment_rows`: even, at least 4. Throws Error(usage).
  WelchSpectrum(std::size_t segment_rows, double fs_hz);

  std::size_t segment_rows() const noexcept { return transform_.rows(); }
  std::size_t bins() const noexcept { return transform_.bins(); }
  double bin_hz() const noexcept { return fs_hz_ / static_cast<double>(segment_rows()); }

  /// Adds the power of one segment to `sum` [bins], unscaled.
  void add(std::span<const float> segment, std::span<double> sum) noexcept;
  /// Sum over `segments` segments -> density in unit^2/Hz, in place.
  void to_density(std::span<double> sum, std::size_t segments) const noexcept;

 private:
  double fs_hz_;
  double weight_square_sum_ = 0;
  std::vector<double> weight_;  // [segment_rows]
  RealTransform transform_;
};

/// The power of two nearest to `seconds` at this rate; at least 8.
std::size_t segment_rows_for(double seconds, double fs_hz) noexcept;

}  // namespace semg
