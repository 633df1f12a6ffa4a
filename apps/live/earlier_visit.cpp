// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/earlier_visit.hpp"

#include <cmath>

#include "apps/study/study_folder.hpp"
#include "dsp/error.hpp"
#include "io/features_file.hpp"

namespace semg {

std::vector<EarlierChannel> earlier_visit(const Study& study, const std::filesystem::path& study_toml, const std::string& participant,
                                          const std::string& visit) {
  const FoundRecording* newest = nullptr;
  const auto all = recordings_of(study, study_toml);
  for (const FoundRecording& found : all) {
    const Recording& r = found.recording;
    if (!found.unreadable.empty() || r.participant_id != participant || r.visit_id == visit || r.visit_id.empty()) continue;
    if (newest == nullptr || r.session_start >= newest->recording.session_start) newest = &found;
  }
  std::vector<EarlierChannel> channels;
  if (newest == nullptr) return channels;
  for (const Channel& c : newest->recording.stream.channels) {
    const PlannedMuscle* muscle = find_muscle(study.plan, c.muscle);
    channels.push_back({.label = c.label,
                        .muscle = muscle != nullptr ? muscle->id : c.muscle,
                        .side = c.side,
                        .fs_hz = newest->recording.stream.fs_hz,
                        .lsb = c.lsb,
                        .rest_rms = {}});
  }
  try {
    const FeaturesReader features(newest->path.parent_path() / (newest->path.stem().string() + ".features.h5"));
    const auto& briefs = features.head().briefs;
    for (std::size_t c = 0; c < channels.size() && c < briefs.size(); ++c)
      if (briefs[c].rest) channels[c].rest_rms = std::sqrt(briefs[c].rest->power);
  } catch (const Error&) {
    // Not measured yet: its noise is not compared, and nothing else depends on it.
  }
  return channels;
}

}  // namespace semg
