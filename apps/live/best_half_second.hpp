// SPDX-License-Identifier: BSD-3-Clause
// The strongest half second of an attempt, channel by channel: what a maximal voluntary contraction is taken as.
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/block.hpp"

namespace semg {

/// RMS of the strongest 500 ms on a grid of 10 ms from the attempt's first row. A stretch with a missing sample in it does not count, nor
/// one over a gap. No allocation after the constructor; the same for any cut of the stream.
class BestHalfSecond {
 public:
  BestHalfSecond(double fs_hz, std::size_t channels);

  void begin(std::int64_t first_row) noexcept;
  void push(const Block& conditioned) noexcept;
  /// [channels] in the stream's unit; NaN where no whole half second was good.
  const std::vector<double>& best() const noexcept { return best_; }

 private:
  void finish_cell() noexcept;

  std::size_t channels_;
  std::int64_t cell_rows_, half_second_cells_;
  std::int64_t next_row_ = 0, in_cell_ = 0, cells_ = 0;  // cells since the last gap
  std::vector<double> cell_;                             // [channels] sum of squares of the cell at hand, NaN with a missing sample
  std::vector<double> ring_;                             // [half_second_cells x channels]
  std::vector<double> best_;                             // [channels]
};

}  // namespace semg
