// SPDX-License-Identifier: BSD-3-Clause
// The first pass over a recording: what the second pass is to be told of each channel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/activation/rest_survey.hpp"
#include "dsp/block.hpp"
#include "dsp/channel_brief.hpp"
#include "dsp/quality/input_survey.hpp"
#include "dsp/quality/line_survey.hpp"
#include "dsp/recording.hpp"
#include "engine/chain.hpp"
#include "engine/run.hpp"

namespace semg {

/// Constant memory. Where the recording has periods whose task is "rest", rest is what they hold; else it is looked for in the whole.
class Survey {
 public:
  Survey(const Recording& recording, const Chain& chain);

  template <class In>
  requires Source<In>
  void run(In& source) {
    Block block(channels_, FeatureExtractor::kMostRows);
    while (source.read(block)) push(block);
  }

  bool has_rest_period() const noexcept { return !rest_periods_.empty(); }
  std::vector<ChannelBrief> briefs() const;
  InputFacts input(std::size_t channel) const noexcept { return input_.facts(channel); }

 private:
  void push(Block& block) noexcept;
  void push_rest(const Block& conditioned) noexcept;

  std::size_t channels_;
  std::vector<Channel> about_;
  double line_hz_;
  std::vector<Period> rest_periods_;
  SosFilter conditioning_;
  InputSurvey input_;
  LineSurvey line_;
  RestSurvey rest_;
  Block part_;
};

/// What is known of rest from a recording that holds nothing else, in `briefs`' order of channels.
template <class In>
requires Source<In> std::vector<std::optional<RestReference>> survey_rest(In& source, std::size_t channels, const Chain& chain) {
  SosFilter conditioning(chain.sos, channels);
  RestSurvey rest(chain.fs_hz, channels, chain.filter_band_hz(), chain.settling_rows, chain.method);
  Block block(channels, FeatureExtractor::kMostRows);
  while (source.read(block)) {
    conditioning.process(block);
    rest.push(block);
  }
  std::vector<std::optional<RestReference>> found;
  for (std::size_t c = 0; c < channels; ++c) found.push_back(rest.from_rest(c));
  return found;
}

}  // namespace semg
