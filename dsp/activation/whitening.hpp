// SPDX-License-Identifier: BSD-3-Clause
// Rest made white: each sample less what the eight before it foretell.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "dsp/activation/rest_moments.hpp"

namespace semg {

/// e[n] = x[n] + sum a[k] x[n-k], k = 1..8, the linear prediction error; white noise of `variance()` where x is rest.
/// r[0] counts 1 % more than it is: what the conditioning took out is lifted no higher than a floor 20 dB below the signal, and the
/// chance correlations of a short rest are not believed. Made for rates of 1 to 2 kHz.
/// Source: Levinson-Durbin recursion, Makhoul, Proc IEEE 1975; 63: 561-580.
class Whitening {
 public:
  /// `autocovariance`: mean of x[n] x[n-k] at rest, k = 0..8.
  void begin(const RestMoments& autocovariance) noexcept;
  /// None for the first eight rows, of which the past is not known.
  std::optional<double> push(double x) noexcept;
  double variance() const noexcept { return variance_; }
  const std::array<double, kWhiteningOrder>& coefficients() const noexcept { return a_; }

 private:
  std::array<double, kWhiteningOrder> a_{};
  std::array<double, kWhiteningOrder> past_{};  // newest first
  int filled_ = 0;
  double variance_ = 0;
};

}  // namespace semg
