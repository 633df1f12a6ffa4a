// SPDX-License-Identifier: BSD-3-Clause
// The mean of a series whose neighbours resemble each other, in constant memory.
#pragma once

#include <cstdint>

#include "engine/statistics/spread.hpp"

namespace semg {

/// Values are added in their order. n of them that resemble their neighbours with correlation r tell as much of the mean as
///     n (1 - r) / (1 + r)
/// independent ones do, where the resemblance fades as that of a first-order autoregression; r is the lag-1 correlation of the values
/// themselves, its bias of -(1 + 3 r) / n taken off, and no lower than 0.
/// Source: Bartlett, Suppl J R Stat Soc 1946; 8: 27-41; Kendall, Biometrika 1954; 41: 403-404 (the bias).
class SerialMean {
 public:
  void add_first(double x) noexcept;  ///< is no neighbour of the one before it
  void add_next(double x) noexcept;
  /// Another series after this one.
  void operator+=(const SerialMean& o) noexcept;

  /// Mean, its variance, and as many degrees of freedom as independent values less one; df 0 for fewer than eight values, and where they
  /// are worth fewer than two independent ones.
  Spread spread() const noexcept;

 private:
  std::int64_t n_ = 0, pairs_ = 0;
  double sum_ = 0, squares_ = 0;
  double products_ = 0, pair_sum_ = 0;  // of neighbours: x y and x + y
  double last_ = 0;
};

}  // namespace semg
