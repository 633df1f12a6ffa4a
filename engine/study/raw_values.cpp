// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/raw_values.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/amplitude/amplitude.hpp"
#include "engine/statistics/block_bootstrap.hpp"
#include "engine/study/comparability.hpp"
#include "engine/study/values.hpp"

namespace semg {
namespace {

constexpr double kDurationTolerance = 0.2;  // of the planned duration

/// An ARV loses the ARV of rest as an RMS loses the RMS of rest: of signals with one shape of amplitudes they are in one ratio.
std::optional<double> corrected(double value, std::optional<double> rest) {
  if (!rest) return value;
  const double alone = noise_corrected_rms(value, *rest);
  return std::isnan(alone) ? std::nullopt : std::optional(alone);
}

/// One long contraction: its seconds. False where there are too few.
bool take_epochs(RawValue& value, const Observations& epochs, const ComparedFeature& feature, std::optional<double> rest) {
  const std::size_t n = epochs.values.size();
  if (n < 4) return false;
  if (feature.name == "mdf_slope") {
    value.spread = block_bootstrap_slope(epochs.at, epochs.values);
  } else if (feature.amplitude) {
    std::vector<double> power;
    for (const double x : epochs.values) power.push_back(x * x - (rest ? *rest * *rest : 0));
    value.spread = block_bootstrap_mean(power);
    if (!(value.spread.mean > 0)) {
      value.reason.add(Reason::low_snr);
      return true;
    }
    // ln RMS = ln(power)/2: by its derivative.
    value.spread.variance /= 4 * value.spread.mean * value.spread.mean;
    value.spread.mean = std::log(value.spread.mean) / 2;
  } else {
    value.spread = block_bootstrap_mean(epochs.values);
  }
  value.there = true;
  value.of = Observations::Of::epochs;
  value.n = static_cast<std::int64_t>(n);
  return true;
}

}  // namespace

struct RawValues::Gathered {
  bool any_readable = false, any_task = false;
  int repetitions = 0;
  double longest_s = 0;
  std::vector<double> observed, at;
  Observations epochs;
  Reason missing = Reason::too_short;
  std::optional<double> rest;

