// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/notch.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>

#include "dsp/error.hpp"

namespace semg {

Sos notch(const Notch& design, double fs_hz) {
  const double width_hz = design.f_hz / design.quality;
  if (!(design.f_hz > 0 && design.f_hz < fs_hz / 2 && width_hz > 0 && width_hz < fs_hz / 2)) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "notch: found %g Hz with quality %g, expected hole and width between 0 and the Nyquist frequency %g Hz", design.f_hz,
                  design.quality, fs_hz / 2);
    throw Error(Fault::usage, text);
  }
  const double gain = 1.0 / (1.0 + std::tan(std::numbers::pi * width_hz / fs_hz));
  const double cosine = std::cos(2.0 * std::numbers::pi * design.f_hz / fs_hz);
  return {{.b0 = gain, .b1 = -2.0 * gain * cosine, .b2 = gain, .a1 = -2.0 * gain * cosine, .a2 = 2.0 * gain - 1.0}};
}

}  // namespace semg
