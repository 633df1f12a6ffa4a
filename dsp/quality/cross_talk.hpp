// SPDX-License-Identifier: BSD-3-Clause
// How much of a channel's signal is that of another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/channel.hpp"

namespace semg {

/// The strongest correlation of a channel with any other.
struct CrossTalk {
  double correlation = 0;  ///< 0..1, the absolute value
  std::size_t with = 0;    ///< the other channel
  double lag_s = 0;        ///< by how much the other is later
};

/// Largest |correlation| between two channels over lags within 5 ms:
///     r(l) = sum x[n] y[n+l] / sqrt(sum x^2 sum y^2)
/// x and y conditioned, so free of a mean. Sums run over up to 64 windows of 0.25 s, spread evenly over the recording, n in steps of
/// about 1 ms and l in steps of about 0.5 ms, so that the work does not grow with the recording; strong windows count most. Up to 64
/// channels each is held against each; of more, against the 32 before and after it, so that neither does it grow with their square. A
/// common source shows as well: mains hum, the heart, a shared reference. Constant memory, no allocation after the constructor.
class CrossTalkSurvey {
 public:
  /// Channels of EMG alone are held against each other. `rows`: of the whole recording, gaps counted.
  CrossTalkSurvey(const StreamInfo& info, std::int64_t rows);

  void push(const Block& conditioned) noexcept;
  /// None where a channel has no other, or under 2 s of the two could be held against each other.
  std::optional<CrossTalk> of(std::size_t channel) const;

 private:
  struct Pair {
    std::size_t a, b;
    double energy_a = 0, energy_b = 0;
    std::int64_t windows = 0;
  };
  void finish_window() noexcept;

  double fs_hz_;
  std::size_t channels_;
  std::int64_t step_;      // rows from lag to lag; two of them from n to n
  std::int64_t most_lag_;  // rows
  std::int64_t lags_;
  std::int64_t rows_;    // of a window, with the lags at both ends
  std::int64_t stride_;  // from one window to the next
  std::int64_t least_windows_;
  std::int64_t filled_ = 0;
  std::int64_t next_row_ = INT64_MIN;
  std::vector<double> window_;  // [channels x rows]
  std::vector<double> energy_;  // [channels] of the window; NaN where a value is missing
  std::vector<Pair> pairs_;
  std::vector<double> sums_;  // [pairs x lags]
};

}  // namespace semg
