// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude/amplitude_interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {
namespace {

constexpr double kNormal975 = 1.959963984540054;
constexpr double kLagsEnd_s = 0.02;
constexpr double kEnough_hz = 1000;

}  // namespace

AmplitudeFreedom::AmplitudeFreedom(double fs_hz) noexcept
    : step_(static_cast<std::size_t>(std::max(1.0, std::floor(fs_hz / kEnough_hz)))),
      lags_(std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(kLagsEnd_s * fs_hz / static_cast<double>(step_))), 1, kMostLags)) {
}

void AmplitudeFreedom::add(float x) noexcept {
  if (left_ > 0) {
    --left_;
    return;
  }
  left_ = step_ - 1;
  const double value = x;
  const double* past = past_.data() + newest_;
  squares_ += value * value;
  fourths_ += value * value * value * value;
  for (std::size_t k = 0; k < lags_; ++k) products_[k] += value * past[k];
  newest_ = (newest_ == 0 ? lags_ : newest_) - 1;
  past_[newest_] = past_[newest_ + lags_] = value;
  ++count_;
}

template <class Share>
double AmplitudeFreedom::sum_over_lags(Share share) const noexcept {
  if (!(squares_ > 0)) return std::numeric_limits<double>::quiet_NaN();
  double sum = share(1.0);
  for (std::size_t k = 0; k < lags_; ++k) sum += 2 * share(std::clamp(products_[k] / squares_, -1.0, 1.0));
  const double excess = static_cast<double>(count_) * fourths_ / (squares_ * squares_) - 3;
  return sum * (1 + std::max(0.0, excess) / 2);
}

double AmplitudeFreedom::of_rms() const noexcept {
  return static_cast<double>(count_) / sum_over_lags([](double r) { return r * r; });
}

double AmplitudeFreedom::of_arv() const noexcept {
  return static_cast<double>(count_) / (2 * sum_over_lags([](double r) { return std::sqrt(1 - r * r) + r * std::asin(r) - 1; }));
}

Interval amplitude_interval(double amplitude, double freedom) noexcept {
  const double variance = 2 / (9 * freedom);  // of the cube root of chi-square over its mean
  const double spread = kNormal975 * std::sqrt(variance);
  const double least = 1 - variance - spread;
  return {.low = amplitude / std::pow(1 - variance + spread, 1.5),
          .high = least <= 0 ? std::numeric_limits<double>::infinity() : amplitude / std::pow(least, 1.5)};
}

}  // namespace semg
