// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude/amplitude.hpp"

#include <cmath>
#include <limits>

namespace semg {

double AmplitudeSums::rms() const noexcept {
  return std::sqrt(mean_square());
}

double AmplitudeSums::arv() const noexcept {
  return sizes_ / static_cast<double>(count_);
}

double noise_corrected_rms(double rms, double rest_rms) noexcept {
  const double power = rms * rms - rest_rms * rest_rms;
  return power > 0 ? std::sqrt(power) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace semg
