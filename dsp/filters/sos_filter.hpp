// SPDX-License-Identifier: BSD-3-Clause
// Second-order sections over a stream of blocks, in place. A Stage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/filters/sos.hpp"

namespace semg {

/// Causal filter, transposed direct form II, coefficients, state and sums in double; each sample is rounded to float once, at the end.
/// It starts as if the first sample had been there for ever (primed), and starts again so after a gap and, in one channel, after NaN:
/// an electrode offset leaves no trace. NaN stays NaN and never reaches the state. Cutting the stream elsewhere changes no bit.
/// process(): no allocation, no lock. Source of the priming: SciPy's `sosfilt_zi` times the first sample gives the same start.
class SosFilter {
 public:
  SosFilter(Sos sos, std::size_t channels);

  void process(Block& block) noexcept;
  /// The row after the last one, in place and unrounded. [channels]; after a gap, reset() first.
  void process(std::span<double> row) noexcept;
  void reset() noexcept;
  const Sos& sos() const noexcept { return sos_; }

 private:
  void process_row(double* row) noexcept;
  void process_row_with_faults(double* row) noexcept;
  void prime(std::size_t channel, double x) noexcept;

  Sos sos_;
  std::size_t channels_;
  std::vector<double> z1_, z2_;        // [sections x channels]
  std::vector<double> x_;              // [channels] the row in double
  std::vector<unsigned char> primed_;  // [channels]
  bool all_primed_ = false;
  std::int64_t next_row_ = INT64_MIN;
};

}  // namespace semg
