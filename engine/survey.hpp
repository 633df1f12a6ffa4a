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

/// What is known of rest in one channel: the levels that activation is decided by, of the signal it is decided on, and the power of the
/// signal that is measured.
class RestOfChain {
 public:
  RestOfChain(const Chain& chain, std::size_t channels) : decided_on_(chain.fs_hz, channels, chain.filter_band_hz(), chain.settling_rows) {
    if (chain.reads_ahead()) measured_.emplace(chain.fs_hz, channels, chain.filter_band_hz(), chain.settling_rows);
  }
  void push_decided_on(const Block& rows) noexcept { decided_on_.push(rows); }
  void push_measured(const Block& rows) noexcept { measured_->push(rows); }

  std::optional<RestReference> from_rest(std::size_t channel) const { return with_power(decided_on_.from_rest(channel), channel); }
  std::optional<RestReference> from_recording(std::size_t channel) const {
    return with_power(decided_on_.from_recording(channel), channel);
  }

 private:
  std::optional<RestReference> with_power(std::optional<RestReference> rest, std::size_t channel) const {
    if (!rest || !measured_) return rest;
    const auto measured = measured_->from_rest(channel);
    if (!measured) return std::nullopt;
    rest->power = measured->power;
    rest->power_above_50 = measured->power_above_50;
    return rest;
  }

  RestSurvey decided_on_;
  std::optional<RestSurvey> measured_;  // where that is another signal
};

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
  });
}

/// Constant memory. Where the recording has periods whose task is "rest", rest is what they hold; else it is looked for in the whole.
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
          each_resting(rows, [this](const Block& part) { rest_.push_decided_on(part); });
        },
        [this](const Block& rows) {
          line_.push(rows);
          each_resting(rows, [this](const Block& part) { rest_.push_measured(part); });
        });
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
  RestOfChain rest_;
  Block part_;
};

/// What is known of rest from a recording that holds nothing else, in `briefs`' order of channels.
template <class In>
requires Source<In> std::vector<std::optional<RestReference>> survey_rest(In& source, std::size_t channels, const Chain& chain) {
  RestOfChain rest(chain, channels);
  each_block(
      source, channels, chain, [](const Block&) {}, [&](const Block& rows) { rest.push_decided_on(rows); },
      [&](const Block& rows) { rest.push_measured(rows); });
  std::vector<std::optional<RestReference>> found;
  for (std::size_t c = 0; c < channels; ++c) found.push_back(rest.from_rest(c));
  return found;
}

}  // namespace semg
