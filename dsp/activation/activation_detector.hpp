// SPDX-License-Identifier: BSD-3-Clause
// When a muscle is active: onset and offset, decided a bounded time after they happened.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dsp/activation/activation_edge.hpp"
#include "dsp/activation/activity_bins.hpp"
#include "dsp/activation/rest_survey.hpp"
#include "dsp/activation/running_percentile.hpp"
#include "dsp/block.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "dsp/frame.hpp"

namespace semg {

struct ActivationRules {
  double min_on_s = 0.025;  ///< shorter ones are dropped
  double min_off_s = 0.2;   ///< shorter silences are bridged
  bool operator==(const ActivationRules&) const = default;
};

/// Rows [onset, offset) of one channel.
struct Active {
  std::size_t channel = 0;
  std::int64_t onset_row = 0;
  std::int64_t offset_row = 0;
  EdgeReport edges{};
};

/// Two thresholds on the 50 ms mean square, relative to the rest it is given and, where the recording's active levels are known too, to the
/// local background (20th percentile of +-1.5 s); the
/// onset is the first departure from rest found by going back from there, the offset the same on the signal filtered backwards in time, so
/// that the high-pass does not smear it. Dropped: shorter than min_on_s, weak twitches beside a burst (satellites), and what has under a
/// quarter of its power above 50 Hz (ECG, movement of the electrode).
///
/// Beside the edges each activation tells where its power rises most in its first 500 ms (onset_main, which differs from the onset where a
/// weak prelude comes first), the 95 % interval of the rise or fall nearest to each edge (change_point.hpp, within 100 ms about it), and
/// how sure it is: n/2 (r - 1 - ln r), the log likelihood ratio of a Gaussian signal with r times the power of rest, n: independent values
/// in it, of which rest has as many a second as its spread tells. A first departure may lie before its interval: it is early on steps.
/// Calibrated on recordings with known bursts; it decides the same at any gain, for any cut of the stream, live and offline.
///
/// Feed see() with what came in and push() with the same rows conditioned by `conditioning`, between begin() and end(). Nothing allocates
/// after the constructor as long as take() empties what push() of at most 1024 rows found.
class ActivationDetector {
 public:
  /// `band_hz`: width of the conditioned band. A channel without a rest reference is never called active: ask can_tell().
  ActivationDetector(double fs_hz, Sos conditioning, double band_hz, ActivationRules rules, std::vector<std::optional<RestReference>> rest);

  /// Rest that was recorded meanwhile; between end() and begin() only.
  void set_rest(std::size_t channel, const RestReference& rest) noexcept;

  void see(const Block& raw) noexcept;
  void begin(std::int64_t first_row) noexcept;  ///< a stretch starts; no activation crosses into it
  void push(const Block& conditioned) noexcept;
  void end() noexcept;  ///< the stretch is over: what is open is decided now

  /// The next finished activation, in an order that depends on the signal alone.
  std::optional<Active> take() noexcept;
  /// An activation of this channel that is certain but still lasts: active at least up to its offset_row as known so far.
  std::optional<Active> lasting(std::size_t channel) const noexcept;
  bool can_tell(std::size_t channel) const noexcept { return levels_[channel].known; }

  /// Every row's state is final when this many later rows are in.
  std::int64_t latency_rows() const noexcept { return latency_bins_ * bins_.bin_rows(); }

 private:
  struct Levels {  // powers, not dB
    bool known = false;
    double on_db = 0, off_db = 0, rest_db = 0;
    double on_cap_db = 0, floor_cap_db = 0;  // the background lifts thresholds no further than this
    double weakest = 0;                      // mean power an activation must have
    double rest = 0, rest_above_50 = 0;
    double values_per_bin = 0;  // independent ones
  };
  struct Candidate {  // a run of bins above the lower threshold
    bool open = false;
    bool kept = false;  // long enough above the upper threshold
    std::int64_t last_above_off = 0, first_on = -1, last_on = -1;
    int on_run = 0;
    double floor_at_first = 0, floor_at_last = 0;
  };
  struct Found {
    std::int64_t onset = 0, offset = 0;  // bins
    std::int64_t earliest = 0;           // no sooner than this could the onset be
    bool open = true, certain = false, touches_begin = false, touches_end = false;
    bool onset_told = false;
    EdgeReport edges;
    double peak = 0;
    double power = 0, power_above_50 = 0, bins = 0;           // sums while above the lower threshold
    double tail_power = 0, tail_above_50 = 0, tail_bins = 0;  // since then
  };
  static constexpr std::size_t kPending = 32;
  struct Channel {
    RunningPercentile background;
    std::vector<double> power, above_50, level;  // rings by bin
    Candidate candidate;
    std::array<Found, kPending> found{};  // in order; only the last may be open
    std::size_t count = 0;
    std::int64_t earliest_onset = 0;
    std::int64_t previous_offset = INT64_MIN / 2;
    double previous_peak = 0;
    double start_power = 0, start_above_50 = 0, start_bins = 0, start_peak = 0;  // of a candidate not kept yet
    double on = 0, off = 0, floor = 0;                                           // thresholds of the background grid point at hand
  };

  void add_bin(std::span<const double> power, std::span<const double> power_above_50) noexcept;
  void find_level(std::int64_t bin) noexcept;
  void decide(std::int64_t grid) noexcept;
  void set_thresholds(std::size_t c) noexcept;
  void step(std::size_t c, std::int64_t bin) noexcept;
  void open_found(std::size_t c) noexcept;
  void close_found(std::size_t c) noexcept;
  void drop_front(Channel& ch) noexcept;
  void settle(std::size_t c, std::int64_t bin) noexcept;
  bool is_satellite(const Channel& ch) const noexcept;
  bool is_accepted(std::size_t c, const Found& f) const noexcept;
  bool looks_like_emg(const Levels& level, const Found& f) const noexcept;
  std::int64_t refine_onset(std::size_t c) noexcept;
  std::int64_t refine_offset(std::size_t c, Found& f) noexcept;
  void tell_onset(const Channel& ch, Found& f, std::int64_t bin) noexcept;
  std::int64_t row(std::int64_t bin) const noexcept { return stretch_first_ + bin * bins_.bin_rows(); }
  std::int64_t row(std::int64_t bin, double later) const noexcept;
  float confidence(const Levels& level, const Found& f) const noexcept;
  std::size_t slot(std::int64_t bin) const noexcept { return static_cast<std::size_t>(bin) & ring_mask_; }
  int ms(double milliseconds) const noexcept { return bins_.bins(milliseconds / 1000.0); }

  ActivationRules rules_;
  double band_hz_;
  ActivityBins bins_;
  std::vector<Levels> levels_;
  std::vector<Channel> channels_;
  EdgeRule edge_rule_;
  int window_, hop_, reach_;  // bins: level window, background grid, grid points to each side
  std::int64_t latency_bins_;
  std::size_t ring_mask_;
  std::int64_t stretch_first_ = 0;  // row of bin 0
  std::int64_t now_ = 0;            // bins complete
  std::int64_t decided_ = 0;        // grid points decided
  bool ending_ = false;
  std::vector<float> raw_;  // [channels x raw_rows_], ring by row
  std::int64_t raw_rows_;

  SosFilter backward_filter_;
  Block backward_;                      // rows in reverse order, one channel
  std::vector<double> edge_, scratch_;  // powers of the bins round an edge
  std::vector<Active> done_;
  std::size_t taken_ = 0;
};

}  // namespace semg
