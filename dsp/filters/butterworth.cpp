// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/butterworth.hpp"

#include <numbers>

#include "dsp/filters/bilinear.hpp"

namespace semg {
namespace {

/// Upper half-plane poles on the unit circle; the real pole of an odd order comes last, exactly -1.
Prototype prototype(int order) {
  Prototype p;
  for (int k = 0; k < order / 2; ++k) p.pairs.push_back({std::polar(1.0, std::numbers::pi * (2.0 * k + 1.0 + order) / (2.0 * order))});
  if (order % 2 == 1) p.pairs.push_back({-1.0});
  return p;
}

}  // namespace

Sos butterworth(const LowPass& band, double fs_hz) {
  return bilinear(band, fs_hz, prototype);
}
Sos butterworth(const HighPass& band, double fs_hz) {
  return bilinear(band, fs_hz, prototype);
}
Sos butterworth(const BandPass& band, double fs_hz) {
  return bilinear(band, fs_hz, prototype);
}

}  // namespace semg
