// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_motor_units.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace semg {

namespace {

constexpr double kReach = 5;  // in lambda; beyond it a potential is below 1e-9 of its peak
constexpr double kSlowestWarp = 0.1;

/// 0 for the first unit, 1 for the last.
double place_of(int unit, const MotorUnitPool& pool) noexcept {
  return pool.units > 1 ? static_cast<double>(unit) / (pool.units - 1) : 0;
}

double rate_hz(int unit, const MotorUnitPool& pool) noexcept {
  return pool.lowest_rate_hz + (pool.highest_rate_hz - pool.lowest_rate_hz) * place_of(unit, pool);
}

double amplitude_uv(int unit, const MotorUnitPool& pool) noexcept {
  return pool.smallest_uv * std::pow(pool.largest_uv / pool.smallest_uv, place_of(unit, pool));
}

}  // namespace

double motor_unit_rms_uv(const MotorUnitPool& pool) {
  double sum = 0;
  for (int i = 0; i < pool.units; ++i) sum += rate_hz(i, pool) * amplitude_uv(i, pool) * amplitude_uv(i, pool);
  return std::sqrt(sum * pool.lambda_s * std::sqrt(std::numbers::pi / 2) / 4);
}

MotorUnitDensity::MotorUnitDensity(const MotorUnitPool& pool, double fs_hz) noexcept
    : sigma_hz_(1 / (2 * std::numbers::pi * pool.lambda_s)), fs_hz_(fs_hz) {}

double MotorUnitDensity::operator()(double f_hz) const noexcept {
  const auto maxwell = [&](double f) {
    const double x = f / sigma_hz_;
    return std::sqrt(2 / std::numbers::pi) * x * x * std::exp(-x * x / 2) / sigma_hz_;
  };
  double sum = maxwell(f_hz);
  for (int fold = 1; fold * fs_hz_ - f_hz < 12 * sigma_hz_; ++fold) sum += maxwell(fold * fs_hz_ - f_hz) + maxwell(fold * fs_hz_ + f_hz);
  return sum;
}

MotorUnitTrains::MotorUnitTrains(const MotorUnitPool& pool, double fs_hz, const RandomStream& random)
    : lambda_rows_(pool.lambda_s * fs_hz), rate_per_row_(0), reach_rows_(kReach * lambda_rows_ / kSlowestWarp), random_(random) {
  const double scale = 1 / motor_unit_rms_uv(pool);
  double sum_hz = 0;
  for (int i = 0; i < pool.units; ++i) {
    cumulative_rate_.push_back(sum_hz += rate_hz(i, pool));
    amplitude_.push_back(scale * amplitude_uv(i, pool));
  }
  for (double& rate : cumulative_rate_) rate /= sum_hz;
  rate_per_row_ = sum_hz / fs_hz;
  next_event_ = random_.exponential() / rate_per_row_ - kReach * lambda_rows_;  // potentials that began before the first row
}

void MotorUnitTrains::next(std::span<double> out, double warp) {
  const auto end = static_cast<double>(row_) + static_cast<double>(out.size());
  const auto room = out.size() + static_cast<std::size_t>(2 * reach_rows_) + 2;
  if (sum_.size() < room) sum_.resize(room, 0.0);
  while (next_event_ - kReach * lambda_rows_ / warp < end) {
    add_potential(warp);
    next_event_ += random_.exponential() / (rate_per_row_ * warp);
  }
  std::copy_n(sum_.begin(), out.size(), out.begin());
  std::copy(sum_.begin() + static_cast<std::ptrdiff_t>(out.size()), sum_.end(), sum_.begin());
  std::fill(sum_.end() - static_cast<std::ptrdiff_t>(out.size()), sum_.end(), 0.0);
  row_ += static_cast<std::int64_t>(out.size());
}

void MotorUnitTrains::add_potential(double warp) {
  const double share = random_.uniform();
  const auto unit =
      static_cast<std::size_t>(std::lower_bound(cumulative_rate_.begin(), cumulative_rate_.end() - 1, share) - cumulative_rate_.begin());
  const double lambda = lambda_rows_ / warp;
  const double reach = kReach * lambda;
  const auto base = static_cast<double>(row_);
  const double first = std::max(base, std::ceil(next_event_ - reach));
  const auto begin = static_cast<std::size_t>(first - base);
  const auto end = static_cast<std::size_t>(std::max(0.0, std::floor(next_event_ + reach) + 1 - base));

  // exp(-(x + kd)^2) by two products a step: the ratio of neighbours shrinks by exp(-2 d^2) each time.
  const double step = 1 / lambda;
  double x = (first - next_event_) * step;
  double bell = amplitude_[unit] * std::exp(-x * x);
  double ratio = std::exp(-step * (2 * x + step));
  const double shrink = std::exp(-2 * step * step);
  for (std::size_t row = begin; row < end; ++row) {
    sum_[row] += x * bell;
    x += step;
    bell *= ratio;
    ratio *= shrink;
  }
}

}  // namespace semg
