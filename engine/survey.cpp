// SPDX-License-Identifier: BSD-3-Clause
#include "engine/survey.hpp"

namespace semg {
namespace {

std::vector<Period> rest_of(const std::vector<Period>& periods) {
  std::vector<Period> rest;
  std::copy_if(periods.begin(), periods.end(), std::back_inserter(rest), [](const Period& p) { return p.task == "rest"; });
  return rest;
}

}  // namespace

Survey::Survey(const Recording& recording, const Chain& chain)
    : chain_(chain),
      channels_(recording.stream.channels.size()),
      about_(recording.stream.channels),
      line_hz_(chain.settings.filter.line_hz),
      rest_periods_(rest_of(recording.periods)),
      input_(recording.stream),
      line_(chain.fs_hz, channels_, chain.low_pass_hz),
      rest_(chain, channels_),
      part_(channels_, FeatureExtractor::kMostRows) {}

std::vector<ChannelBrief> Survey::briefs() const {
  std::vector<ChannelBrief> briefs(channels_);
  for (std::size_t c = 0; c < channels_; ++c) {
    ChannelBrief& brief = briefs[c];
    brief.rest = rest_periods_.empty() ? rest_.from_recording(c) : rest_.from_rest(c);
    const LineFacts line = line_.facts(c, line_hz_);
    brief.line_hz = line.line_hz;
    brief.line_power = line.power;
    const InputFacts facts = input_.facts(c);
    brief.samples_hash = facts.hash;
    if (about_[c].kind == Kind::envelope || facts.looks_like_envelope()) {
      brief.no_spectrum = Reason::envelope_input;
    } else if (facts.looks_held()) {
      brief.no_spectrum = Reason::held_samples;
    }
  }
  return briefs;
}

}  // namespace semg
