// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/butterworth.hpp"

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

/// Upper half-plane poles of the unit prototype; the real pole of an odd order comes last, exactly -1.
std::vector<Complex> prototype_poles(int order) {
  std::vector<Complex> poles;
  for (int k = 0; k < order / 2; ++k) poles.push_back(std::polar(1.0, std::numbers::pi * (2.0 * k + 1.0 + order) / (2.0 * order)));
  if (order % 2 == 1) poles.emplace_back(-1.0, 0.0);
  return poles;
}

Complex bilinear(Complex s) {
  return (1.0 + s) / (1.0 - s);
}

Section with_pole_pair(Complex p, double b1, double b2) {
  return {.b0 = 1, .b1 = b1, .b2 = b2, .a1 = -2.0 * p.real(), .a2 = std::norm(p)};
}

void scale_to_unit_gain(Section& s, double f_hz, double fs_hz) {
  const double gain = std::abs(response_at({s}, f_hz, fs_hz));
  s.b0 /= gain;
  s.b1 /= gain;
  s.b2 /= gain;
}

/// Low- and high-pass differ in where the zeros lie (z = -1 or +1) and where the gain is one (DC or Nyquist).
Sos single_edge(const std::vector<Complex>& analogue_poles, double zero_sign, double unit_gain_hz, double fs_hz) {
  Sos sos;
  for (const Complex& s : analogue_poles) {
    const Complex p = bilinear(s);
    Section section =
        s.imag() != 0.0 ? with_pole_pair(p, 2.0 * zero_sign, 1.0) : Section{.b0 = 1, .b1 = zero_sign, .b2 = 0, .a1 = -p.real(), .a2 = 0};
    scale_to_unit_gain(section, unit_gain_hz, fs_hz);
    sos.push_back(section);
  }
  return sos;
}

}  // namespace

Sos butterworth(const LowPass& design, double fs_hz) {
  check("low-pass", design.order, design.cutoff_hz, design.cutoff_hz, fs_hz);
  std::vector<Complex> poles = prototype_poles(design.order);
  for (Complex& s : poles) s *= warped(design.cutoff_hz, fs_hz);
  return single_edge(poles, 1.0, 0.0, fs_hz);
}

Sos butterworth(const HighPass& design, double fs_hz) {
  check("high-pass", design.order, design.cutoff_hz, design.cutoff_hz, fs_hz);
  std::vector<Complex> poles = prototype_poles(design.order);
  // s -> w/s mirrors the conjugate pair; the upper one of it is kept.
  for (Complex& s : poles) s = warped(design.cutoff_hz, fs_hz) * std::conj(1.0 / s);
  return single_edge(poles, -1.0, fs_hz / 2, fs_hz);
}

Sos butterworth(const BandPass& design, double fs_hz) {
  check("band-pass", design.order, design.low_hz, design.high_hz, fs_hz);
  if (!(design.low_hz < design.high_hz)) throw Error(Fault::usage, "band-pass: expected the lower edge below the upper one");
  const double low = warped(design.low_hz, fs_hz);
  const double high = warped(design.high_hz, fs_hz);
  const double width = high - low;
  const double centre_squared = low * high;
  const double centre_hz = std::atan(std::sqrt(centre_squared)) * fs_hz / std::numbers::pi;
  Sos sos;
  const auto add = [&](Section section) {
    scale_to_unit_gain(section, centre_hz, fs_hz);
    sos.push_back(section);
  };
  for (const Complex& s : prototype_poles(design.order)) {
    // Each prototype pole p becomes the two roots of s^2 - p width s + centre^2.
    const Complex half = s * width / 2.0;
    const Complex root = std::sqrt(half * half - centre_squared);
    if (s.imag() != 0.0) {
      add(with_pole_pair(bilinear(half + root), 0.0, -1.0));
      add(with_pole_pair(bilinear(half - root), 0.0, -1.0));
    } else {
      const Complex p = bilinear(half + root);
      const Complex q = bilinear(half - root);
      add({.b0 = 1, .b1 = 0, .b2 = -1, .a1 = -(p + q).real(), .a2 = (p * q).real()});
    }
  }
  return sos;
}

}  // namespace semg
