// SPDX-License-Identifier: BSD-3-Clause
// Single spikes at rest: a loose contact, a touched cable, a lost bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dsp/block.hpp"

namespace semg {

/// A spike exceeds 10 median absolute deviations of rest (6.745 times its RMS, for noise), and stands alone: from 3 to 50 ms on either side
/// of it nothing exceeds a quarter of it or half of that limit, whichever is more. An activation lasts longer and a heart beat is wider:
/// neither is a spike. push() the conditioned signal. Constant memory, no allocation after the constructor.
class SpikeSurvey {
 public:
  /// `rest_rms` [channels] in the unit; none: spikes cannot be told in that channel.
  SpikeSurvey(double fs_hz, std::span<const std::optional<double>> rest_rms);

  void push(const Block& conditioned) noexcept;
  /// Spikes in a minute of what could be looked at: all but 50 ms at each end of a stretch. None without rest, or where nothing could.
  std::optional<double> per_minute(std::size_t channel) const noexcept;

 private:
  struct Channel {
    float limit;  // infinite where rest is not known
    std::int64_t rows = 0, looked_at = 0, spikes = 0;
  };
  bool is_spike(std::span<const float> ring, float limit) const noexcept;

  double fs_hz_;
  std::size_t near_, far_, length_;  // rows: 3 ms, 50 ms, both sides and the middle
  std::int64_t next_row_ = INT64_MIN;
  std::size_t slot_ = 0;  // of the newest row
  std::vector<Channel> channels_;
  std::vector<float> size_;  // [channels x length] absolute values, ring by row
};

}  // namespace semg
