// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/bilinear.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>

#include "dsp/error.hpp"

namespace semg {
namespace {

using Complex = std::complex<double>;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

void check(const char* what, int order, double low_hz, double high_hz, double fs_hz) {
  if (order < 1 || order > 20) {
    throw Error(Fault::usage, std::string(what) + " order: found " + std::to_string(order) + ", expected 1 to 20");
  }
  const std::string band = low_hz == high_hz ? number(low_hz) : number(low_hz) + "-" + number(high_hz);
  if (!(low_hz > 0) || !(high_hz >= low_hz)) {
    throw Error(Fault::usage, std::string(what) + " " + band + " Hz: expected a cut-off above 0 Hz, and the lower one first");
  }
  if (!(high_hz < fs_hz / 2)) {
    throw Error(Fault::usage, std::string(what) + " " + band + " Hz does not fit below the Nyquist frequency " + number(fs_hz / 2) +
                                  " Hz (fs = " + number(fs_hz) + " Hz)");
  }
}

/// Where the bilinear transform with T = 2 must put an analogue edge so that it comes out at `f_hz`.
double warped(double f_hz, double fs_hz) {
  return std::tan(std::numbers::pi * f_hz / fs_hz);
}

Complex to_z(Complex s) {
  return (1.0 + s) / (1.0 - s);
}

Section with_pole_pair(Complex p, double b1, double b2) {
  return {.b0 = 1, .b1 = b1, .b2 = b2, .a1 = -2.0 * p.real(), .a2 = std::norm(p)};
}

/// An analogue pair of zeros at +-i w comes to lie on the unit circle, at the angle 2 atan(w): at Nyquist where w is infinite.
Section with_pole_and_zero_pair(Complex p, double w) {
  const double cosine = std::isinf(w) ? -1.0 : (1.0 - w * w) / (1.0 + w * w);
  return with_pole_pair(p, -2.0 * cosine, 1.0);
}

void scale(Section& s, double gain) {
  s.b0 *= gain;
  s.b1 *= gain;
  s.b2 *= gain;
}

void scale_to_unit_gain(Section& s, double f_hz, double fs_hz) {
  const double gain = std::abs(response_at({s}, f_hz, fs_hz));
  s.b0 /= gain;
  s.b1 /= gain;
  s.b2 /= gain;
}

/// Low- and high-pass differ in where a real pole's zero lies (z = -1 or +1) and where the prototype's DC is found (DC or Nyquist).
Sos single_edge(const Prototype& analogue, double zero_sign, double dc_hz, double fs_hz) {
  Sos sos;
  for (const auto& [s, zero] : analogue.pairs) {
    const Complex p = to_z(s);
    Section section =
        s.imag() != 0.0 ? with_pole_and_zero_pair(p, zero) : Section{.b0 = 1, .b1 = zero_sign, .b2 = 0, .a1 = -p.real(), .a2 = 0};
    scale_to_unit_gain(section, dc_hz, fs_hz);
    sos.push_back(section);
  }
  scale(sos.front(), analogue.gain_at_dc);
  return sos;
}

}  // namespace

Sos bilinear(const LowPass& band, double fs_hz, const PrototypeOfOrder& prototype_of) {
  check("low-pass", band.order, band.cutoff_hz, band.cutoff_hz, fs_hz);
  Prototype analogue = prototype_of(band.order);
  const double edge = warped(band.cutoff_hz, fs_hz);
  for (auto& [pole, zero] : analogue.pairs) {
    pole *= edge;
    zero *= edge;
  }
  return single_edge(analogue, 1.0, 0.0, fs_hz);
}

Sos bilinear(const HighPass& band, double fs_hz, const PrototypeOfOrder& prototype_of) {
  check("high-pass", band.order, band.cutoff_hz, band.cutoff_hz, fs_hz);
  Prototype analogue = prototype_of(band.order);
  const double edge = warped(band.cutoff_hz, fs_hz);
  for (auto& [pole, zero] : analogue.pairs) {
    // s -> edge/s mirrors the conjugate pair; the upper one of it is kept.
    pole = edge * std::conj(1.0 / pole);
    zero = edge / zero;
  }
  return single_edge(analogue, -1.0, fs_hz / 2, fs_hz);
}

Sos bilinear(const BandPass& band, double fs_hz, const PrototypeOfOrder& prototype_of) {
  check("band-pass", band.order, band.low_hz, band.high_hz, fs_hz);
  if (!(band.low_hz < band.high_hz)) throw Error(Fault::usage, "band-pass: expected the lower edge below the upper one");
  const double low = warped(band.low_hz, fs_hz);
  const double high = warped(band.high_hz, fs_hz);
  const double width = high - low;
  const double centre_squared = low * high;
  const double centre_hz = std::atan(std::sqrt(centre_squared)) * fs_hz / std::numbers::pi;
  Sos sos;
  const auto add = [&](Section section) {
    scale_to_unit_gain(section, centre_hz, fs_hz);
    sos.push_back(section);
  };
  const Prototype prototype = prototype_of(band.order);
  for (const auto& [s, zero] : prototype.pairs) {
    // Each prototype pole p becomes the two roots of s^2 - p width s + centre^2, and so does each zero.
    const Complex half = s * width / 2.0;
    const Complex root = std::sqrt(half * half - centre_squared);
    if (s.imag() == 0.0) {
      const Complex p = to_z(half + root);
      const Complex q = to_z(half - root);
      add({.b0 = 1, .b1 = 0, .b2 = -1, .a1 = -(p + q).real(), .a2 = (p * q).real()});
    } else if (std::isinf(zero)) {
      add(with_pole_pair(to_z(half + root), 0.0, -1.0));
      add(with_pole_pair(to_z(half - root), 0.0, -1.0));
    } else {
      // The zeros above the band go with the poles at its upper edge, those below it with the others.
      const double above = zero * width / 2.0 + std::hypot(zero * width / 2.0, std::sqrt(centre_squared));
      const double below = centre_squared / above;
      const bool first_is_upper = std::abs(half + root) > std::abs(half - root);
      add(with_pole_and_zero_pair(to_z(half + root), first_is_upper ? above : below));
      add(with_pole_and_zero_pair(to_z(half - root), first_is_upper ? below : above));
    }
  }
  scale(sos.front(), prototype.gain_at_dc);
  return sos;
}

}  // namespace semg
