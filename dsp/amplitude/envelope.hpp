// SPDX-License-Identifier: BSD-3-Clause
// Linear envelope: full-wave rectified, low-passed. A Stage.
#pragma once

#include <cstddef>

#include "dsp/filters/sos_filter.hpp"

namespace semg {

/// y = low-pass(|x|), Butterworth order 2, causal; primed like every filter here. Feed it the conditioned signal, never the raw one.
class Envelope {
 public:
  /// `cutoff_hz`: 6 Hz shows the course of a movement, 50 Hz its edges. Throws Error(usage) where it does not fit below fs/2.
  Envelope(double fs_hz, std::size_t channels, double cutoff_hz = 6.0);

  void process(Block& block) noexcept;
  void reset() noexcept { low_pass_.reset(); }
  double delay_s() const noexcept { return delay_s_; }  ///< group delay at DC
  double settling_s() const noexcept;                   ///< after it a start-up transient has fallen to 5e-5 of itself

 private:
  double fs_hz_;
  SosFilter low_pass_;
  double delay_s_;
};

}  // namespace semg
