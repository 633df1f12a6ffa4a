// SPDX-License-Identifier: BSD-3-Clause
// The conditioned signal in bins of about a millisecond: what the rest survey and the activation detector both look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/filters/sos_filter.hpp"

namespace semg {

/// Mean power per bin, and the part of it above 50 Hz (by which an ECG or a movement of the electrode is told from EMG).
/// A bin is 1 ms rounded to whole rows, at least one row. A bin with a NaN row has power NaN in that channel.
class ActivityBins {
 public:
  ActivityBins(double fs_hz, std::size_t channels);

  std::int64_t bin_rows() const noexcept { return bin_rows_; }
  double bin_s() const noexcept { return bin_s_; }
  /// Whole bins in `seconds`, at least one.
  int bins(double seconds) const noexcept;

  /// The next push() starts a new bin at its first row. The 50 Hz filter runs on.
  void restart() noexcept { filled_ = 0; }

  /// Calls on_bin(power [channels], power_above_50 [channels]) for every bin that got full. A gap starts a new bin.
  template <class F>
  void push(const Block& conditioned, F&& on_bin) noexcept {
    if (conditioned.first != next_row_) restart();
    next_row_ = conditioned.end();
    for (std::size_t from = 0; from < conditioned.rows(); from += high_.max_rows()) {
      const std::size_t rows = load(conditioned, from);
      for (std::size_t r = 0; r < rows; ++r) {
        add(conditioned.row(from + r), high_.row(r));
        if (filled_ == bin_rows_) {
          scale();
          on_bin(std::span<const double>(power_), std::span<const double>(power_above_50_));
          filled_ = 0;
        }
      }
    }
  }

 private:
  std::size_t load(const Block& conditioned, std::size_t from) noexcept;
  void add(std::span<const float> row, std::span<const float> high) noexcept;
  void scale() noexcept;

  double bin_s_;
  std::int64_t bin_rows_;
  std::int64_t filled_ = 0;
  std::int64_t next_row_ = INT64_MIN;
  SosFilter high_pass_50_;
  Block high_;                          // the rows at hand, high-passed at 50 Hz
  std::vector<double> power_;           // [channels]
  std::vector<double> power_above_50_;  // [channels]
};

}  // namespace semg
