// SPDX-License-Identifier: BSD-3-Clause
// A comb: a constant, one frequency and all its harmonics taken out.
#pragma once

#include "dsp/filters/sos.hpp"

namespace semg {

struct Comb {
  double f_hz = 50;     ///< holes at 0, f_hz, 2 f_hz ... up to fs/2
  double quality = 30;  ///< f_hz over the width of each hole between its -3 dB points
};

/// One section for each harmonic, the holes at 0 and fs/2 in the first. Throws Error(usage) unless fs is a whole multiple of f_hz, more
/// than twice it, and quality is above 1, where neighbouring holes would meet.
/// Source: `scipy.signal.iircomb` with `ftype="notch"`, `pass_zero=False` (Orfanidis, Introduction to Signal Processing, 11.5).
Sos comb(const Comb& design, double fs_hz);

}  // namespace semg
