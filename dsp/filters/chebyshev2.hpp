// SPDX-License-Identifier: BSD-3-Clause
// Chebyshev filters of the second kind: a flat pass-band, and a stop-band that never comes back above what is asked.
#pragma once

#include "dsp/filters/band.hpp"
#include "dsp/filters/sos.hpp"

namespace semg {

struct StopBand {
  double attenuation_db = 40;
};

/// Cut-offs are the edges of the *stop*-band, where `attenuation_db` is first reached, as in SciPy's `cheby2`; order 1 to 20. Gain one at
/// DC, Nyquist or the centre of the band. Throws Error(usage) as bilinear() does, and unless the attenuation is above 0 and up to 300 dB.
/// Source: the same poles and zeros as `scipy.signal.cheby2`.
Sos chebyshev2(const LowPass& band, const StopBand& stop, double fs_hz);
Sos chebyshev2(const HighPass& band, const StopBand& stop, double fs_hz);
Sos chebyshev2(const BandPass& band, const StopBand& stop, double fs_hz);

}  // namespace semg
