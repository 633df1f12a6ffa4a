// SPDX-License-Identifier: BSD-3-Clause
// How far the RMS and ARV of one window are to be trusted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dsp/interval.hpp"

namespace semg {

/// Effective degrees of freedom of RMS and ARV: as many independent samples would vary as much as these do. From the autocorrelation
/// coefficients r_k of the window itself, N samples of conditioned signal (nothing of note above 500 Hz, no offset):
///     RMS: N / (s sum r_k^2),    ARV: N / (2 s sum h(r_k)),  h(r) = sqrt(1 - r^2) + r asin r - 1,    k = -20 ms .. 20 ms
/// s = 1 + g / 2 for an excess kurtosis g above 0, else 1: sparse motor units make x^2 vary by 2 + g where normal noise has 2. That the
/// same holds at other lags and for |x| is a simplification that simulation bears out.
/// h is the covariance of |x| and |y| over the square of their mean, for x and y jointly normal. Nothing is taken off for the noise of
/// r_k itself: it makes intervals wider by some percent of their width in 0.25 s, and makes up for what varies in the degrees of freedom.
/// Source: Bartlett, Suppl J R Stat Soc 1946; 8: 27-41 (variance of the mean square of a correlated series).
/// r_k^2 holds no frequency above twice that of the signal, so every q-th sample will do for its sum, as long as they come at 1000 Hz.
/// Samples are added in their order; no allocation.
class AmplitudeFreedom {
 public:
  explicit AmplitudeFreedom(double fs_hz) noexcept;

  void add(float x) noexcept;
  double of_rms() const noexcept;  ///< NaN over nothing and over silence
  double of_arv() const noexcept;  ///< NaN over nothing and over silence

 private:
  static constexpr std::size_t kMostLags = 40;  // 20 ms at less than 2000 Hz, as every q-th sample comes

  template <class Share>
  double sum_over_lags(Share share) const noexcept;

  std::size_t step_, lags_;
  std::size_t left_ = 0;                      // samples to pass over before the next that counts
  std::size_t newest_ = 0;                    // where the last value stands in the past
  std::int64_t count_ = 0;                    // of values
  std::array<double, 2 * kMostLags> past_{};  // the last lags_ values, newest first; each stands twice, so that they are one run
  std::array<double, kMostLags> products_{};  // products_[k - 1]: sum of x_n x_{n-k}
  double squares_ = 0, fourths_ = 0;
};

/// 95 % interval of an RMS or ARV with these degrees of freedom, in its unit: its square is to the true one as chi-square to its mean,
/// the quantile of chi-square after Wilson & Hilferty, Proc Natl Acad Sci USA 1931; 17: 684-688 (from 10 degrees of freedom on, its
/// root is right to 0.4 %). Without end upwards for fewer than about 1.2; NaN where either is.
Interval amplitude_interval(double amplitude, double freedom) noexcept;

}  // namespace semg
