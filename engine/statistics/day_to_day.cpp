// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/day_to_day.hpp"

#include <cmath>

#include "engine/statistics/spread.hpp"

namespace semg {

std::optional<DayToDay> day_to_day(const std::vector<std::vector<double>>& days_of_participants) {
  double squares = 0, df = 0;
  for (const auto& days : days_of_participants) {
    if (days.size() < 2) continue;
    double sum = 0;
    for (const double x : days) sum += x;
    const double mean = sum / static_cast<double>(days.size());
    for (const double x : days) squares += (x - mean) * (x - mean);
    df += static_cast<double>(days.size() - 1);
  }
  if (df == 0) return std::nullopt;
  return DayToDay{.sem = std::sqrt(squares / df), .df = df};
}

double minimal_detectable_change(const DayToDay& variation, double baselines, double confidence) {
  return t_quantile(0.5 + confidence / 2, variation.df) * std::sqrt(1 + 1 / baselines) * variation.sem;
}

Factors sem_interval(double df, double confidence) {
  if (std::isinf(df)) return {};
  return {.low = std::sqrt(df / chi_square_quantile(0.5 + confidence / 2, df)),
          .high = std::sqrt(df / chi_square_quantile(0.5 - confidence / 2, df))};
}

}  // namespace semg
