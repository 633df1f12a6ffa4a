// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/bessel.hpp"

#include <cmath>
#include <numbers>

#include "dsp/filters/bilinear.hpp"

namespace semg {
namespace {

using Complex = std::complex<double>;

/// A number to about 32 digits, as the unevaluated sum of two doubles: its value rounded, and what that lost.
/// Source: Dekker, A floating-point technique for extending the available precision (1971).
struct Wide {
  double high = 0, low = 0;
};

Wide operator+(Wide a, Wide b) {
  const double sum = a.high + b.high;
  const double of_b = sum - a.high;
  const double lost = (a.high - (sum - of_b)) + (b.high - of_b) + (a.low + b.low);
  const double high = sum + lost;
  return {high, lost - (high - sum)};
}

Wide operator-(Wide a) {
  return {-a.high, -a.low};
}

Wide operator*(Wide a, Wide b) {
  const double product = a.high * b.high;
  const double lost = std::fma(a.high, b.high, -product) + (a.high * b.low + a.low * b.high);
  const double high = product + lost;
  return {high, lost - (high - product)};
}

struct WideComplex {
  Wide re, im;
  Complex rounded() const { return {re.high, im.high}; }
};

WideComplex operator+(WideComplex a, WideComplex b) {
  return {a.re + b.re, a.im + b.im};
}

WideComplex operator*(WideComplex a, WideComplex b) {
  return {a.re * b.re + -(a.im * b.im), a.re * b.im + a.im * b.re};
}

/// Newton's step p/p' of the reverse Bessel polynomial at s, by p_n = (2n - 1) p_(n-1) + s^2 p_(n-2) and p_n' = p_n - s p_(n-1).
/// In the left half-plane the recurrence cancels: in plain double a root of order 20 would be known to 1e-7 only.
Complex newton_step(int order, Complex s) {
  const WideComplex x = {{s.real()}, {s.imag()}};
  const WideComplex squared = x * x;
  WideComplex before = {{1.0}, {}};
  WideComplex p = before + x;
  for (int n = 2; n <= order; ++n) {
    const WideComplex next = WideComplex{{2.0 * n - 1.0}, {}} * p + squared * before;
    before = p;
    p = next;
  }
  return p.rounded() / (p.rounded() - s * before.rounded());
}

/// All roots at once by Aberth's method, from Butterworth's poles on the circle of the roots' geometric mean, to which they are scaled in
/// the end: the last coefficient, (2n)! / (n! 2^n), is the product of the roots.
Prototype prototype(int order) {
  double log_product = 0;
  for (int n = 1; n <= order; ++n) log_product += std::log(2.0 * n - 1.0);
  const double radius = std::exp(log_product / order);
  std::vector<Complex> roots;
  for (int k = 0; k < order; ++k) roots.push_back(std::polar(radius, std::numbers::pi * (2.0 * k + 1.0 + order) / (2.0 * order)));
  for (int round = 0; round < 30; ++round) {
    for (std::size_t i = 0; i < roots.size(); ++i) {
      Complex repulsion = 0;
      for (std::size_t j = 0; j < roots.size(); ++j) {
        if (j != i) repulsion += 1.0 / (roots[i] - roots[j]);
      }
      const Complex step = newton_step(order, roots[i]);
      roots[i] -= step / (1.0 - step * repulsion);
    }
  }
  Prototype p;
  for (int k = 0; k < order / 2; ++k) p.pairs.push_back({roots[static_cast<std::size_t>(k)] / radius});
  if (order % 2 == 1) p.pairs.push_back({roots[static_cast<std::size_t>(order / 2)].real() / radius});
  return p;
}

}  // namespace

Sos bessel(const LowPass& band, double fs_hz) {
  return bilinear(band, fs_hz, prototype);
}
Sos bessel(const HighPass& band, double fs_hz) {
  return bilinear(band, fs_hz, prototype);
}
Sos bessel(const BandPass& band, double fs_hz) {
  return bilinear(band, fs_hz, prototype);
}

}  // namespace semg
