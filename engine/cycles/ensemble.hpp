// SPDX-License-Identifier: BSD-3-Clause
// The mean course of a cycle, and how far it is to be trusted.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "dsp/cycle.hpp"

namespace semg {

/// Envelopes of cycles, each brought to 101 points (0..100 % of its duration), gathered by task and channel in constant memory: mean,
/// standard deviation, and the 95 % t-interval of the mean at each point by itself.
class Ensemble {
 public:
  static constexpr std::size_t kPoints = 101;
  using Course = std::array<double, kPoints>;

  Ensemble(std::vector<std::string> tasks, std::size_t channels);

  /// One valid cycle of a channel. No allocation.
  void add(std::size_t task, std::size_t channel, const Course& course) noexcept;
  /// By task, channel, percent.
  std::vector<EnsemblePoint> points() const;

 private:
  struct Gathered {
    std::int64_t n = 0;
    Course mean{}, squares{};  // Welford, Technometrics 1962; 4: 419-420
  };

  std::vector<std::string> tasks_;
  std::size_t channels_;
  std::vector<Gathered> gathered_;  // [tasks x channels]
};

}  // namespace semg
