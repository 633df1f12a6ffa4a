// SPDX-License-Identifier: BSD-3-Clause
// What rest looks like in a recording, found in one pass and constant memory.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "dsp/activation/activation_method.hpp"
#include "dsp/activation/activity_bins.hpp"
#include "dsp/activation/rest_moments.hpp"
#include "dsp/activation/rest_statistic.hpp"
#include "dsp/block.hpp"

namespace semg {

/// What the activation detector is given for one channel. Levels are dB of power in unit^2, of the 50 ms mean square.
struct RestReference {
  double level_db = 0;        ///< the commonest level of rest
  double spread_db = 0;       ///< its standard deviation
  double power = 0;           ///< mean power at rest, unit^2
  double power_above_50 = 0;  ///< of it above 50 Hz
  /// Where active levels are known too (a whole recording was surveyed): the level half of the amplitude, or of the power, lies above.
  /// They keep a restless recording from being called active throughout; a rest period alone does not have them.
  std::optional<double> active_db;
  std::optional<double> active_power_db;
  std::optional<RestMoments> moments{};  ///< where a named detector was surveyed for: of its own statistic
  bool operator==(const RestReference&) const = default;
};

/// Width of the centred mean square that levels are told from, and the spread that white noise in the band has in it.
inline constexpr double kLevelWindow_s = 0.050;
double noise_spread_db(double band_hz) noexcept;

/// Level above which a stretch is active, for a channel with this reference.
double on_level_db(const RestReference& rest, double band_hz) noexcept;

/// Histogram of levels per channel. push() the conditioned signal; what it saw is in a fixed number of cells.
class RestSurvey {
 public:
  /// `band_hz`: width of the conditioned band, upper minus lower edge. `settling_rows` are left out at the start and after each gap.
  /// `method`: the detector that the reference is for.
  RestSurvey(double fs_hz, std::size_t channels, double band_hz, std::int64_t settling_rows,
             ActivationMethod method = ActivationMethod::first_departure);

  void push(const Block& conditioned) noexcept;

  /// From a stretch known to be rest; none where under 300 ms of it was seen.
  std::optional<RestReference> from_rest(std::size_t channel) const;
  /// From a whole recording of rest and activity; none where nothing rises above rest, for such a channel may as well be active
  /// throughout as at rest throughout.
  std::optional<RestReference> from_recording(std::size_t channel) const;

 private:
  struct Cell {
    double count = 0;
    double power = 0;  // sum of the powers that fell into the cell
    double power_above_50 = 0;
  };
  void see_bin(std::span<const double> power, std::span<const double> power_above_50) noexcept;
  std::span<const Cell> cells_of(std::size_t channel) const noexcept;

  std::size_t channels_;
  double band_hz_;
  ActivityBins bins_;
  int window_;    // bins in the level window
  int hop_;       // bins from one level to the next
  int settling_;  // bins left out at the start
  int to_skip_ = 0;
  int in_window_ = 0;
  int until_next_ = 0;
  int slot_ = 0;
  std::int64_t next_row_ = INT64_MIN, next_bin_row_ = 0;
  std::optional<RestStatistic> statistic_;  // none for the default detector
  std::vector<double> recent_;              // [window x channels]
  std::vector<double> recent_above_50_;     // [window x channels]
  std::vector<Cell> cells_;                 // [channels x kCells]
};

}  // namespace semg
