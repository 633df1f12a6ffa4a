// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude/amplitude_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {

AmplitudeDistribution amplitude_distribution(std::vector<float> amplitudes) {
  std::erase_if(amplitudes, [](float a) { return std::isnan(a); });
  std::sort(amplitudes.begin(), amplitudes.end());
  const auto level = [&](double share) {
    if (amplitudes.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double rank = share * static_cast<double>(amplitudes.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const double low = amplitudes[below], high = amplitudes[std::min(below + 1, amplitudes.size() - 1)];
    return low + (rank - static_cast<double>(below)) * (high - low);
  };
  return {.p10 = level(0.1), .p50 = level(0.5), .p90 = level(0.9)};
}

}  // namespace semg
