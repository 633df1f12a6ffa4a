// SPDX-License-Identifier: BSD-3-Clause
// A percentile of the last values of a stream.
#pragma once

#include <cstddef>
#include <vector>

namespace semg {

/// Percentile of the last `capacity` values, NaN left out: the value below which that share of them lies (lower of two neighbours).
/// push() and value(): no allocation.
class RunningPercentile {
 public:
  RunningPercentile(std::size_t capacity, double share);

  void push(double value) noexcept;
  void drop_oldest() noexcept;    ///< near the end of a stretch, where nothing new comes in
  double value() const noexcept;  ///< NaN where there is none
  std::size_t size() const noexcept { return size_; }
  void clear() noexcept;

 private:
  std::vector<double> ring_;    // [capacity] in order of arrival
  std::vector<double> sorted_;  // the same without NaN, ascending
  std::size_t oldest_ = 0;
  std::size_t size_ = 0;
  double share_;
};

}  // namespace semg
