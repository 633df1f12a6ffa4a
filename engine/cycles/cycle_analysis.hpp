// SPDX-License-Identifier: BSD-3-Clause
// What the settings want of cycles: gathered while features are measured, and measured in a further pass over the recording.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/cycles/cycle_extractor.hpp"
#include "engine/run.hpp"

namespace semg {

/// A Sink for the pass that measures features: from it come the onsets that begin cycles, and each muscle's reference. Where a cycle ends
/// is final only when the activation that begins the next one has ended, however long that takes; so cycles are measured afterwards, in a
/// pass of their own, in constant memory.
class CycleAnalysis {
 public:
  /// Does nothing where the settings ask for no cycles. `name` begins the error sentences. Throws Error(usage) where the recording
  /// lacks an event, channel or task that the settings name.
  CycleAnalysis(const Recording& recording, const Settings& settings, const std::string& name);

  bool is_wanted() const noexcept { return cue_.has_value(); }
  void write(const FeatureFrame& frame);
  void write(const Activation& activation);

  /// Once all has been written.
  CyclePlan plan(const std::vector<ChannelBrief>& briefs) const;

 private:
  struct Reference {
    std::optional<double> level;
    Reason reason = Reason::too_short;  // where there is none
  };

  const Recording& recording_;
  std::optional<Cue> cue_;
  std::string reference_task_;
  std::vector<MusclePair> pairs_;
  std::vector<Reference> references_;  // [channels]
  std::vector<Activation> activations_;
};

/// The pass: every row is conditioned, whatever the periods are, and none is measured twice.
template <Source In, Stage Conditioning>
void run_cycles(In& source, Conditioning& conditioning, CycleExtractor& cycles, std::size_t channels) {
  Block block(channels, CycleExtractor::kMostRows);
  while (source.read(block)) {
    cycles.see(block);
    conditioning.process(block);
    cycles.push(block);
  }
  cycles.end();
}

}  // namespace semg
