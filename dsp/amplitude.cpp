// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude.hpp"

#include <cmath>

namespace semg {

double AmplitudeSums::rms() const noexcept {
  return std::sqrt(mean_square());
}

double AmplitudeSums::arv() const noexcept {
  return sizes_ / static_cast<double>(count_);
}

}  // namespace semg
