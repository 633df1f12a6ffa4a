// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/chebyshev2.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>

#include "dsp/error.hpp"
#include "dsp/filters/bilinear.hpp"

namespace semg {
namespace {

/// The poles are those of the first kind, on an ellipse, turned inside out by s -> 1/s; the zeros lie where the Chebyshev polynomial has
/// its own. The gain at s = i is 1 / sqrt(1 + 1/ripple^2).
Prototype prototype(int order, const StopBand& stop) {
  if (!(stop.attenuation_db > 0 && stop.attenuation_db <= 300)) {
    char text[96];
    std::snprintf(text, sizeof text, "stop-band attenuation: found %g dB, expected above 0 and up to 300 dB", stop.attenuation_db);
    throw Error(Fault::usage, text);
  }
  const double ripple = 1.0 / std::sqrt(std::expm1(stop.attenuation_db * std::numbers::ln10 / 10.0));
  const double flatness = std::asinh(1.0 / ripple) / order;
  Prototype p;
  for (int k = 0; k < order / 2; ++k) {
    const double angle = std::numbers::pi * (2.0 * k + 1.0) / (2.0 * order);
    const std::complex<double> on_ellipse(-std::sinh(flatness) * std::sin(angle), -std::cosh(flatness) * std::cos(angle));
    p.pairs.push_back({1.0 / on_ellipse, 1.0 / std::cos(angle)});
  }
  if (order % 2 == 1) p.pairs.push_back({-1.0 / std::sinh(flatness)});
  return p;
}

template <class Band>
Sos design(const Band& band, const StopBand& stop, double fs_hz) {
  return bilinear(band, fs_hz, [&](int order) { return prototype(order, stop); });
}

}  // namespace

Sos chebyshev2(const LowPass& band, const StopBand& stop, double fs_hz) {
  return design(band, stop, fs_hz);
}
Sos chebyshev2(const HighPass& band, const StopBand& stop, double fs_hz) {
  return design(band, stop, fs_hz);
}
Sos chebyshev2(const BandPass& band, const StopBand& stop, double fs_hz) {
  return design(band, stop, fs_hz);
}

}  // namespace semg
