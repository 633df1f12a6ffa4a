// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/aglr_step.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "dsp/activation/smoothing.hpp"

namespace semg {
namespace {

/// The ratio above 1 that n rows must show against a known variance for n/2 (ratio - ln ratio - 1) to reach `threshold`.
double ratio_that_alarms(double threshold, std::int64_t n) {
  const double wanted = 2.0 * threshold / static_cast<double>(n);
  double low = 1;
  double high = 2 + 2 * wanted;
  for (int k = 0; k < 100; ++k) {
    const double middle = (low + high) / 2;
    (middle - std::log(middle) - 1 < wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace

AglrStep::AglrStep(double fs_hz, const AglrStepRule& rule)
    : threshold_(rule.threshold),
      window_(rows_of(rule.window_s, fs_hz, 8)),
      least_(rows_of(rule.least_s, fs_hz, 2)),
      look_back_(std::max(rows_of(rule.look_back_s, fs_hz), 4 * window_)),
      active_ratio_(ratio_that_alarms(rule.threshold, 2 * window_)),
      lasting_ratio_(ratio_that_alarms(rule.threshold, 4 * window_)),
      sums_(std::bit_ceil(static_cast<std::size_t>(look_back_ + 2 * window_ + 2))),
      mask_(sums_.size() - 1) {}

void AglrStep::begin(const RestMoments& rest) noexcept {
  whitening_.begin(rest);
  floor_ = 1e-6 * whitening_.variance();
  sums_[0] = sum_at_step_ = 0;
  count_ = step_ = 0;
  alarm_ = -1;
  judged_ = on_ = false;
}

std::int64_t AglrStep::look_ahead_rows() const noexcept {
  return look_back_ + 1;
}

std::optional<std::int64_t> AglrStep::push(double x) noexcept {
  const auto error = whitening_.push(x);
  if (!error) return std::nullopt;
  const double before = sum(count_);
  ++count_;
  sums_[static_cast<std::size_t>(count_) & mask_] = before + *error * *error;
  if (count_ < step_ + 2 * window_) return std::nullopt;
  if (judged_) {
    if (alarm_ < 0 && (has_stepped() || has_drifted())) alarm_ = count_;
    if (alarm_ < 0 || count_ < alarm_ + least_) return std::nullopt;
    step_ = place_of_step();
    sum_at_step_ = sum(step_);
    alarm_ = -1;
    judged_ = false;
    if (count_ < step_ + 2 * window_) return std::nullopt;
  }
  judged_ = true;
  const double power = (sum(step_ + 2 * window_) - sum_at_step_) / static_cast<double>(2 * window_);
  if ((power >= active_ratio_ * whitening_.variance()) == on_) return std::nullopt;
  on_ = !on_;
  return step_ == 0 ? 0 : kWhiteningOrder + step_;
}

double AglrStep::weighted_log(double power, std::int64_t n) const noexcept {
  return static_cast<double>(n) * std::log(power / static_cast<double>(n) + floor_);
}

bool AglrStep::has_stepped() const noexcept {
  const double after = sum(count_) - sum(count_ - window_);
  const double before = sum(count_ - window_) - sum_at_step_;
  const double gain =
      weighted_log(before + after, count_ - step_) - weighted_log(before, count_ - window_ - step_) - weighted_log(after, window_);
  return gain >= 2 * threshold_;
}

bool AglrStep::has_drifted() const noexcept {
  const std::int64_t rows = 4 * window_;
  if (count_ < step_ + rows) return false;
  const double power = (sum(count_) - sum(count_ - rows)) / static_cast<double>(rows);
  return (power >= lasting_ratio_ * whitening_.variance()) != on_;
}

std::int64_t AglrStep::place_of_step() const noexcept {
  std::int64_t best = count_ - window_;
  double least = INFINITY;
  for (std::int64_t j = std::max(step_ + window_, count_ - look_back_); j <= count_ - least_; ++j) {
    const double cost = weighted_log(sum(j) - sum_at_step_, j - step_) + weighted_log(sum(count_) - sum(j), count_ - j);
    if (cost < least) {
      least = cost;
      best = j;
    }
  }
  return best;
}

}  // namespace semg
