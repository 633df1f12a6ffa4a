// SPDX-License-Identifier: BSD-3-Clause
// A named detector's own statistic while rest is surveyed: its means by the level that the signal had.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "dsp/activation/activation_method.hpp"
#include "dsp/activation/hodges_bui.hpp"
#include "dsp/activation/lidierth.hpp"
#include "dsp/activation/rest_moments.hpp"
#include "dsp/activation/tkeo.hpp"
#include "dsp/block.hpp"

namespace semg {

/// Constant memory: sums in cells, one for each level that the survey tells apart. What a pace holds counts to the highest level from
/// 150 ms before to 50 ms behind it, so that the tail of a burst in a filter or window is not taken for rest; not at all where the level
/// falls away within 50 ms, as it does into silence.
class RestStatistic {
 public:
  /// `paced_rows`: rows between one level and the next; `cells`: levels that are told apart. `method` is one other than first_departure.
  RestStatistic(ActivationMethod method, double fs_hz, std::size_t channels, std::int64_t paced_rows, std::size_t cells);

  void restart() noexcept;  ///< a gap
  /// The block's rows that were not seen yet, up to `end_row`.
  void see(const Block& conditioned, std::int64_t end_row) noexcept;
  /// The rows since the last call lie at this level.
  void count(std::size_t channel, std::size_t cell) noexcept;
  void skip(std::size_t channel) noexcept;  ///< ... at none

  /// Over the cells [first, last); none where they hold under 100 ms.
  std::optional<RestMoments> moments(std::size_t channel, std::size_t first, std::size_t last) const noexcept;

 private:
  struct Products {  // x[n] x[n-k], what whitening is found from
    std::array<double, kWhiteningOrder> past{};
    int filled = 0;
  };
  using Statistic = std::variant<HodgesBui::Statistic, Lidierth::Statistic, Tkeo::Statistic, Products>;
  struct Cell {
    double paces = 0;
    RestMoments sums{};
  };
  struct Pace {
    std::size_t cell = 0;
    bool whole = false;
    RestMoments sums{};
  };
  struct Channel {
    Statistic statistic;
    std::int64_t rows = 0;  // in `sums`
    RestMoments sums{};
    std::vector<Pace> recent;  // ring
    std::size_t at = 0, size = 0;
    std::vector<Cell> cells;
  };
  static Statistic statistic_of(ActivationMethod method, double fs_hz);
  static void begin(Channel& channel) noexcept;
  static void add(Products& products, double x, RestMoments& sums) noexcept;

  double fs_hz_;
  std::int64_t paced_rows_;
  std::size_t ahead_;  // paces
  std::int64_t next_row_ = INT64_MIN;
  std::vector<Channel> channels_;
};

}  // namespace semg
