// SPDX-License-Identifier: BSD-3-Clause
// Windows are filled and measured; activation is decided and measured. The one place where the signal forks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/activation/activation_detector.hpp"
#include "dsp/amplitude/amplitude.hpp"
#include "dsp/amplitude/amplitude_interval.hpp"
#include "dsp/amplitude/time_domain.hpp"
#include "dsp/block.hpp"
#include "dsp/channel.hpp"
#include "dsp/channel_brief.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "dsp/frame.hpp"
#include "dsp/quality/quality_watch.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/chain.hpp"

namespace semg {

/// Feed see() with a block as it came in and push() with the same block conditioned, between begin() and end(); after each push() and
/// end(), take() what is final. A window or activation comes out latency_rows() after its last row, the same bits for any cut of the
/// stream. Windows start anew at begin(), so that none spans a gap or the edge of a period. Nothing allocates while blocks of at most
/// kMostRows rows flow.
class FeatureExtractor {
 public:
  static constexpr std::size_t kMostRows = 1024;

  FeatureExtractor(const StreamInfo& info, const Chain& chain, std::vector<ChannelBrief> briefs, FeatureSet set = FeatureSet::standard);

  /// Rest that was recorded meanwhile: later stretches are measured as if it had been known from the start. Between end() and begin() only.
  void set_rest(std::size_t channel, const RestReference& rest) noexcept;

  void see(const Block& raw) noexcept;
  /// What was seen last is the end of a stretch: to be said where the chain filters backwards too, for it is settling there as well.
  void see_end() noexcept { quality_.see_end(); }
  void begin(int period, std::int64_t first_row) noexcept;
  void push(const Block& conditioned) noexcept;
  void end() noexcept;

  bool take(FeatureFrame& frame) noexcept;
  bool take(Activation& activation) noexcept;

  std::int64_t latency_rows() const noexcept { return latency_rows_; }
  /// Of all spectral windows taken so far that were valid.
  MeanSpectra mean_spectra() const;

 private:
  /// An activation while it is measured: everything of rows [onset, cursor).
  struct Measure {
    std::int64_t onset = -1, cursor = 0, next_segment = 0;
    std::size_t segments = 0;
    double segment_power = 0, segment_power_squares = 0;  // sums over segments
    AmplitudeSums sums{};
    AmplitudeFreedom freedom;
    FaultCounts faults{};
    std::vector<double> power;  // [bins]
  };
  struct Grid {
    std::int64_t window_rows, hop_rows, next = 0;
  };

  bool is_due(const Grid& grid) const noexcept;
  void measure_amplitude(std::int64_t first) noexcept;
  void measure_spectrum(std::int64_t first) noexcept;
  void advance(std::size_t c, std::int64_t onset, std::int64_t until) noexcept;
  void finish(std::size_t c, std::int64_t onset, std::int64_t offset, const EdgeReport& edges) noexcept;
  void follow_detector() noexcept;
  void follow_edited(std::int64_t until) noexcept;
  float active_fraction(std::size_t c, std::int64_t first, std::int64_t rows) const noexcept;
  Reason spectrum_reason(std::size_t c, const FaultCounts& faults, double mean_square) const noexcept;
  void add_segment(std::size_t c, std::int64_t first, std::span<double> power) noexcept;
  void measure_time_domain(std::size_t c, std::int64_t first, const AmplitudeSums& sums) noexcept;
  float& more(std::size_t column, std::size_t c) noexcept { return more_[column * briefs_.size() + c]; }
  bool can_tell(std::size_t c) const noexcept { return briefs_[c].edited.has_value() || detector_.can_tell(c); }
  /// Calls see(x) for conditioned samples [first, last) of a channel, in order.
  template <class F>
  void each_sample(std::size_t c, std::int64_t first, std::int64_t last, F see) const noexcept {
    const float* ring = ring_.data() + c * static_cast<std::size_t>(ring_rows_);
    auto at = first % ring_rows_;
    for (std::int64_t left = last - first; left > 0; at = 0) {  // at most two runs: up to the ring's end, and on from its start
      const std::int64_t run = std::min(left, ring_rows_ - at);
      for (std::int64_t k = 0; k < run; ++k) see(ring[at + k]);
      left -= run;
    }
  }

  Chain chain_;
  FeatureSet set_;
  std::vector<bool> in_microvolts_;  // [channels]
  std::vector<ChannelBrief> briefs_;
  ActivationDetector detector_;
  std::int64_t latency_rows_;
  std::int64_t ring_rows_;
  QualityWatch quality_;
  SosFilter causal_;  // where the signal measured is not causal: what activation is decided on
  Block decided_on_;
  WelchSpectrum welch_;
  TimeDomainCounts counts_;        // of nothing yet
  std::vector<float> ring_;        // [channels x ring_rows] conditioned signal
  std::vector<float> segment_;     // [segment_rows]
  std::vector<Measure> measures_;  // [channels]
  struct Recent {
    std::vector<Edges> edges;  // ring of the last activations: as many as the rows kept can hold
    std::size_t count = 0;
  };
  std::vector<Recent> recent_;            // [channels]
  std::vector<std::size_t> next_edited_;  // [channels]
  std::vector<Activation> done_;
  std::size_t taken_ = 0;
  Grid amplitude_, spectrum_;
  int period_ = -1;
  std::int64_t begin_row_ = 0, end_row_ = 0;  // of the stretch, as far as it has come
  bool ended_ = true;
  std::vector<float> first_, second_, fraction_;  // [channels] what a frame points to
  std::vector<float> more_;                       // [columns x channels]
  std::vector<Reason> reason_;
  std::vector<double> power_;  // [bins]
  MeanSpectra sums_;           // not yet divided by its windows
};

}  // namespace semg
