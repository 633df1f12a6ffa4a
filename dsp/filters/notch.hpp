// SPDX-License-Identifier: BSD-3-Clause
// A notch: one frequency taken out, and a hole left around it.
#pragma once

#include "dsp/filters/sos.hpp"

namespace semg {

struct Notch {
  double f_hz = 50;     ///< here the gain is exactly zero
  double quality = 30;  ///< f_hz over the width of the hole between its -3 dB points
};

/// One section. Throws Error(usage) unless 0 < f_hz < fs/2 and the hole, f_hz / quality wide, is narrower than fs/2.
/// Source: `scipy.signal.iirnotch` (Orfanidis, Introduction to Signal Processing, 11.3).
Sos notch(const Notch& design, double fs_hz);

}  // namespace semg
