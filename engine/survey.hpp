// SPDX-License-Identifier: BSD-3-Clause
// The first pass over a recording: what the second pass is to be told of each channel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "dsp/activation/rest_survey.hpp"
#include "dsp/block.hpp"
#include "dsp/channel_brief.hpp"
#include "dsp/quality/input_survey.hpp"
#include "dsp/quality/line_survey.hpp"
#include "dsp/recording.hpp"
#include "engine/chain.hpp"
#include "engine/conditioned_source.hpp"
#include "engine/run.hpp"

namespace semg {

/// Reads until the source ends: calls raw(rows) with the rows as they came in, decided_on(rows) and measured(rows) with the same rows
/// conditioned; where activation is decided on what is measured, decided_on(rows) alone.
template <class In, class Raw, class DecidedOn, class Measured>
requires Source<In>
void each_block(In& source, std::size_t channels, const Chain& chain, Raw raw, DecidedOn decided_on, Measured measured) {
  SosFilter causal(chain.decision_sos, channels);
  Block block(channels, FeatureExtractor::kMostRows);
  const auto read = [&](auto& from, auto then) {
    while (from.read(block)) {
      raw(std::as_const(block));
      then();
      causal.process(block);
      decided_on(std::as_const(block));
    }
  };
  if (!chain.reads_ahead()) return read(source, [] {});
  ConditionedSource ahead(source, chain, channels, FeatureExtractor::kMostRows);
  Block conditioned(channels, FeatureExtractor::kMostRows);
  read(ahead, [&] {
    conditioned = block;
    ahead.process(conditioned);
    measured(std::as_const(conditioned));
    ahead.clean(block);
  });
}

/// Constant memory. Where the recording has periods whose task is "rest", rest is what they hold; else it is looked for in the whole.
/// It is told, in level and power, from the signal that activation is decided on, hum from the one that is measured.
class Survey {
 public:
  Survey(const Recording& recording, const Chain& chain);

  template <class In>
  requires Source<In>
  void run(In& source) {
    each_block(
        source, channels_, chain_, [this](const Block& raw) { input_.push(raw); },
        [this](const Block& rows) {
          if (!chain_.reads_ahead()) line_.push(rows);
          each_resting(rows, [this](const Block& part) { rest_.push(part); });
        },
        [this](const Block& rows) { line_.push(rows); });
  }

  bool has_rest_period() const noexcept { return !rest_periods_.empty(); }
  std::vector<ChannelBrief> briefs() const;
  InputFacts input(std::size_t channel) const noexcept { return input_.facts(channel); }

 private:
  /// Calls see(rows) with those that are to tell of rest.
  template <class See>
  void each_resting(const Block& conditioned, See see) {
    if (rest_periods_.empty()) return see(conditioned);
    for (const Period& p : rest_periods_) {
      const std::int64_t first = std::max(conditioned.first, p.first_row);
      const std::int64_t last = std::min(conditioned.end(), p.first_row + p.rows);
      if (first >= last) continue;
      part_.resize(static_cast<std::size_t>(last - first));
      part_.first = first;
      const auto from =
          conditioned.samples().subspan(static_cast<std::size_t>(first - conditioned.first) * channels_, part_.samples().size());
      std::copy(from.begin(), from.end(), part_.samples().begin());
      see(std::as_const(part_));
    }
  }

  Chain chain_;
  std::size_t channels_;
  std::vector<Channel> about_;
  double line_hz_;
  std::vector<Period> rest_periods_;
  InputSurvey input_;
  LineSurvey line_;
  RestSurvey rest_;
  Block part_;
};

/// What is known of rest from a recording that holds nothing else, in `briefs`' order of channels.
template <class In>
requires Source<In> std::vector<std::optional<RestReference>> survey_rest(In& source, std::size_t channels, const Chain& chain) {
  RestSurvey rest(chain.fs_hz, channels, chain.filter_band_hz(), chain.decision_settling_rows, chain.method);
  each_block(
      source, channels, chain, [](const Block&) {}, [&](const Block& rows) { rest.push(rows); }, [](const Block&) {});
  std::vector<std::optional<RestReference>> found;
  for (std::size_t c = 0; c < channels; ++c) found.push_back(rest.from_rest(c));
  return found;
}

}  // namespace semg
