// SPDX-License-Identifier: BSD-3-Clause
// The heart in a muscle's signal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "dsp/block.hpp"

namespace semg {

/// Looks for a wave that comes again with the same shape at the rate of a heart. In means over 5 ms, a beat is the largest value within
/// 150 ms on either side and at least six times the mean size of what came before it; it counts where it correlates by 0.8 or more, over
/// 50 ms on either side, with the beat before it, which lies 0.5 to 1.25 s back (48 to 120 a minute). Bursts of EMG that come at that rate,
/// as in walking, do not repeat their shape. Only where the muscle is quiet can beats be seen. push() the conditioned signal. Constant
/// memory, no allocation after the constructor.
class HeartSurvey {
 public:
  HeartSurvey(double fs_hz, std::size_t channels);

  void push(const Block& conditioned) noexcept;
  /// Share (0..1) of the signal that lies between two beats; none where under 5 s were seen.
  std::optional<double> share(std::size_t channel) const noexcept;

 private:
  struct Channel {
    double sum = 0;              // of the mean at hand
    std::int64_t rows = 0;       // of it
    double level = 0;            // running mean size
    std::int64_t bins = 0;       // since the stretch began
    std::int64_t all_bins = 0;   // of all stretches
    std::int64_t beat_bin = -1;  // of the beat before, in this stretch
    std::int64_t between = 0;    // bins between beats that count
  };
  void finish(std::size_t channel) noexcept;

  double bin_s_;
  std::int64_t bin_rows_;
  std::int64_t next_row_ = INT64_MIN;
  std::vector<Channel> channels_;
  std::vector<double> recent_;  // [channels x kRecent] means, ring
  std::vector<double> levels_;  // [channels x kRecent] running mean size, ring
  std::vector<double> beat_;    // [channels x kWave] the beat before
  std::vector<double> wave_;    // [kWave] the one at hand
};

}  // namespace semg
