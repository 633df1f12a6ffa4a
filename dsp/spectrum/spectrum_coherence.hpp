// SPDX-License-Identifier: BSD-3-Clause
// Which frequencies two signals share, and from where on that is no chance.
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/interval.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum_transform.hpp"

namespace semg {

/// A band in which coherence between muscles is told.
struct CoherenceBand {
  const char* name;
  double low_hz, high_hz;
};
inline constexpr std::array<CoherenceBand, 3> kCoherenceBands = {{{"alpha", 8, 12}, {"beta", 15, 30}, {"gamma", 30, 60}}};

/// Magnitude-squared coherence over disjoint segments, each with its mean removed and under a periodic Hann window:
///     C_k = |sum X_k conj(Y_k)|^2 / (sum |X_k|^2 sum |Y_k|^2),  0..1
/// Segments do not overlap, so that they are as many independent ones as coherence_limit() and coherence_interval() are told. Rectified or
/// not is the caller's choice, and to be stated with the value. The same bits for the same segments in the same order. add() and values():
/// no allocation.
/// Source: Halliday, Rosenberg, Amjad, Breeze, Conway & Farmer, Prog Biophys Mol Biol 1995; 64: 237-278. SciPy: signal.coherence with
/// noverlap = 0.
class Coherence {
 public:
  /// `segment_rows`: at least 4; 0.5 to 1 s resolve the bands. Throws Error(usage).
  Coherence(std::size_t segment_rows, double fs_hz);

  std::size_t segment_rows() const noexcept { return transform_.rows(); }
  std::size_t bins() const noexcept { return transform_.bins(); }
  double bin_hz() const noexcept { return fs_hz_ / static_cast<double>(segment_rows()); }
  std::size_t segments() const noexcept { return segments_; }

  /// One segment of both signals [segment_rows each], at the same instants and without faults.
  void add(std::span<const float> x, std::span<const float> y) noexcept;
  /// C_k [bins]; NaN where a signal holds nothing of a frequency, and everywhere for fewer than two segments, whose coherence is always 1.
  void values(std::span<double> coherence) const noexcept;

 private:
  void load(std::span<const float> segment) noexcept;

  double fs_hz_;
  std::size_t segments_ = 0;
  std::vector<double> weight_;  // [segment_rows]
  RealTransform transform_;
  std::vector<std::complex<double>> x_;      // [bins] of the segment at hand
  std::vector<std::complex<double>> cross_;  // [bins]
  std::vector<double> power_x_, power_y_;    // [bins]
};

/// What the coherence of independent signals stays below with probability 1 - alpha, in one bin: 1 - alpha^(1 / (segments - 1)).
/// 1 for fewer than two segments. Of the largest of m bins, give alpha / m. Source: as above.
double coherence_limit(std::size_t segments, double alpha) noexcept;

/// 95 % interval of a coherence above its limit: tanh^2(atanh(sqrt(C)) -+ 1.96 / sqrt(2 segments)), no lower than 0. Source: as above.
Interval coherence_interval(double coherence, std::size_t segments) noexcept;

/// What a band holds: the mean over its bins, and where the largest is.
struct BandCoherence {
  double mean = 0, peak = 0, peak_hz = 0;
  std::size_t bins = 0;
};

/// Of the bins within the band, both edges included; NaN, and no bins, where it holds none, or none with a value.
BandCoherence coherence_in(std::span<const double> coherence, double bin_hz, const CoherenceBand& band) noexcept;

}  // namespace semg
