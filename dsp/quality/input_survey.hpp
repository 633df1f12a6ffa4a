// SPDX-License-Identifier: BSD-3-Clause
// What kind of values a channel holds: found in one pass over what came in, constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/channel.hpp"

namespace semg {

/// Counts and moments of one channel's samples. Values in the stream's unit.
struct InputFacts {
  std::int64_t rows = 0;  ///< finite samples
  std::int64_t not_finite = 0;
  std::int64_t clipped = 0;      ///< at a rail
  std::int64_t repeated = 0;     ///< equal to the one before
  std::int64_t longest_run = 0;  ///< equal samples in a row
  std::int64_t at_extreme = 0;   ///< in runs of three or more samples equal to the lowest or to the highest of all
  double minimum = 0, maximum = 0, mean = 0, deviation = 0, skewness = 0;
  std::uint64_t hash = 0;  ///< of the samples in order: equal samples, equal hash; 0 where there is none, or one value only

  double repeated_share() const noexcept { return rows > 0 ? static_cast<double>(repeated) / static_cast<double>(rows) : 0.0; }
  double extreme_share() const noexcept { return rows > 0 ? static_cast<double>(at_extreme) / static_cast<double>(rows) : 0.0; }
  double clipped_share() const noexcept { return rows > 0 ? static_cast<double>(clipped) / static_cast<double>(rows) : 0.0; }
  /// Most samples repeat the one before: a lower rate was held up to the stated one. No EMG spectrum can be told from it.
  bool looks_held() const noexcept;
  /// Never below zero, down to near zero, and skewed: rectified and smoothed already. Converter counts and electrode offsets of one sign
  /// are symmetric about their mean and are not taken for it.
  bool looks_like_envelope() const noexcept;
};

class InputSurvey {
 public:
  explicit InputSurvey(const StreamInfo& info);
  void push(const Block& raw) noexcept;
  InputFacts facts(std::size_t channel) const noexcept;

 private:
  struct Channel {
    InputFacts seen;
    float rail_low, rail_high;
    float last = 0;
    std::int64_t run = 0;
    std::int64_t at_lowest = 0, at_highest = 0;  // in runs of three or more
    std::uint64_t hash = 14695981039346656037ULL;
    double origin = 0;  // first sample: moments about it do not cancel
    double sum = 0, squares = 0, cubes = 0;
  };
  std::vector<Channel> channels_;
  std::int64_t next_row_ = INT64_MIN;
};

}  // namespace semg
