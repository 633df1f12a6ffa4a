// SPDX-License-Identifier: BSD-3-Clause
// Butterworth filters of any order, designed from poles and zeros straight into second-order sections.
#pragma once

#include "dsp/filters/band.hpp"
#include "dsp/filters/sos.hpp"

namespace semg {

/// Cut-offs are the -3 dB points after one pass; order 1 to 20. Analogue prototype, pre-warped bilinear transform; each section has unit
/// gain in the pass-band. Throws Error(usage) as bilinear() does. Source: Oppenheim & Schafer, Discrete-Time Signal Processing, ch. 7.
Sos butterworth(const LowPass& band, double fs_hz);
Sos butterworth(const HighPass& band, double fs_hz);
Sos butterworth(const BandPass& band, double fs_hz);

}  // namespace semg
