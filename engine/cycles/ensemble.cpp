// SPDX-License-Identifier: BSD-3-Clause
#include "engine/cycles/ensemble.hpp"

#include <cmath>
#include <utility>

#include "engine/statistics/spread.hpp"

namespace semg {

Ensemble::Ensemble(std::vector<std::string> tasks, std::size_t channels)
    : tasks_(std::move(tasks)), channels_(channels), gathered_(tasks_.size() * channels) {}

void Ensemble::add(std::size_t task, std::size_t channel, const Course& course) noexcept {
  Gathered& g = gathered_[task * channels_ + channel];
  ++g.n;
  for (std::size_t k = 0; k < kPoints; ++k) {
    const double off = course[k] - g.mean[k];
    g.mean[k] += off / static_cast<double>(g.n);
    g.squares[k] += off * (course[k] - g.mean[k]);
  }
}

std::vector<EnsemblePoint> Ensemble::points() const {
  std::vector<EnsemblePoint> points;
  for (std::size_t at = 0; at < gathered_.size(); ++at) {
    const Gathered& g = gathered_[at];
    for (std::size_t k = 0; k < kPoints; ++k) {
      EnsemblePoint point{.task = tasks_[at / channels_],
                          .channel = static_cast<int>(at % channels_),
                          .percent = static_cast<int>(k),
                          .mean = {},
                          .sd = {},
                          .ci_low = {},
                          .ci_high = {},
                          .n = g.n};
      if (g.n > 0) point.mean = g.mean[k];
      if (g.n > 1) {
        const double df = static_cast<double>(g.n - 1), variance = g.squares[k] / df;
        const auto interval = interval_of({.mean = g.mean[k], .variance = variance / static_cast<double>(g.n), .df = df}, 0.95);
        point.sd = std::sqrt(variance);
        point.ci_low = interval->low;
        point.ci_high = interval->high;
      }
      points.push_back(std::move(point));
    }
  }
  return points;
}

}  // namespace semg
