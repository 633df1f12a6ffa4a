// SPDX-License-Identifier: BSD-3-Clause
// How long after a cue each muscle begins. A Sink.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dsp/channel_brief.hpp"
#include "dsp/frame.hpp"
#include "dsp/summary_row.hpp"
#include "engine/cycles/cue.hpp"
#include "engine/settings.hpp"
#include "engine/summary.hpp"

namespace semg {

/// Rows from each cue to the first onset at it or after it, before the next cue; none for a cue without one. Both in order, of one period.
std::vector<std::int64_t> rows_to_next_onset(std::span<const std::int64_t> cues, std::span<const std::int64_t> onsets);

/// Rows from each onset of one muscle to that onset of another which is nearest to it and has none of the first nearer to itself: below 0
/// where the other begins earlier. A contraction that only one of them makes counts nothing. Both in order, of one period.
std::vector<std::int64_t> rows_to_nearest_onset(std::span<const std::int64_t> from, std::span<const std::int64_t> to);

/// Gathers onsets while features are measured, then gives rows of summary.csv: feature `latency`, the mean in seconds with its 95 %
/// t-interval; of a task done several times over repetitions, each by its own mean, else over cues. From events to the next onset, from a
/// channel's activations to the nearest of every other channel. Groups of periods without a cue have no row.
class Latencies {
 public:
  /// Does nothing where the settings ask for none. Throws Error(usage) where the recording lacks what they name.
  Latencies(const Recording& recording, const Settings& settings, const std::string& name);

  void write(const Activation& activation);
  std::vector<SummaryRow> rows(const std::vector<ChannelBrief>& briefs, Summary::RestFrom rest_from) const;

 private:
  std::vector<double> seconds(std::span<const CueRow> cues, int channel, std::size_t part) const;

  const Recording& recording_;
  std::optional<Cue> cue_;
  int cue_channel_ = -1;  // -1: events
  std::vector<Activation> activations_;
};

}  // namespace semg
