// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/rest_moments.hpp"

#include <algorithm>
#include <cmath>

namespace semg {

double threshold_above_rest(const RestMoments& rest, double spreads) noexcept {
  return rest[0] + spreads * std::sqrt(std::max(0.0, rest[1] - rest[0] * rest[0]));
}

}  // namespace semg
