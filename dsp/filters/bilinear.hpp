// SPDX-License-Identifier: BSD-3-Clause
// From an analogue low-pass prototype to a digital filter in its band, as second-order sections: what all designs share.
#pragma once

#include <complex>
#include <functional>
#include <limits>
#include <vector>

#include "dsp/filters/band.hpp"
#include "dsp/filters/sos.hpp"

namespace semg {

/// A conjugate pair of poles with the conjugate pair of zeros, +-i `zero`, that goes with it; or one real pole, whose zero is at infinity.
struct PrototypePair {
  std::complex<double> pole;  ///< the upper one of a pair; imaginary part exactly 0: a real pole
  double zero = std::numeric_limits<double>::infinity();
};

/// An analogue low-pass with its edge at 1 rad/s.
struct Prototype {
  std::vector<PrototypePair> pairs;
  double gain_at_dc = 1;
};

using PrototypeOfOrder = std::function<Prototype(int order)>;

/// Moves the prototype's edge to the band and takes it to z by the pre-warped bilinear transform. Poles and zeros go straight into
/// sections, never through the coefficients of a long polynomial. Each section has unit gain where the prototype's DC comes to lie (DC,
/// Nyquist, or the centre of the band), so no section overflows while another one makes up for it; the first one carries `gain_at_dc`.
/// Throws Error(usage) where the order is outside 1..20 or a cut-off does not fit between 0 and fs/2.
/// Source: Oppenheim & Schafer, Discrete-Time Signal Processing, ch. 7.
Sos bilinear(const LowPass& band, double fs_hz, const PrototypeOfOrder& prototype_of);
Sos bilinear(const HighPass& band, double fs_hz, const PrototypeOfOrder& prototype_of);
Sos bilinear(const BandPass& band, double fs_hz, const PrototypeOfOrder& prototype_of);

}  // namespace semg
