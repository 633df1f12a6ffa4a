// SPDX-License-Identifier: BSD-3-Clause
// What is wrong with which sample, judged on what came in, before any filter.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/channel.hpp"
#include "dsp/reason.hpp"

namespace semg {

/// How many rows of a stretch have which fault, in one channel.
struct FaultCounts {
  std::int64_t rows = 0, not_finite = 0, settling = 0, flat = 0, clipped = 0, repeated = 0;
  void operator+=(const FaultCounts& more) noexcept;
  /// The gravest fault that makes an amplitude of these rows invalid: any row that is not finite, settling or flat; clipping from
  /// `clipped_share` of the rows on. Reason::ok where there is none.
  Reason judge(double clipped_share) const noexcept;
};

/// Marks each sample of the last `keep_rows` rows. Flat: the same value for 200 ms, known only then and marked back to its beginning.
/// Settling: the first `settling_rows` rows of a stream, after a gap, and after NaN in one channel; with a filter that also runs backwards
/// the same before each of them. No allocation after the constructor.
class QualityWatch {
 public:
  enum class Settling { behind, both_sides };  ///< of a gap, or of NaN

  QualityWatch(const StreamInfo& info, std::int64_t settling_rows, std::int64_t keep_rows, Settling settling = Settling::behind);

  void see(const Block& raw) noexcept;
  /// The rows seen last are the last of their stretch: only needed where settling is on both sides.
  void see_end() noexcept;
  /// Faults in rows [first, first + rows) of a channel; they must be among the rows kept.
  FaultCounts count(std::size_t channel, std::int64_t first, std::int64_t rows) const noexcept;
  /// Rows that must have come in after a row before its marks are final.
  std::int64_t latency_rows() const noexcept { return std::max(flat_rows_, settling_before_rows_); }

 private:
  struct Channel {
    float rail_low, rail_high;  // infinite where unknown
    float last = 0;
    std::int64_t run = 0;       // samples equal to the last one, itself included
    std::int64_t settling = 0;  // rows still to come
  };
  std::uint8_t& mark(std::size_t channel, std::int64_t row) noexcept {
    return marks_[channel * static_cast<std::size_t>(keep_rows_) + static_cast<std::size_t>(row % keep_rows_)];
  }

  std::vector<Channel> channels_;
  void settle_before(std::size_t channel, std::int64_t row) noexcept;

  std::int64_t settling_rows_, settling_before_rows_, keep_rows_, flat_rows_;
  std::int64_t stretch_first_ = 0;
  std::int64_t next_row_ = INT64_MIN;
  std::vector<std::uint8_t> marks_;  // [channels x keep_rows], ring by row
};

}  // namespace semg
