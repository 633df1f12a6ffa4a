// SPDX-License-Identifier: BSD-3-Clause
// Power spectra by Welch's method, one channel at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace semg {

/// Averages the spectra of Hann-weighted segments, each with its mean removed.
///     P_k = c_k |X_k|^2 / (fs sum w^2),  c_k = 2, but 1 at 0 Hz and fs/2;  w periodic Hann
/// Source: Welch, IEEE Trans Audio Electroacoust 1967; 15: 70-73. One plan per object, made in the constructor and never again, so that
/// no value depends on how many channels or windows there are. add(), clear(), power(): no allocation.
class WelchSpectrum {
 public:
  /// `segment_rows`: even, at least 4. Throws Error(usage).
  WelchSpectrum(std::size_t segment_rows, double fs_hz);
  ~WelchSpectrum();
  WelchSpectrum(WelchSpectrum&&) noexcept;

  std::size_t segment_rows() const noexcept { return segment_rows_; }
  std::size_t bins() const noexcept { return segment_rows_ / 2 + 1; }
  double bin_hz() const noexcept { return fs_hz_ / static_cast<double>(segment_rows_); }

  /// Adds the power of one segment to `sum` [bins], unscaled.
  void add(std::span<const float> segment, std::span<double> sum) noexcept;
  /// Sum over `segments` segments -> density in unit^2/Hz, in place.
  void to_density(std::span<double> sum, std::size_t segments) const noexcept;

 private:
  struct Transform;
  std::size_t segment_rows_;
  double fs_hz_;
  double weight_square_sum_ = 0;
  std::vector<double> weight_;  // [segment_rows]
  std::unique_ptr<Transform> transform_;
};

/// The power of two nearest to `seconds` at this rate; at least 8.
std::size_t segment_rows_for(double seconds, double fs_hz) noexcept;

}  // namespace semg
