// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/bessel.hpp"

#include <cmath>
#include <numbers>

#include "dsp/bilinear.hpp"

namespace semg {
namespace {

using Complex = std::complex<double>;

/// Newton's step p/p' of the reverse Bessel polynomial at s, by p_n = (2n - 1) p_(n-1) + s^2 p_(n-2) and p_n' = p_n - s p_(n-1).
Complex newton_step(int order, Complex s) {
  Complex before = 1.0;
  Complex p = 1.0 + s;
  for (int n = 2; n <= order; ++n) {
    const Complex next = (2.0 * n - 1.0) * p + s * s * before;
    before = p;
    p = next;
  }
  return p / (p - s * before);
}

/// All roots at once by Aberth's method, from Butterworth's poles on the circle of the roots' geometric mean, to which they are scaled in
/// the end: the last coefficient, (2n)! / (n! 2^n), is the product of the roots.
Prototype prototype(int order) {
  double log_product = 0;
  for (int n = 1; n <= order; ++n) log_product += std::log(2.0 * n - 1.0);
  const double radius = std::exp(log_product / order);
  std::vector<Complex> roots;
  for (int k = 0; k < order; ++k) roots.push_back(std::polar(radius, std::numbers::pi * (2.0 * k + 1.0 + order) / (2.0 * order)));
  for (int round = 0; round < 60; ++round) {
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
