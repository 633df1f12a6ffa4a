// SPDX-License-Identifier: BSD-3-Clause
#include "engine/cycles/cycle_analysis.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {

CycleAnalysis::CycleAnalysis(const Recording& recording, const Settings& settings, const std::string& name)
    : recording_(recording),
      cue_(cue_from(settings.cycles.from)),
      reference_task_(settings.pairs.reference),
      references_(recording.stream.channels.size()) {
  if (!cue_) return;
  check_cue(*cue_, recording, name + ": cycles.from");
  for (const auto& [agonist, antagonist] : settings.pairs.antagonists) {
    const std::string where = name + ": pairs.antagonists";
    pairs_.push_back({.agonist = channel_of(recording, agonist, where),
                      .antagonist = channel_of(recording, antagonist, where),
                      .agonist_reference = {},
                      .antagonist_reference = {}});
  }
  if (pairs_.empty()) return;
  std::vector<std::string> tasks;
  for (const Period& p : recording.periods) {
    if (p.task == reference_task_) return;
    if (std::find(tasks.begin(), tasks.end(), p.task) == tasks.end()) tasks.push_back(p.task);
  }
  throw Error(Fault::usage, fmt::format("{}: pairs.reference: found task {}, expected {}", name, reference_task_,
                                        tasks.empty() ? std::string("none: the recording has no periods")
                                                      : fmt::format("one of {}", fmt::join(tasks, ", "))));
}

void CycleAnalysis::write(const FeatureFrame& frame) {
  if (pairs_.empty() || frame.kind != WindowKind::amplitude || frame.period < 0 ||
      recording_.periods[static_cast<std::size_t>(frame.period)].task != reference_task_)
    return;
  for (std::size_t c = 0; c < references_.size(); ++c) {
    Reference& reference = references_[c];
    if (frame.reason[c] == Reason::ok) {
      reference.level = std::max<double>(reference.level.value_or(0), frame.second[c]);
    } else {
      reference.reason = frame.reason[c];
    }
  }
}

void CycleAnalysis::write(const Activation& activation) {
  if (is_wanted()) activations_.push_back(activation);
}

CyclePlan CycleAnalysis::plan(const std::vector<ChannelBrief>& briefs) const {
  CyclePlan plan{.cues = cue_rows(*cue_, recording_, activations_),
                 .tasks = {},
                 .activations = std::vector<std::optional<std::vector<Edges>>>(references_.size()),
                 .pairs = pairs_};
  for (const Period& p : recording_.periods) plan.tasks.push_back(p.task);
  for (std::size_t c = 0; c < briefs.size(); ++c) {
    if (briefs[c].edited || briefs[c].rest) plan.activations[c].emplace();
  }
  for (const Activation& a : activations_) {
    if (auto& edges = plan.activations[static_cast<std::size_t>(a.channel)]) edges->emplace_back(a.onset_row, a.offset_row);
  }
  for (auto& edges : plan.activations) {
    if (edges) std::sort(edges->begin(), edges->end());
  }
  const auto level_of = [&](int channel, MusclePair& pair) {
    const Reference& reference = references_[static_cast<std::size_t>(channel)];
    const bool is_level = reference.level && *reference.level > 0;
    if (!is_level) pair.reason = reference.reason;
    return is_level ? reference.level : std::nullopt;
  };
  for (MusclePair& pair : plan.pairs) {
    pair.agonist_reference = level_of(pair.agonist, pair);
    pair.antagonist_reference = level_of(pair.antagonist, pair);
  }
  return plan;
}

}  // namespace semg