  void take(const Observations& found, const ComparedFeature& feature) {
    if (found.values.empty()) missing = found.reason;
    for (std::size_t k = 0; k < found.values.size(); ++k) {
      const auto x = corrected(found.values[k], rest);
      if (!x) {
        missing = Reason::low_snr;
        continue;
      }
      observed.push_back(on_scale(feature, *x));
      at.push_back(found.at[k]);
    }
  }
};

RawValues::RawValues(const Study& study, const std::vector<Session>& sessions, const std::vector<StudyFinding>& findings)
    : study_(study), sessions_(sessions), findings_(findings), of_visit_(study.participants.size() * study.plan.visits.size()) {
  for (std::size_t s = 0; s < sessions.size(); ++s) {
    const int p = participant_index(study, sessions[s].participant_id), v = visit_index(study.plan, sessions[s].visit_id);
    if (p >= 0 && v >= 0) of_visit_[static_cast<std::size_t>(p) * study.plan.visits.size() + static_cast<std::size_t>(v)].push_back(s);
  }
}

const std::vector<std::size_t>& RawValues::sessions_of(const CellPlace& at) const {
  return of_visit_[static_cast<std::size_t>(at.participant) * study_.plan.visits.size() + static_cast<std::size_t>(at.visit)];
}

std::optional<Day> RawValues::day_of(const CellPlace& at) const {
  for (const std::size_t s : sessions_of(at)) {
    if (sessions_[s].day) return sessions_[s].day;
  }
  return std::nullopt;
}

bool RawValues::is_rest(const SessionTask& task) const {
  return std::any_of(study_.plan.tasks.begin(), study_.plan.tasks.end(),
                     [&](const PlannedTask& planned) { return planned.id == task.id && planned.kind == TaskKind::rest; });
}

/// In the channel's unit, by the measure that the feature is of: RMS of rest for an RMS, ARV of rest for an ARV. Of the same recording
/// where rest was recorded in it, else of the visit's own recordings of rest. Rest that was only found between contractions is there at one
/// visit and not at another, and is not taken.
std::optional<double> RawValues::rest_of(const CellPlace& at, const ComparedFeature& feature, const Session& session,
                                         const SessionChannel& channel) const {
  const bool rectified = feature.name == "arv_active";
  std::vector<double> squares;
  const auto add = [&](const SessionChannel& from) {
    for (const SessionTask& task : from.tasks) {
      const auto level = task.features.find(rectified ? "arv" : "rms");
      if (!is_rest(task) || level == task.features.end()) continue;
      for (const double value : level->second.values) squares.push_back(value * value);
    }
  };
  if (std::any_of(channel.tasks.begin(), channel.tasks.end(), [&](const SessionTask& task) { return is_rest(task); })) {
    if (session.rest_was_recorded && !rectified) return channel.rest_rms;
    add(channel);
  } else {
    for (const std::size_t s : sessions_of(at)) {
      for (const SessionChannel& other : sessions_[s].channels) {
        if (other.muscle == channel.muscle && other.about.side == channel.about.side && other.about.unit == channel.about.unit) add(other);
      }
    }
  }
  if (squares.empty()) return std::nullopt;
  return std::sqrt(spread_of(squares).mean);
}

/// Whether one more channel's observations belong to those that are there already; what does not fit spoils the value, with its reason.
bool RawValues::joins(RawValue& value, std::size_t s, std::size_t c, const ComparedFeature& feature) const {
  if (value.session < 0) return true;
  const auto first = static_cast<std::size_t>(value.session), channel = static_cast<std::size_t>(value.session_channel);
  if (!value.sessions.empty() && value.sessions.back() == s) {
    value.mix(StudyReason::ambiguous_channel);
    return false;
  }
  bool fits = true;
  for (const Difference& d : differences_between(sessions_[first], sessions_[first].channels[channel].about, sessions_[s],
                                                 sessions_[s].channels[c].about, feature)) {
    value.reason.add(d.code);
    if (!d.refuses) continue;
    value.mix(d.code);
    fits = false;
  }
  return fits;
}

RawValues::Gathered RawValues::gather(const CellPlace& at, const ComparedFeature& feature, RawValue& value) const {
  const std::string& task = study_.plan.tasks[static_cast<std::size_t>(at.task)].id;
  const std::string& muscle = study_.plan.muscles[static_cast<std::size_t>(at.muscle)].id;
  const std::string name(feature.name);
  Gathered all;
  for (const std::size_t s : sessions_of(at)) {
    const Session& session = sessions_[s];
    if (!session.unreadable.empty()) continue;
    all.any_readable = true;
    for (std::size_t c = 0; c < session.channels.size(); ++c) {
      const SessionChannel& channel = session.channels[c];
      const auto done = std::find_if(channel.tasks.begin(), channel.tasks.end(), [&](const SessionTask& t) { return t.id == task; });
      all.any_task = all.any_task || done != channel.tasks.end();
      if (done == channel.tasks.end() || channel.muscle != muscle || channel.about.side != at.side) continue;
      if (!joins(value, s, c, feature)) continue;
      all.repetitions += done->repetitions;
      all.longest_s = std::max(all.longest_s, done->longest_s);
      if (value.session < 0) {
        value.session = static_cast<int>(s);
        value.session_channel = static_cast<int>(c);
        value.channel = channel.about.label;
        value.unit = feature.unit.empty() ? to_string(channel.about.unit) : std::string(feature.unit);
      }
      value.sessions.push_back(s);
      value.recording_ids += (value.recording_ids.empty() ? "" : ";") + session.recording_id;
      const auto found = done->features.find(name);
      if (found == done->features.end()) continue;
      all.rest = feature.amplitude ? rest_of(at, feature, session, channel) : std::nullopt;
      if (!all.observed.empty() && value.noise_corrected != all.rest.has_value()) value.mix(StudyReason::different_rest);
      value.noise_corrected = all.rest.has_value();
      value.of = found->second.of;
      all.take(found->second, feature);
      if (const auto seconds = done->epochs.find(name == "mdf_slope" ? "mdf" : name); seconds != done->epochs.end())
        all.epochs = seconds->second;
    }
  }
  return all;
}

RawValue RawValues::at(const CellPlace& at, const ComparedFeature& feature) const {
  RawValue value;
  mark_exclusions(at, value.reason);
  Gathered all = gather(at, feature, value);
  mark_findings(at, value);
  if (sessions_of(at).empty()) value.reason.add(StudyReason::not_recorded);
  if (!sessions_of(at).empty() && !all.any_readable) value.reason.add(StudyReason::unreadable);
  if (all.any_readable && !all.any_task) value.reason.add(StudyReason::task_missing);
  if (all.any_task && value.session < 0) value.reason.add(StudyReason::channel_missing);
  if (value.session < 0) return value;

  const PlannedTask& planned = study_.plan.tasks[static_cast<std::size_t>(at.task)];
  const bool other_duration = planned.kind == TaskKind::hold && planned.duration_s > 0 &&
                              std::abs(all.longest_s - planned.duration_s) > kDurationTolerance * planned.duration_s;
  // A period that is not numbered holds as many repetitions as activations were found in it.
  const int done = value.of == Observations::Of::activations ? static_cast<int>(all.observed.size()) : all.repetitions;
  if ((planned.repetitions > 0 && done != planned.repetitions) || other_duration) value.reason.add(StudyReason::different_task);

  if (value.mixed) return value;
  if (planned.kind == TaskKind::hold && all.repetitions == 1 && take_epochs(value, all.epochs, feature, all.rest)) return value;
  if (all.observed.empty()) {
    value.reason.add(all.missing);
    return value;
  }
  value.there = true;
  value.spread = feature.name == "mvc_rms" ? spread_of_largest(all.observed) : spread_of(all.observed);
  value.n = static_cast<std::int64_t>(all.observed.size());
  value.values = std::move(all.observed);
  value.at = std::move(all.at);
  return value;
}

/// Those about the visit, and those about a recording that the value was taken from.
void RawValues::mark_findings(const CellPlace& at, RawValue& value) const {
  const std::string& muscle = study_.plan.muscles[static_cast<std::size_t>(at.muscle)].id;
  for (const StudyFinding& f : findings_) {
    if (f.participant != at.participant || f.visit != at.visit) continue;
    const auto& from = value.sessions;
    if (f.session >= 0 && std::find(from.begin(), from.end(), static_cast<std::size_t>(f.session)) == from.end()) continue;
    if (f.muscle.empty() || (f.muscle == muscle && f.side == at.side)) value.reason.add(f.code);
  }
}

void RawValues::mark_exclusions(const CellPlace& at, Reasons& reason) const {
  const std::string& muscle = study_.plan.muscles[static_cast<std::size_t>(at.muscle)].id;
  const std::string& who = study_.participants[static_cast<std::size_t>(at.participant)].id;
  for (const Exclusion& e : study_.exclusions) {
    const auto fits = [](const std::string& wanted, const std::string& id) { return wanted.empty() || wanted == id; };
    if (fits(e.participant_id, who) && fits(e.visit_id, study_.plan.visits[static_cast<std::size_t>(at.visit)].id) &&
        fits(e.task, study_.plan.tasks[static_cast<std::size_t>(at.task)].id) && fits(e.muscle, muscle) &&
        (e.side == Side::none || e.side == at.side)) {
      reason.add(StudyReason::excluded);
    }
  }
}

}  // namespace semg
