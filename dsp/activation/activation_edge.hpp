// SPDX-License-Identifier: BSD-3-Clause
// Where exactly an activation begins, once it is known about where.
#pragma once

#include <cstddef>
#include <span>

namespace semg {

/// The first departure from rest, looking back from a place that is surely active.
///
/// `power`: mean power of consecutive bins; `certain`: a bin inside the activation. A run of bins is active where the mean of the 25 ms
/// that begin with it lies `threshold` times above `floor`. From 25 ms after `certain` the search goes back from active run to active run
/// and stops where there is none for 50 ms. The edge is the bin by which 5 % of the energy of the earliest run's 25 ms has come in.
/// Finds weak beginnings that a change point misses, at the price of being some 16 ms early on an ideal step in noise.
/// `scratch` holds as many values as `power`. No allocation.
struct EdgeRule {
  int run_bins = 25;
  int chain_bins = 50;
  double threshold = 1.0;  ///< power ratio
  double energy_share = 0.05;
};
std::size_t first_departure(std::span<const double> power, std::size_t certain, double floor, const EdgeRule& rule,
                            std::span<double> scratch) noexcept;

}  // namespace semg
