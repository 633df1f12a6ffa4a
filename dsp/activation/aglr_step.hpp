// SPDX-License-Identifier: BSD-3-Clause
// Activation by Staude's approximated generalised likelihood ratio: steps of the whitened signal's variance, and which lie above rest.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dsp/activation/rest_moments.hpp"
#include "dsp/activation/whitening.hpp"

namespace semg {

struct AglrStepRule {
  double window_s = 0.025;     ///< L; 50 rows at 2 kHz
  double threshold = 20;       ///< h: in rest 2 g is about chi-square with 1 degree of freedom, 20 is crossed by 2.5e-10 of the windows
  double least_s = 0.005;      ///< a step is placed so long after g has reached h, to leave so much behind it
  double look_back_s = 0.200;  ///< a step is sought no further back
};

/// Between the last step p and now k, with S the running sum of squares and L the window:
///     g = -1/2 [(k-L-p) ln tb + L ln ta - (k-p) ln t0],  tb = (S[k-L]-S[p])/(k-L-p), ta = (S[k]-S[k-L])/L, t0 = (S[k]-S[p])/(k-p).
/// Where g >= h a step has happened, at the j that makes -1/2 [(j-p) ln tb(j) + (k-j) ln ta(j)] greatest. The next is sought from 2 L after
/// it on. What follows a step is active where its first 2 L rows would themselves alarm against rest. A change too slow to alarm, or hidden
/// in the 2 L rows behind another, is a step too: where the last 4 L rows speak against the state, its likeliest place is taken.
/// Source: Staude et al., EURASIP J Appl Signal Process 2001; 2: 67-81.
class AglrStep {
 public:
  explicit AglrStep(double fs_hz, const AglrStepRule& rule = {});

  void begin(const RestMoments& rest) noexcept;         ///< as in HodgesBui
  std::optional<std::int64_t> push(double x) noexcept;  ///< as in HodgesBui
  std::int64_t look_ahead_rows() const noexcept;

 private:
  double sum(std::int64_t count) const noexcept { return sums_[static_cast<std::size_t>(count) & mask_]; }
  bool has_stepped() const noexcept;
  bool has_drifted() const noexcept;
  std::int64_t place_of_step() const noexcept;
  /// n ln(mean square of n values that sum to `power`), kept finite in digital silence.
  double weighted_log(double power, std::int64_t n) const noexcept;

  double threshold_;
  std::int64_t window_, least_, look_back_;
  double active_ratio_, lasting_ratio_;  // variance over that of rest, of 2 L and of 4 L rows
  Whitening whitening_;
  double floor_ = 0;
  std::vector<double> sums_;  // ring: sum of the first n squares
  std::size_t mask_;
  std::int64_t count_ = 0;
  std::int64_t step_ = 0;    // p
  std::int64_t alarm_ = -1;  // count at which g reached h; -1: it did not
  double sum_at_step_ = 0;
  bool judged_ = false, on_ = false;
};

}  // namespace semg
