// SPDX-License-Identifier: BSD-3-Clause
// Discrete prolate spheroidal sequences: tapers whose power is concentrated in a band about 0 Hz as far as it can be.
#pragma once

#include <cstddef>
#include <vector>

namespace semg {

/// The `tapers` best concentrated sequences of `rows` numbers within +- time_bandwidth / rows of the sampling rate, best first, each of
/// unit energy, orthogonal to one another. Symmetric ones have a positive sum, the others begin with a positive lobe.
/// They are the eigenvectors of the tridiagonal matrix that commutes with the concentration problem, found by bisection and inverse
/// iteration: the same as scipy.signal.windows.dpss(rows, time_bandwidth, tapers).
/// Source: Slepian, Bell Syst Tech J 1978; 57: 1371-1430.
/// Throws Error(usage) unless 0 < time_bandwidth < rows / 2 and 1 <= tapers <= rows.
std::vector<std::vector<double>> dpss_tapers(std::size_t rows, double time_bandwidth, std::size_t tapers);

}  // namespace semg
