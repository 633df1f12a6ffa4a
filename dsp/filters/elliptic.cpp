// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/elliptic.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>

#include "dsp/error.hpp"
#include "dsp/filters/bilinear.hpp"

namespace semg {
namespace {

using Complex = std::complex<double>;

/// An elliptic modulus k with its complement sqrt(1 - k^2), each to full relative precision, however near to 1 the other is.
struct Modulus {
  double k;
  double complement;
};

double arithmetic_geometric_mean(double a, double b) {
  while (std::abs(a - b) > 1e-15 * a) {
    const double mean = (a + b) / 2.0;
    b = std::sqrt(a * b);
    a = mean;
  }
  return a;
}

/// The moduli of the descending Landen transformation, from k itself down to one that is as good as 0.
std::vector<double> landen(Modulus m) {
  std::vector<double> moduli = {m.k};
  while (m.k > 1e-20) {
    const double ratio = m.k / (1.0 + m.complement);
    m = {ratio * ratio, 2.0 * std::sqrt(m.complement) / (1.0 + m.complement)};
    moduli.push_back(m.k);
  }
  return moduli;
}

/// The Jacobian function cd(u K, k), where K is the quarter period: it begins as a cosine and climbs back up the moduli.
Complex cd(Complex u, const std::vector<double>& moduli) {
  Complex w = std::cos(u * (std::numbers::pi / 2.0));
  for (std::size_t n = moduli.size() - 1; n > 0; --n) w = (1.0 + moduli[n]) * w / (1.0 + moduli[n] * w * w);
  return w;
}

/// u for which sn(i u K, k) = i y.
double inverse_sn_imaginary(double y, const std::vector<double>& moduli) {
  for (std::size_t n = 1; n < moduli.size(); ++n) {
    y = 2.0 * y / ((1.0 + moduli[n]) * (1.0 + std::hypot(1.0, moduli[n - 1] * y)));
  }
  return std::asinh(y) * 2.0 / std::numbers::pi;
}

/// The degree equation: the nome of the filter's modulus is the order-th root of that of `ripples`; theta series give the modulus.
Modulus modulus_for(int order, const Modulus& ripples) {
  const double nome =
      std::exp(-std::numbers::pi * arithmetic_geometric_mean(1.0, ripples.complement) / arithmetic_geometric_mean(1.0, ripples.k) / order);
  double theta2 = 0, theta3 = 1, theta4 = 1;
  for (int n = 0; n < 40; ++n) {
    theta2 += 2.0 * std::pow(nome, n * (n + 1.0));
    const double term = 2.0 * std::pow(nome, (n + 1.0) * (n + 1.0));
    theta3 += term;
    theta4 += n % 2 == 0 ? -term : term;
  }
  const double k = std::sqrt(nome) * (theta2 / theta3) * (theta2 / theta3);
  return {k, (theta4 / theta3) * (theta4 / theta3)};
}

Prototype prototype(int order, const Ripple& ripple) {
  if (!(ripple.pass_db > 0 && ripple.pass_db < ripple.stop_db && ripple.stop_db <= 300)) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "ripple: found %g dB in the pass-band and %g dB in the stop-band, expected above 0, more, and up to 300 dB",
                  ripple.pass_db, ripple.stop_db);
    throw Error(Fault::usage, text);
  }
  const double pass = std::sqrt(std::expm1(ripple.pass_db * std::numbers::ln10 / 10.0));
  const double stop = std::sqrt(std::expm1(ripple.stop_db * std::numbers::ln10 / 10.0));
  const Modulus ripples = {pass / stop, std::sqrt((stop - pass) * (stop + pass)) / stop};
  const Modulus modulus = modulus_for(order, ripples);
  const std::vector<double> moduli = landen(modulus);
  const double shift = inverse_sn_imaginary(1.0 / pass, landen(ripples)) / order;
  Prototype p;
  for (int k = 0; k < order / 2; ++k) {
    const double u = (2.0 * k + 1.0) / order;
    p.pairs.push_back({Complex(0.0, 1.0) * cd({u, -shift}, moduli), 1.0 / (modulus.k * cd(u, moduli).real())});
  }
  if (order % 2 == 1) p.pairs.push_back({-cd({1.0, -shift}, moduli).imag()});
  p.gain_at_dc = order % 2 == 1 ? 1.0 : 1.0 / std::hypot(1.0, pass);
  return p;
}

template <class Band>
Sos design(const Band& band, const Ripple& ripple, double fs_hz) {
  return bilinear(band, fs_hz, [&](int order) { return prototype(order, ripple); });
}

}  // namespace

Sos elliptic(const LowPass& band, const Ripple& ripple, double fs_hz) {
  return design(band, ripple, fs_hz);
}
Sos elliptic(const HighPass& band, const Ripple& ripple, double fs_hz) {
  return design(band, ripple, fs_hz);
}
Sos elliptic(const BandPass& band, const Ripple& ripple, double fs_hz) {
  return design(band, ripple, fs_hz);
}

}  // namespace semg
