// SPDX-License-Identifier: BSD-3-Clause
// Running averages of one channel, sample by sample: a low-pass and a moving mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/filters/sos.hpp"

namespace semg {

/// Butterworth low-pass of order 2, causal. It starts as if `level`, or the first value, had been there for ever. No allocation after the
/// constructor.
class LowPassed {
 public:
  /// The edge gives way to 0.45 fs.
  LowPassed(double fs_hz, double cutoff_hz);

  void begin() noexcept { primed_ = false; }
  void begin_at(double level) noexcept;
  double push(double x) noexcept;
  std::int64_t delay_rows() const noexcept { return delay_rows_; }  ///< group delay at DC

 private:
  Section section_;
  std::int64_t delay_rows_;
  double z1_ = 0, z2_ = 0;
  bool primed_ = false;
};

/// Mean of the last `rows` values; before there are so many, the first value or `level` stands for those missing.
class MovingMean {
 public:
  explicit MovingMean(std::int64_t rows);

  void begin() noexcept { primed_ = false; }
  void begin_at(double level) noexcept;
  double push(double x) noexcept;
  std::int64_t rows() const noexcept { return static_cast<std::int64_t>(ring_.size()); }

 private:
  std::vector<double> ring_;
  std::size_t at_ = 0;
  double sum_ = 0;
  bool primed_ = false;
};

/// Whole rows nearest to `seconds`, at least `least`.
std::int64_t rows_of(double seconds, double fs_hz, std::int64_t least = 1) noexcept;

}  // namespace semg
