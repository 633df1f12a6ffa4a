// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/muscles/symmetry.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace semg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool are_amplitudes(double p, double n) {
  return p >= 0 && n >= 0 && p + n > 0;
}

}  // namespace

double log_ratio(double paretic, double non_paretic) noexcept {
  return paretic > 0 && non_paretic > 0 ? std::log(paretic / non_paretic) : kNaN;
}

double symmetry_index_pct(double paretic, double non_paretic) noexcept {
  return are_amplitudes(paretic, non_paretic) ? 200 * (paretic - non_paretic) / (paretic + non_paretic) : kNaN;
}

double symmetry_angle_pct(double paretic, double non_paretic) noexcept {
  if (!are_amplitudes(paretic, non_paretic)) return kNaN;
  return 100 * (45 - std::atan2(paretic, non_paretic) * 180 / std::numbers::pi) / 90;
}

}  // namespace semg
