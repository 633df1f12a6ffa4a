// SPDX-License-Identifier: BSD-3-Clause
// How good each channel of a recording is: every metric of the table of rules, over the whole recording.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/channel_brief.hpp"
#include "dsp/quality/cross_talk.hpp"
#include "dsp/quality/heart_survey.hpp"
#include "dsp/quality/input_survey.hpp"
#include "dsp/quality/quality_rules.hpp"
#include "dsp/quality/spike_survey.hpp"
#include "dsp/recording.hpp"
#include "dsp/spectrum/spectrum_mean.hpp"
#include "engine/chain.hpp"

namespace semg {

/// Feed see() with rows as they came and push() with the same rows conditioned; rest, hum and what the samples are come from the briefs of
/// the first pass. Constant memory, no allocation until findings(); any cut of the stream gives the same bits.
class QualitySurvey {
 public:
  QualitySurvey(const Recording& recording, const Chain& chain, const std::vector<ChannelBrief>& briefs);

  void see(const Block& raw) noexcept;
  void push(const Block& conditioned) noexcept;

  InputFacts input(std::size_t channel) const noexcept { return input_.facts(channel); }
  /// In the order of channels, of each in the order of metrics; a channel that holds no EMG has none. `active_power` [channels]: mean
  /// square of its activations, unit^2; none where there are none.
  std::vector<QualityFinding> findings(std::span<const std::optional<double>> active_power) const;

 private:
  QualityValues values(std::size_t channel, std::optional<double> active_power) const;

  StreamInfo info_;
  Chain chain_;
  std::vector<ChannelBrief> briefs_;
  std::int64_t rows_;
  InputSurvey input_;
  MeanSpectrum spectrum_;
  SpikeSurvey spikes_;
  HeartSurvey heart_;
  CrossTalkSurvey cross_talk_;
};

/// What the samples alone say, where the rate is too low for a chain. `rows`: of the whole recording, gaps counted.
std::vector<QualityFinding> input_findings(const InputFacts& input, const StreamInfo& info, std::size_t channel, std::int64_t rows);

}  // namespace semg
