// SPDX-License-Identifier: BSD-3-Clause
// Changes of power by SciPy 1.10.1, written by tests/reference/scipy_change_points.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace semg {

/// made_up(bins, seed) squared, from bin `at` on `ratio` times as much: first bin of the higher power, and a 95 % interval.
struct ScipyChangePoint {
  std::size_t bins;
  std::uint32_t seed;
  std::size_t at;
  double ratio;
  std::size_t bin;
  double low, high;
};

// clang-format off
inline const std::vector<ScipyChangePoint> kScipyChangePoints = {
    {200, 1, 100, 100, 100, 98.7710720413519, 100.96992448827289},
    {200, 2, 100, 5, 110, 89.193926704121566, 115.36664440907644},
    {120, 3, 30, 10, 29, 24.163944744099027, 30.916531049866663},
    {600, 4, 100, 1000, 100, 99.433002200184944, 100.97372236760407},
    {60, 5, 40, 2, 44, 6.8148974960105839, 53.025899358579636},
    {40, 6, 20, 30, 20, 17.152271577169731, 21.633267089000999}};
// clang-format on

}  // namespace semg
