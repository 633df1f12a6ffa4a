// SPDX-License-Identifier: BSD-3-Clause
// Elliptic (Cauer) filters: the steepest edge an order can have, paid for with ripple on both sides of it.
#pragma once

#include "dsp/filters/band.hpp"
#include "dsp/filters/sos.hpp"

namespace semg {

struct Ripple {
  double pass_db = 1;   ///< the gain in the pass-band lies between 0 and -pass_db
  double stop_db = 40;  ///< and below -stop_db in the stop-band
};

/// Cut-offs are the edges of the *pass*-band, where the gain leaves -pass_db for good, as in SciPy's `ellip`; order 1 to 20.
/// Throws Error(usage) as bilinear() does, and unless 0 < pass_db < stop_db <= 300.
/// Source: the same poles and zeros as `scipy.signal.ellip`; elliptic functions by Landen's transformation, as in Orfanidis, Lecture Notes
/// on Elliptic Filter Design (2006).
Sos elliptic(const LowPass& band, const Ripple& ripple, double fs_hz);
Sos elliptic(const HighPass& band, const Ripple& ripple, double fs_hz);
Sos elliptic(const BandPass& band, const Ripple& ripple, double fs_hz);

}  // namespace semg
