// SPDX-License-Identifier: BSD-3-Clause
// How long things took: percentiles in constant memory.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace semg {

/// Cells of 1.6 % width from 1 us to about 70 minutes. One thread adds, any thread may read meanwhile.
class LatencyTally {
 public:
  void add(std::int64_t ns) noexcept;

  std::int64_t count() const noexcept { return count_; }
  double largest_s() const noexcept { return static_cast<double>(largest_.load()) * 1e-9; }
  /// Value that a share of all stays at or below, to the width of a cell; NaN where nothing was added.
  double quantile_s(double share) const noexcept;

 private:
  static constexpr std::size_t kPerOctave = 44, kOctaves = 32;
  std::array<std::atomic<std::uint32_t>, kPerOctave * kOctaves> cells_{};
  std::atomic<std::int64_t> count_ = 0, largest_ = 0;
};

}  // namespace semg
