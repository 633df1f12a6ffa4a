// SPDX-License-Identifier: BSD-3-Clause
// Cycles are measured while a recording streams by, their edges being known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dsp/amplitude/amplitude.hpp"
#include "dsp/amplitude/envelope.hpp"
#include "dsp/block.hpp"
#include "dsp/channel_brief.hpp"
#include "dsp/cycle.hpp"
#include "dsp/muscles/co_contraction.hpp"
#include "dsp/quality/quality_watch.hpp"
#include "engine/chain.hpp"
#include "engine/cycles/cue.hpp"
#include "engine/cycles/ensemble.hpp"

namespace semg {

/// Two antagonists, and the levels their envelopes are held against; none where a muscle has no reference, and `reason` says why.
struct MusclePair {
  int agonist = 0, antagonist = 0;
  std::optional<double> agonist_reference, antagonist_reference;
  Reason reason = Reason::ok;
};

/// What cycles are measured of. Activations, in order, are those of each channel; none where no rest level is known.
struct CyclePlan {
  std::vector<CueRow> cues;        ///< a cycle reaches from each to the next one of its period
  std::vector<std::string> tasks;  ///< of each period; empty where there are no periods
  std::vector<std::optional<std::vector<Edges>>> activations;
  std::vector<MusclePair> pairs;
};

/// Feed see() with a block as it came in and push() with the same block conditioned, then end(). RMS and ARV are of the conditioned signal
/// from a cycle's first row to the one before the next cycle's; peak, co-contraction and the mean course are of its linear envelope, which
/// is moved back by its delay. A cycle is brought to 101 points by straight lines between rows. One with a gap, NaN, a settling or flat
/// stretch, clipping, of less than 0.2 s or of more than 10 s is invalid, whole, and in no mean. Memory grows with the number of cycles'
/// results alone; nothing allocates after the constructor, and any cut of the stream gives the same bits.
class CycleExtractor {
 public:
  static constexpr std::size_t kMostRows = 1024;  ///< of a block

  CycleExtractor(const StreamInfo& info, const Chain& chain, const CyclePlan& plan);

  void see(const Block& raw) noexcept;
  void push(const Block& conditioned) noexcept;
  void end() noexcept;

  /// By cycle, then channel; final after end().
  const std::vector<Cycle>& cycles() const noexcept { return cycles_; }
  const Ensemble& ensemble() const noexcept { return ensemble_; }

 private:
  struct Bounds {
    std::int64_t first, end;
    std::size_t task;
  };
  struct Measure {  // of one channel in the cycle at hand
    AmplitudeSums sums;
    FaultCounts faults;
    float peak = kNoValue;
    std::int64_t peak_row = 0;
    Ensemble::Course course{};
  };
  struct Pair {
    std::size_t agonist, antagonist;
    Reason reason;  // why there is no reference
    std::optional<CoContraction> sums;
  };

  void add_cycles(const CyclePlan& plan);
  void stop() noexcept;
  void consume(std::int64_t until) noexcept;
  void measure(const Bounds& cycle, std::int64_t first, std::int64_t last) noexcept;
  void close(const Bounds& cycle) noexcept;
  Reason judge(const Bounds& cycle, const FaultCounts& faults) const noexcept;
  float& at(std::vector<float>& ring, std::size_t channel, std::int64_t row) noexcept {
    return ring[channel * static_cast<std::size_t>(ring_rows_) + static_cast<std::size_t>(row % ring_rows_)];
  }
  /// Envelope of a row, its delay taken off.
  float envelope_at(std::size_t channel, std::int64_t row) noexcept { return at(envelopes_, channel, row + shift_rows_); }

  double fs_hz_, clipped_share_;
  std::size_t channels_;
  Envelope envelope_;
  std::int64_t shift_rows_;  // the envelope's delay
  std::int64_t wait_rows_;   // until all is known of a row
  std::int64_t ring_rows_;
  QualityWatch quality_;
  Block rectified_;
  std::vector<float> signals_, envelopes_;  // [channels x ring_rows]
  std::vector<Bounds> bounds_;
  std::vector<Measure> measures_;  // [channels]
  std::vector<Pair> pairs_;
  std::vector<Cycle> cycles_;  // [cycles x channels]
  Ensemble ensemble_;
  std::size_t cycle_ = 0;              // at hand
  std::int64_t seen_ = 0;              // rows of it
  std::int64_t cursor_ = 0;            // first row not yet measured
  std::int64_t next_row_ = INT64_MIN;  // of the stream
};

}  // namespace semg
