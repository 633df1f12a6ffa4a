// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/whitening.hpp"

#include <algorithm>
#include <cmath>

namespace semg {

void Whitening::begin(const RestMoments& autocovariance) noexcept {
  const auto& r = autocovariance;
  constexpr double kWhiteShare = 1e-2;  // bounds the lift of what the conditioning took out, and of what little rest misjudges
  a_ = {};
  filled_ = 0;
  double error = r[0] * (1.0 + kWhiteShare);
  for (std::size_t order = 0; order < a_.size() && error > 0; ++order) {
    double reflection = r[order + 1];
    for (std::size_t k = 0; k < order; ++k) reflection += a_[k] * r[order - k];
    reflection /= -error;
    if (!(std::fabs(reflection) < 1.0)) break;
    const auto shorter = a_;
    for (std::size_t k = 0; k < order; ++k) a_[k] = shorter[k] + reflection * shorter[order - 1 - k];
    a_[order] = reflection;
    error *= 1.0 - reflection * reflection;
  }
  // The mean square of e at rest, in full.
  const auto weight = [this](std::size_t k) { return k == 0 ? 1.0 : a_[k - 1]; };
  variance_ = 0;
  for (std::size_t i = 0; i <= a_.size(); ++i) {
    for (std::size_t j = 0; j <= a_.size(); ++j) variance_ += weight(i) * weight(j) * r[i > j ? i - j : j - i];
  }
  variance_ = std::max(variance_, 1e-6 * r[0]);
}

std::optional<double> Whitening::push(double x) noexcept {
  double error = x;
  for (std::size_t k = 0; k < a_.size(); ++k) error += a_[k] * past_[k];
  for (std::size_t k = a_.size() - 1; k > 0; --k) past_[k] = past_[k - 1];
  past_[0] = x;
  if (filled_ < kWhiteningOrder) {
    ++filled_;
    return std::nullopt;
  }
  return error;
}

}  // namespace semg
