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
    : channels_(recording.stream.channels.size()),
      about_(recording.stream.channels),
      line_hz_(chain.settings.filter.line_hz),
      rest_periods_(rest_of(recording.periods)),
      conditioning_(chain.sos, channels_),
      input_(recording.stream),
      line_(chain.fs_hz, channels_, chain.low_pass_hz),
      rest_(chain.fs_hz, channels_, chain.filter_band_hz(), chain.settling_rows, chain.method),
      part_(channels_, FeatureExtractor::kMostRows) {}

void Survey::push(Block& block) noexcept {
  input_.push(block);
  conditioning_.process(block);
  line_.push(block);
  if (rest_periods_.empty()) {
    rest_.push(block);
  } else {
    push_rest(block);
  }
}

void Survey::push_rest(const Block& conditioned) noexcept {
  for (const Period& p : rest_periods_) {
    const std::int64_t first = std::max(conditioned.first, p.first_row);
    const std::int64_t last = std::min(conditioned.end(), p.first_row + p.rows);
    if (first >= last) continue;
    part_.resize(static_cast<std::size_t>(last - first));
    part_.first = first;
    const auto from =
        conditioned.samples().subspan(static_cast<std::size_t>(first - conditioned.first) * channels_, part_.samples().size());
    std::copy(from.begin(), from.end(), part_.samples().begin());
    rest_.push(part_);
  }
}

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
