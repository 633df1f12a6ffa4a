// SPDX-License-Identifier: BSD-3-Clause
// The last moments of a stream in short pieces, as a screen shows them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/channel.hpp"

namespace semg {

inline constexpr std::array<double, 2> kMainsHz{50, 60};
inline constexpr double kStill_s = 0.1;  ///< a raw value that does not change for so long: no electrode on the skin, or a dead channel

/// One bin of one channel. Sums are over its good rows, so that bins can be added up.
struct GlanceCell {
  float lowest = 0, highest = 0;  ///< of the conditioned signal, in the stream's unit
  double square_sum = 0;          ///< of the conditioned signal
  /// Of the conditioned signal against each mains frequency, with phases that run on from bin to bin: |sum over bins| * 2 / rows is the
  /// amplitude of the hum.
  std::array<double, 2> mains_cos{}, mains_sin{};
  std::int32_t rows = 0;       ///< good ones: neither missing nor NaN
  std::int32_t clipped = 0;    ///< of them at a rail
  std::int32_t same_rows = 0;  ///< how long the raw value has not changed, at the bin's end
};

/// Bins of one channel, added up.
struct GlanceSum {
  double rows = 0, squares = 0, clipped = 0;
  std::array<double, 2> mains_cos{}, mains_sin{};

  void add(const GlanceCell& cell) noexcept {  // here, because a screen adds up a second of bins at each
    rows += cell.rows;
    squares += cell.square_sum;
    clipped += cell.clipped;
    for (std::size_t m = 0; m < kMainsHz.size(); ++m) {
      mains_cos[m] += cell.mains_cos[m];
      mains_sin[m] += cell.mains_sin[m];
    }
  }
  double rms() const noexcept;   ///< NaN where no row is good
  double hum() const noexcept;   ///< amplitude at the stronger mains frequency; NaN where no row is good
  bool is_hum() const noexcept;  ///< half of the power or more is hum
};

/// Rows [bin * bin_rows, (bin + 1) * bin_rows) of all channels.
struct GlanceBin {
  std::int64_t bin = 0;
  std::vector<GlanceCell> cells;  ///< [channels]
};

/// Feed see() with rows as they came and push() with the same rows conditioned. Bins lie on a grid from row 0, whatever the blocks: the
/// same for any cut of the stream. A bin of which no row came is left out. No allocation after the constructor.
class Glance {
 public:
  /// `bin_s` is rounded to whole rows; blocks hold at most `most_rows`.
  Glance(const StreamInfo& info, double bin_s, std::size_t most_rows);

  std::int64_t bin_rows() const noexcept { return bin_rows_; }

  void see(const Block& raw) noexcept;
  /// Calls `to(bin)` for each bin that is complete; it is good until the call returns.
  template <class To>
  void push(const Block& conditioned, To&& to) {
    for (std::size_t r = 0; r < conditioned.rows(); ++r) {
      const std::int64_t row = conditioned.first + static_cast<std::int64_t>(r);
      if (row / bin_rows_ != now_.bin) hand_over(row / bin_rows_, to);
      add(row, std::span<const Marks>(marks_).subspan(r * watches_.size(), watches_.size()), conditioned.row(r));
      if ((row + 1) % bin_rows_ == 0) hand_over(row / bin_rows_ + 1, to);
    }
  }

 private:
  struct Watch {
    float rail_low, rail_high;  // infinite where unknown
    float last = 0;
    std::int32_t same_rows = 0;
  };
  struct Marks {
    bool good = false, clipped = false;
    std::int32_t same_rows = 0;
  };
  template <class To>
  void hand_over(std::int64_t next, To&& to) {
    bool any = false;
    for (const GlanceCell& cell : now_.cells) any = any || cell.rows > 0;
    if (any) to(now_);
    now_.bin = next;
    for (GlanceCell& cell : now_.cells) cell = {};
  }
  void add(std::int64_t row, std::span<const Marks> marks, std::span<const float> values) noexcept;

  std::int64_t bin_rows_;
  std::array<double, 2> turns_a_row_;  // of both mains frequencies
  std::vector<Watch> watches_;         // [channels]
  std::vector<Marks> marks_;           // [most rows x channels] of the block that see() saw
  std::int64_t next_row_ = INT64_MIN;
  GlanceBin now_;
};

}  // namespace semg
