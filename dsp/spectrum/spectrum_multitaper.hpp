// SPDX-License-Identifier: BSD-3-Clause
// Power spectra by Thomson's multitaper method.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/spectrum/spectrum_transform.hpp"

namespace semg {

/// How broad a frequency is smeared and how many tapers are averaged: +- time_bandwidth / T seconds, at most 2 time_bandwidth - 1 tapers,
/// as later ones leak. More tapers vary less and resolve less.
struct Tapering {
  double time_bandwidth = 2.5;
  std::size_t tapers = 4;
};

/// Mean of the densities of one window under K orthogonal tapers, its mean removed first:
///     P_k = c_k / (K fs) sum_j |X_jk|^2,  X_j the transform under taper j of unit energy;  c_k = 2, but 1 at 0 Hz and fs/2
/// All tapers weigh the same. Nearly as steady as the periodogram, yet strong power below the band does not leak into it.
/// Source: Thomson, Proc IEEE 1982; 70: 1055-1096.
class MultitaperSpectrum {
 public:
  /// `rows`: at least 4. Throws Error(usage).
  MultitaperSpectrum(std::size_t rows, double fs_hz, Tapering tapering = {});

  std::size_t rows() const noexcept { return transform_.rows(); }
  std::size_t bins() const noexcept { return transform_.bins(); }
  double bin_hz() const noexcept { return fs_hz_ / static_cast<double>(rows()); }

  /// `window` [rows] -> `density` [bins] in unit^2/Hz. No allocation.
  void density_of(std::span<const float> window, std::span<double> density) noexcept;

 private:
  double fs_hz_;
  std::vector<std::vector<double>> tapers_;  // [tapers x rows]
  RealTransform transform_;
};

}  // namespace semg
