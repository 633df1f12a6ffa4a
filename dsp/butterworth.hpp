// SPDX-License-Identifier: BSD-3-Clause
// Butterworth filters of any order, designed from poles and zeros straight into second-order sections.
#pragma once

#include "dsp/sos.hpp"

namespace semg {

struct LowPass {
  int order = 2;
  double cutoff_hz = 0;
};
struct HighPass {
  int order = 2;
  double cutoff_hz = 0;
};
struct BandPass {
  int order = 2;
  double low_hz = 0;
  double high_hz = 0;
};  ///< `order` as SciPy counts it: 2 x order poles

/// Cut-offs are the -3 dB points after one pass. Analogue prototype, pre-warped bilinear transform; each section has unit gain in the
/// pass-band (DC, Nyquist, or the centre of the band), so no section overflows while another one makes up for it.
/// Throws Error(usage) where the order is outside 1..20 or a cut-off does not fit between 0 and fs/2.
/// Source: Oppenheim & Schafer, Discrete-Time Signal Processing, ch. 7.
Sos butterworth(const LowPass& design, double fs_hz);
Sos butterworth(const HighPass& design, double fs_hz);
Sos butterworth(const BandPass& design, double fs_hz);

}  // namespace semg
