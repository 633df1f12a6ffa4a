// SPDX-License-Identifier: BSD-3-Clause
// When and how strongly simulated muscles contract, to the row.
#pragma once

#include <cstdint>
#include <vector>

namespace semg {

enum class Ramp { step, linear, raised_cosine };

/// Rest, then the same contraction again and again. All channels share it.
struct Contraction {
  double rest_s = 5;  ///< before the first burst
  double on_s = 3;
  double off_s = 3;
  int repetitions = 5;
  Ramp ramp = Ramp::step;
  double ramp_s = 0.2;    ///< rise and fall, each inside on_s; without meaning for a step
  double fatigue = 0;     ///< 0..0.9: share by which the spectrum is compressed from the first row to the last
  double gain_drift = 0;  ///< -0.9..10: share by which the amplitude has changed at the last row
};

/// Rows in which one repetition is on.
struct BurstRows {
  std::int64_t onset = 0;   ///< first row of it
  std::int64_t offset = 0;  ///< first row after it
};

/// The contraction on a grid of rows.
class ContractionCourse {
 public:
  /// The spectrum moves in steps of this many rows, counted from row 0: far below what any window can tell apart.
  static constexpr std::int64_t kWarpStep = 64;

  /// Throws Error(usage) where the contraction does not fit into `rows`, or a number lies outside its limits.
  ContractionCourse(const Contraction& contraction, double fs_hz, std::int64_t rows);

  const std::vector<BurstRows>& bursts() const noexcept { return bursts_; }

  /// Amplitude at a row: 0 at rest, 1 on a plateau without drift. On a ramp of n rows, row k (0..n-1) stands at (k + 1/2)/n of it.
  double drive(std::int64_t row) const noexcept;

  /// Time runs this much slower in the muscle than at row 0: each frequency of its spectrum is multiplied by it (Merletti 1990; a lower
  /// conduction velocity stretches every action potential). 1 without fatigue.
  double warp(std::int64_t row) const noexcept;

 private:
  Contraction contraction_;
  std::int64_t rows_;
  std::int64_t rest_ = 0;
  std::int64_t on_ = 0;
  std::int64_t cycle_ = 0;
  std::int64_t ramp_ = 0;
  std::vector<BurstRows> bursts_;
};

}  // namespace semg
