// SPDX-License-Identifier: BSD-3-Clause
// A filter as second-order sections: what it is, and how it answers a frequency.
#pragma once

#include <complex>
#include <vector>

namespace semg {

/// One section, SciPy's order: H(z) = (b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2).
struct Section {
  double b0 = 1, b1 = 0, b2 = 0;
  double a1 = 0, a2 = 0;
  bool operator==(const Section&) const = default;
};

using Sos = std::vector<Section>;  ///< run one after the other

/// H(e^{jw}) at `f_hz`.
std::complex<double> response_at(const Sos& sos, double f_hz, double fs_hz) noexcept;

/// Group delay -d(phase)/d(omega) in seconds, in closed form section by section.
/// Source: J. O. Smith, Introduction to Digital Filters, "Numerical computation of group delay".
double group_delay_s(const Sos& sos, double f_hz, double fs_hz) noexcept;

/// Phase delay -phase/omega in seconds; the phase is followed from DC (or from the side the filter leaves open) without jumps.
double phase_delay_s(const Sos& sos, double f_hz, double fs_hz) noexcept;

/// Time constant of the slowest pole in seconds: its transient falls to 1/e in this time. 0 for a filter without poles.
double slowest_time_constant_s(const Sos& sos, double fs_hz) noexcept;

}  // namespace semg
