// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/sos.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace semg {
namespace {

using Complex = std::complex<double>;

/// Phase and group delay (in samples) of c0 + c1/z + c2/z^2 on the unit circle: Re(derivative ratio).
double polynomial_delay(double c0, double c1, double c2, Complex inv_z) noexcept {
  const Complex value = c0 + inv_z * (c1 + inv_z * c2);
  const Complex ramped = inv_z * (c1 + inv_z * 2.0 * c2);
  // A zero on the unit circle at just this frequency: the delay is the limit from beside it, half a sample per zero.
  if (std::abs(value) < 1e-14 * (std::abs(c0) + std::abs(c1) + std::abs(c2))) return c2 == 0.0 ? 0.5 : 1.0;
  return (ramped / value).real();
}

}  // namespace

std::complex<double> response_at(const Sos& sos, double f_hz, double fs_hz) noexcept {
  const Complex inv_z = std::polar(1.0, -2.0 * std::numbers::pi * f_hz / fs_hz);
  Complex h = 1.0;
  for (const Section& s : sos) h *= (s.b0 + inv_z * (s.b1 + inv_z * s.b2)) / (1.0 + inv_z * (s.a1 + inv_z * s.a2));
  return h;
}

double group_delay_s(const Sos& sos, double f_hz, double fs_hz) noexcept {
  const Complex inv_z = std::polar(1.0, -2.0 * std::numbers::pi * f_hz / fs_hz);
  double samples = 0;
  for (const Section& s : sos) samples += polynomial_delay(s.b0, s.b1, s.b2, inv_z) - polynomial_delay(1.0, s.a1, s.a2, inv_z);
  return samples / fs_hz;
}

double phase_delay_s(const Sos& sos, double f_hz, double fs_hz) noexcept {
  // Each section's own phase stays within one turn of its value at DC, so summing the sections' principal values is free of jumps:
  // a second-order section turns by at most pi between the two ends of the axis.
  double phase = 0;
  for (const Section& s : sos) phase += std::arg(response_at({s}, f_hz, fs_hz));
  return f_hz > 0 ? -phase / (2.0 * std::numbers::pi * f_hz) : 0.0;
}

double slowest_time_constant_s(const Sos& sos, double fs_hz) noexcept {
  double radius = 0;
  for (const Section& s : sos) {
    const double discriminant = s.a1 * s.a1 - 4.0 * s.a2;
    radius = std::max(radius, discriminant < 0 ? std::sqrt(s.a2) : (std::abs(s.a1) + std::sqrt(discriminant)) / 2.0);
  }
  return radius > 0 ? -1.0 / (std::log(radius) * fs_hz) : 0.0;
}

}  // namespace semg
