// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/comb.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>

#include "dsp/error.hpp"

namespace semg {

Sos comb(const Comb& design, double fs_hz) {
  const double turns = std::round(fs_hz / design.f_hz);
  if (!(design.f_hz > 0 && turns > 2 && turns <= 1e5 && std::abs(design.f_hz - fs_hz / turns) <= 1e-14 * fs_hz && design.quality > 1)) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "comb: found %g Hz with quality %g at fs = %g Hz, expected a whole part of fs, below fs/2, and quality above 1",
                  design.f_hz, design.quality, fs_hz);
    throw Error(Fault::usage, text);
  }
  // H = b (1 - z^-n) / (1 - a z^-n): the zeros are the n roots of one, the poles the same angles a little inside the circle.
  const int n = static_cast<int>(turns);
  const double beta = std::tan(std::numbers::pi / (2.0 * design.quality));
  const double b = 1.0 / (1.0 + beta);
  const double radius = std::pow((1.0 - beta) / (1.0 + beta), 1.0 / n);
  Sos sos = {n % 2 == 0 ? Section{.b0 = 1, .b1 = 0, .b2 = -1, .a1 = 0, .a2 = -radius * radius}
                        : Section{.b0 = 1, .b1 = -1, .b2 = 0, .a1 = -radius, .a2 = 0}};
  for (int k = 1; 2 * k < n; ++k) {
    const double cosine = std::cos(2.0 * std::numbers::pi * k / n);
    sos.push_back({.b0 = 1, .b1 = -2.0 * cosine, .b2 = 1, .a1 = -2.0 * radius * cosine, .a2 = radius * radius});
  }
  sos.front().b0 *= b;
  sos.front().b1 *= b;
  sos.front().b2 *= b;
  return sos;
}

}  // namespace semg
