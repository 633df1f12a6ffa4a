// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_view.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "apps/page/readable.hpp"

namespace semg {
namespace {

template <class List>
bool holds(const List& list, int index) {
  return index >= 0 && static_cast<std::size_t>(index) < list.size();
}

template <class Cell>
std::string side_of(const Cell& cell) {
  return cell.side_role.empty() ? std::string(to_string(cell.side)) : cell.side_role;
}

std::string label_or_id(const std::string& label, const std::string& id) {
  return label.empty() ? id : label;
}

std::string with_side(const std::string& muscle, const std::string& side) {
  if (side.empty() || side == "none") return muscle;
  return muscle + ", " + (side == "non_paretic" ? "non-paretic" : side);
}

}  // namespace

Measure measure_of(const ValueCell& cell) {
  return {cell.task, cell.muscle, side_of(cell), cell.feature, cell.view};
}
Measure measure_of(const ChangeCell& cell) {
  return {cell.task, cell.muscle, side_of(cell), cell.feature, cell.view};
}

bool has_verdict(const ChangeCell& cell) noexcept {
  return cell.verdict == ChangeVerdict::increase || cell.verdict == ChangeVerdict::decrease || cell.verdict == ChangeVerdict::within_mdc;
}

StudyView::StudyView(const StudyResults& of) : results(of), plan(of.study.plan) {
  std::set<Measure> seen;
  const auto see = [&](const Measure& measure) {
    if (measure.feature != nullptr && seen.insert(measure).second) measures_.push_back(measure);
  };
  for (const ChangeCell& cell : of.changes) {
    changes_[{cell.participant, cell.visit, measure_of(cell)}] = &cell;
    see(measure_of(cell));
  }
  for (const ValueCell& cell : of.values) {
    values_[{cell.participant, cell.visit, measure_of(cell)}] = &cell;
    see(measure_of(cell));
  }
  for (const ReliabilityCell& cell : of.reliability) variations_[{cell.task, cell.muscle, cell.side, cell.feature, cell.view}] = &cell;
  for (const VisitState& state : of.visits) states_[{state.participant, state.visit}] = &state;
}

std::string StudyView::participant(int index) const {
  return holds(results.study.participants, index) ? results.study.participants[static_cast<std::size_t>(index)].id : "?";
}
std::string StudyView::visit(int index) const {
  return holds(plan.visits, index) ? plan.visits[static_cast<std::size_t>(index)].id : "?";
}
std::string StudyView::visit_words(int index) const {
  if (!holds(plan.visits, index)) return "?";
  const PlannedVisit& visit = plan.visits[static_cast<std::size_t>(index)];
  return label_or_id(visit.label, visit.id);
}
std::string StudyView::muscle(int index) const {
  if (!holds(plan.muscles, index)) return "?";
  const PlannedMuscle& muscle = plan.muscles[static_cast<std::size_t>(index)];
  return label_or_id(muscle.name, muscle.id);
}
std::string StudyView::muscle(const std::string& id) const {
  for (const PlannedMuscle& muscle : plan.muscles) {
    if (muscle.id == id) return label_or_id(muscle.name, muscle.id);
  }
  return id;
}
std::string StudyView::task(int index) const {
  if (!holds(plan.tasks, index)) return "?";
  const PlannedTask& task = plan.tasks[static_cast<std::size_t>(index)];
  return label_or_id(task.label, task.id);
}

MeasureWords StudyView::words(const Measure& m) const {
  return {.muscle = muscle(m.muscle), .task = task(m.task), .side = m.side, .feature = m.feature, .view = m.view};
}
std::string StudyView::muscle_and_side(const Measure& m) const {
  return with_side(muscle(m.muscle), m.side);
}
std::string StudyView::muscle_id_and_side(const Measure& m) const {
  return with_side(holds(plan.muscles, m.muscle) ? plan.muscles[static_cast<std::size_t>(m.muscle)].id : "?", m.side);
}

std::string StudyView::visits_named(const std::vector<int>& visits) const {
  std::vector<std::string> ids;
  for (const int v : visits) ids.push_back(visit(v));
  return ids.size() <= 6 ? joined(ids) : fmt::format("{} visits, {} to {}", ids.size(), ids.front(), ids.back());
}
bool StudyView::is_follow_up(int visit) const {
  return holds(plan.visits, visit) && plan.visits[static_cast<std::size_t>(visit)].role == VisitRole::follow_up;
}
std::vector<int> StudyView::follow_ups() const {
  std::vector<int> found;
  for (int v = 0; v < visits(); ++v) {
    if (is_follow_up(v)) found.push_back(v);
  }
  return found;
}

const ValueCell* StudyView::value(int participant, int visit, const Measure& measure) const {
  const auto at = values_.find({participant, visit, measure});
  return at == values_.end() ? nullptr : at->second;
}
const ChangeCell* StudyView::change(int participant, int visit, const Measure& measure) const {
  const auto at = changes_.find({participant, visit, measure});
  return at == changes_.end() ? nullptr : at->second;
}
const ReliabilityCell* StudyView::variation(const Measure& measure) const {
  const auto at = variations_.find(measure);
  return at == variations_.end() ? nullptr : at->second;
}
const VisitState* StudyView::state(int participant, int visit) const {
  const auto at = states_.find({participant, visit});
  return at == states_.end() ? nullptr : at->second;
}
bool StudyView::out_of_window(int participant, int visit) const {
  const VisitState* found = state(participant, visit);
  return found != nullptr && found->kind == VisitState::Kind::out_of_window;
}

std::vector<MeasureGroup> StudyView::groups() const {
  std::vector<MeasureGroup> groups;
  for (const Measure& m : measures_) {
    auto at = std::find_if(groups.begin(), groups.end(),
                           [&](const MeasureGroup& g) { return g.task == m.task && g.feature == m.feature && g.view == m.view; });
    if (at == groups.end()) at = groups.insert(groups.end(), {m.task, m.feature, m.view, {}});
    at->measures.push_back(m);
  }
  return groups;
}

std::vector<NamedMeasure> StudyView::endpoints(EndpointRole role) const {
  std::vector<NamedMeasure> found;
  for (const Endpoint& e : plan.endpoints) {
    if (e.role != role) continue;
    for (const std::string& feature : e.features) {
      const ComparedFeature* known = find_feature(feature);
      for (const Measure& m : measures_) {
        const bool same = known != nullptr && m.feature != nullptr && m.feature->name == known->name && m.view == e.view &&
                          holds(plan.tasks, m.task) && plan.tasks[static_cast<std::size_t>(m.task)].id == e.task &&
                          holds(plan.muscles, m.muscle) && plan.muscles[static_cast<std::size_t>(m.muscle)].id == e.muscle &&
                          m.side == e.side;
        if (!same) continue;
        NamedMeasure named{m, {}};
        for (int v = 0; v < visits(); ++v) {
          if (std::find(e.visits.begin(), e.visits.end(), visit(v)) != e.visits.end()) named.visits.push_back(v);
        }
        found.push_back(std::move(named));
      }
    }
  }
  return found;
}

bool StudyView::any_simulated() const {
  return std::any_of(results.sessions.begin(), results.sessions.end(), [](const Session& s) { return s.simulated; });
}

EndpointCounts StudyView::counts(const Measure& measure, const std::vector<int>& at_visits) const {
  EndpointCounts n;
  for (int p = 0; p < participants(); ++p) {
    for (const int v : at_visits) {
      const ChangeCell* cell = change(p, v, measure);
      if (cell == nullptr) continue;
      ++n.participants;
      if (!has_verdict(*cell)) continue;
      ++n.assessable;
      n.rose += cell->verdict == ChangeVerdict::increase;
      n.fell += cell->verdict == ChangeVerdict::decrease;
      n.within += cell->verdict == ChangeVerdict::within_mdc;
      n.outside_window += out_of_window(p, v);
    }
  }
  return n;
}

ChangeWords StudyView::change_words(const ChangeCell& cell) const {
  ChangeWords words{.participant = participant(cell.participant),
                    .visit = visit(cell.visit),
                    .measure = this->words(measure_of(cell)),
                    .unit = cell.unit,
                    .change = cell.change.value_or(0),
                    .mdc = cell.mdc.value_or(0),
                    .mdc_low = {},
                    .mdc_high = {},
                    .mdc_df = cell.mdc_df,
                    .source = {},
                    .confidence = confidence()};
  if (const ReliabilityCell* from = variation(measure_of(cell))) {
    words.source = from->source;
    words.participants = from->participants;
    // Fewer baselines than planned make a wider limit; its uncertainty is the same share.
    if (from->mdc && *from->mdc > 0 && from->mdc_low && from->mdc_high) {
      words.mdc_low = words.mdc * *from->mdc_low / *from->mdc;
      words.mdc_high = words.mdc * *from->mdc_high / *from->mdc;
    }
  }
  return words;
}

std::string StudyView::sentence(const ChangeCell& cell) const {
  const std::string who = participant(cell.participant), when = visit(cell.visit);
  const std::string where = who + ", " + when;
  switch (cell.verdict) {
    case ChangeVerdict::increase: return increase_sentence(change_words(cell));
    case ChangeVerdict::decrease: return decrease_sentence(change_words(cell));
    case ChangeVerdict::within_mdc: return within_sentence(change_words(cell));
    case ChangeVerdict::refused: return refused_sentence(where, words(measure_of(cell)), main_reason(cell).words);
    case ChangeVerdict::not_assessable: return not_assessable_sentence(where, words(measure_of(cell)), main_reason(cell).words);
    case ChangeVerdict::missing: {
      for (const SessionEntry& entry : results.study.sessions) {
        if (entry.participant_id == who && entry.visit_id == when && !entry.note.empty()) return missing_sentence(who, when, entry.note);
      }
      if (!cell.reason.has(StudyReason::not_recorded))
        return not_assessable_sentence(where, words(measure_of(cell)), main_reason(cell).words);
      return missing_sentence(who, when, "");
    }
    case ChangeVerdict::excluded: {
      for (const Exclusion& e : results.study.exclusions) {
        if (e.participant_id == who && (e.visit_id.empty() || e.visit_id == when)) return excluded_sentence(where, e);
      }
      return excluded_sentence(where, {});
    }
  }
  return "";
}

MainReason main_reason(const ChangeCell& cell) {
  // In the order in which they come about; what only flags a comparison comes last.
  using enum StudyReason;
  static constexpr std::array kOrder = {excluded,      not_recorded,      unreadable,         task_missing,        channel_missing,
                                        not_in_plan,   ambiguous_channel, different_settings, duplicate_recording, exchanged_sides,
                                        unit_jump,     collapsed_channel, different_unit,     different_band,      different_rate,
                                        different_rest};
  static constexpr std::array kLater = {no_mvc,         no_other_side,        no_baseline,         no_reliability,
                                        different_gain, different_electrodes, different_reference, different_task,
                                        out_of_window};
  const auto told = [](StudyReason r) {
    return MainReason{std::string(to_string(r)), std::string(reason_words(r)), std::string(advice_words(r))};
  };
  for (const StudyReason r : kOrder) {
    if (r == different_rate && cell.verdict != ChangeVerdict::refused) continue;
    if (cell.reason.has(r)) return told(r);
  }
  if (!cell.value_to) {
    for (std::size_t k = 1; k < kReasonWords.size(); ++k) {
      const auto r = static_cast<Reason>(k);
      if (cell.reason.has(r)) return {std::string(to_string(r)), std::string(readable_reason(r)), std::string(advice_words(r))};
    }
  }
  for (const StudyReason r : kLater) {
    if (cell.reason.has(r)) return told(r);
  }
  return {"unknown", "no reason is given", ""};
}

}  // namespace semg
