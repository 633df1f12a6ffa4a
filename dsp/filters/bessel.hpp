// SPDX-License-Identifier: BSD-3-Clause
// Bessel filters: the flattest delay, and a step answered almost without overshoot.
#pragma once

#include "dsp/filters/band.hpp"
#include "dsp/filters/sos.hpp"

namespace semg {

/// Cut-offs are those of the phase-normalised prototype, SciPy's default (`norm="phase"`): half of the whole phase shift is reached there,
/// and the asymptotes are Butterworth's; the gain is *not* -3 dB but falls with the order. Order 1 to 20. Gain one at DC, Nyquist or the
/// centre of the band. Throws Error(usage) as bilinear() does. Source: the same poles as `scipy.signal.bessel`.
Sos bessel(const LowPass& band, double fs_hz);
Sos bessel(const HighPass& band, double fs_hz);
Sos bessel(const BandPass& band, double fs_hz);

}  // namespace semg
