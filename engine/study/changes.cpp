// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/changes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "engine/statistics/day_to_day.hpp"
#include "engine/statistics/spread.hpp"
#include "engine/study/comparability.hpp"
#include "engine/study/planned_cells.hpp"
#include "engine/study/values.hpp"

namespace semg {
namespace {

/// What is the same for all participants and visits of a cell.
using Kind = std::tuple<int, int, std::string, const ComparedFeature*, View>;

std::string side_of(const ValueCell& cell) {
  return cell.side_role.empty() ? std::string(to_string(cell.side)) : cell.side_role;
}
Kind kind_of(const ValueCell& cell) {
  return {cell.task, cell.muscle, side_of(cell), cell.feature, cell.view};
}

Spread spread_on_scale(const ValueCell& cell) {
  return {.mean = on_scale(*cell.feature, *cell.value), .variance = cell.variance, .df = cell.df};
}

class Comparison {
 public:
  explicit Comparison(StudyResults& results) : results_(results), plan_(results.study.plan) {
    const std::size_t visits = plan_.visits.size();
    // Values are ordered by participant and visit, and each visit plans the same cells.
    for (std::size_t k = 0; k < results.values.size(); ++k) {
      const ValueCell& cell = results.values[k];
      at_[{cell.participant, kind_of(cell), cell.side}].resize(visits, nullptr);
      at_[{cell.participant, kind_of(cell), cell.side}][static_cast<std::size_t>(cell.visit)] = &cell;
    }
    for (std::size_t v = 0; v < visits; ++v) {
      const PlannedVisit& visit = plan_.visits[v];
      const bool all = plan_.change_from == "mean_of_baselines";
      if (all ? visit.role == VisitRole::baseline : visit.id == plan_.change_from) baselines_.push_back(static_cast<int>(v));
    }
  }

  void run() {
    find_reliability();
    for (const ValueCell& cell : results_.values) {
      if (plan_.visits[static_cast<std::size_t>(cell.visit)].role == VisitRole::follow_up) results_.changes.push_back(change_of(cell));
    }
  }

 private:
  using Cells = std::vector<const ValueCell*>;  // [visits]
  const Cells& visits_of(const ValueCell& cell) const { return at_.at({cell.participant, kind_of(cell), cell.side}); }

  bool refused(const ValueCell& from, const ValueCell& to) const {
    const auto found = differences_between(from, to, results_.sessions);
    return std::any_of(found.begin(), found.end(), [](const Difference& d) { return d.refuses; });
  }

  /// Usable values of one participant at `visits` that may be compared with `with`, or with each other where it is null.
  Cells usable_at(const Cells& cells, const std::vector<int>& visits, const ValueCell* with) const {
    Cells found;
    for (const int v : visits) {
      const ValueCell* cell = cells[static_cast<std::size_t>(v)];
      if (cell == nullptr || !cell->usable()) continue;
      const ValueCell* other = with != nullptr ? with : found.empty() ? nullptr : found.front();
      if (other == nullptr || !refused(*cell, *other)) found.push_back(cell);
    }
    return found;
  }

  void find_reliability() {
    std::vector<int> repeated;
    for (const std::string& id : plan_.reliability.visits) repeated.push_back(visit_index(plan_, id));
    std::map<Kind, std::vector<std::vector<double>>> days;
    std::vector<Kind> order;
    for (const ValueCell& cell : results_.values) {
      if (days.try_emplace(kind_of(cell)).second) order.push_back(kind_of(cell));
    }
    for (const auto& [key, cells] : at_) {
      std::vector<double> one;
      for (const ValueCell* cell : usable_at(cells, repeated, nullptr)) {
        if (cell->reason.has(StudyReason::out_of_window)) continue;  // something may have been done by then
        one.push_back(on_scale(*cell->feature, *cell->value));
      }
      days[std::get<1>(key)].push_back(std::move(one));
    }
    for (const Kind& kind : order) results_.reliability.push_back(reliability_of(kind, days[kind]));
    for (std::size_t k = 0; k < order.size(); ++k) variation_[order[k]] = k;
  }

  ReliabilityCell reliability_of(const Kind& kind, const std::vector<std::vector<double>>& days) const {
    const auto& [task, muscle, side, feature, view] = kind;
    ReliabilityCell cell{.task = task,
                         .muscle = muscle,
                         .side = side,
                         .feature = feature,
                         .view = view,
                         .sem = {},
                         .df = {},
                         .mdc = {},
                         .mdc_low = {},
                         .mdc_high = {},
                         .source = {}};
    std::optional<DayToDay> variation;
    const Reliability& plan = plan_.reliability;
    if (plan.source == ReliabilitySource::visits) {
      variation = day_to_day(days);
      cell.participants = static_cast<int>(std::count_if(days.begin(), days.end(), [](const auto& one) { return one.size() > 1; }));
      for (const std::string& id : plan.visits) cell.source += (cell.source.empty() ? "visits " : ", ") + id;
    } else if (plan.source == ReliabilitySource::stated) {
      const auto at = std::find_if(plan.stated.begin(), plan.stated.end(),
                                   [&, f = feature, v = view](const StatedSem& s) { return s.feature == f->name && s.view == v; });
      if (at != plan.stated.end()) {
        variation = DayToDay{.sem = at->sem, .df = at->df.value_or(std::numeric_limits<double>::infinity())};
        cell.source = at->source;
      }
    }
    // Days that do not differ at all (one activation in each repetition) say nothing of how far they could.
    if (!variation || !(variation->sem > 0)) return cell;
    cell.sem = variation->sem;
    if (std::isfinite(variation->df)) cell.df = variation->df;
    const double mdc = minimal_detectable_change(*variation, static_cast<double>(baselines_.size()), plan.confidence);
    const Factors factors = sem_interval(variation->df, plan.confidence);
    cell.mdc = mdc;
    cell.mdc_low = mdc * factors.low;
    cell.mdc_high = mdc * factors.high;
    return cell;
  }

  std::optional<double> days_since_start(const ValueCell& cell) const {
    if (!cell.day) return std::nullopt;
    const Participant& who = results_.study.participants[static_cast<std::size_t>(cell.participant)];
    std::optional<std::int64_t> start;
    for (const PlannedVisit& v : plan_.visits) {
      const auto anchor = who.anchors.find(v.anchor);
      if (anchor == who.anchors.end() || anchor->second.calendar != cell.day->calendar) continue;
      start = anchor->second.number;
      break;
    }
    if (!start) {
      for (const ValueCell* other : visits_of(cell)) {
        if (other != nullptr && other->day && other->day->calendar == cell.day->calendar)
          start = std::min(start.value_or(other->day->number), other->day->number);
      }
    }
    return static_cast<double>(cell.day->number - start.value_or(cell.day->number));
  }

  ChangeCell change_of(const ValueCell& to) {
    const Cells& cells = visits_of(to);
    ChangeCell change{
        .participant = to.participant,
        .task = to.task,
        .muscle = to.muscle,
        .visit = to.visit,
        .baselines = {},
        .side = to.side,
        .side_role = to.side_role,
        .feature = to.feature,
        .view = to.view,
        .endpoint = endpoint_of(results_.study, {to.participant, to.visit, to.task, to.muscle, to.side}, *to.feature, to.view),
        .channel = to.channel,
        .unit = to.unit,
        .day_from = {},
        .day_to = days_since_start(to),
        .value_from = {},
        .value_to = to.value,
        .change = {},
        .within_low = {},
        .within_high = {},
        .n_to = to.n,
        .n_unit = to.n_unit,
        .mdc = {},
        .mdc_df = {},
        .mdc_source = mdc_source(),
        .reason = to.reason};
    const Cells from = usable_at(cells, baselines_, to.session >= 0 ? &to : nullptr);
    note_differences(change, to, cells);
    const Spread baseline = take_baseline(change, from);
    if (change.unit.empty() && !from.empty()) change.unit = from.front()->unit;
    take_mdc(change, to, from.size());
    judge(change, to, from, baseline);
    return change;
  }

  const char* mdc_source() const {
    switch (plan_.reliability.source) {
      case ReliabilitySource::stated: return "stated";
      case ReliabilitySource::visits: return "visits";
      case ReliabilitySource::none: break;
    }
    return "none";
  }

  /// What differs from the baselines that were measured, and findings about it.
  void note_differences(ChangeCell& change, const ValueCell& to, const Cells& cells) {
    for (const int v : baselines_) {
      const ValueCell* from = cells[static_cast<std::size_t>(v)];
      if (from == nullptr) continue;
      for (const Difference& difference : differences_between(*from, to, results_.sessions)) {
        change.reason.add(difference.code);
        note(to, difference);
      }
    }
  }

  void note(const ValueCell& to, const Difference& difference) {
    const std::string& muscle = plan_.muscles[static_cast<std::size_t>(to.muscle)].id;
    const auto key = std::make_tuple(to.participant, to.visit, muscle, to.side, difference.code);
    if (!noted_.insert(key).second) return;
    const int session = to.session >= 0 ? to.session : to.beside;  // of a value that is not there only what it would be divided by
    results_.findings.push_back({.participant = to.participant,
                                 .visit = to.visit,
                                 .session = session,
                                 .recording_id = results_.sessions[static_cast<std::size_t>(session)].recording_id,
                                 .muscle = muscle,
                                 .side = to.side,
                                 .code = difference.code,
                                 .text = difference.text});
  }

  /// Mean of the baselines, on the scale of the change.
  Spread take_baseline(ChangeCell& change, const Cells& from) const {
    if (from.empty()) return {};
    const double m = static_cast<double>(from.size());
    Spread mean;
    double days = 0;
    bool all_days = true;
    for (const ValueCell* cell : from) {
      const Spread one = spread_on_scale(*cell);
      mean = change.baselines.empty() ? Spread{one.mean / m, one.variance / (m * m), one.df} : combined(mean, 1, one, 1 / m);
      for (const StudyReason flag : {StudyReason::out_of_window, StudyReason::different_task}) {
        if (cell->reason.has(flag)) change.reason.add(flag);
      }
      change.baselines.push_back(cell->visit);
      change.n_from += cell->n;
      const auto day = days_since_start(*cell);
      all_days = all_days && day;
      days += day.value_or(0);
    }
    if (all_days) change.day_from = days / m;
    change.value_from = nine_digits(change.feature->scale == ChangeScale::ln_ratio ? std::exp(mean.mean) : mean.mean);
    return mean;
  }

  void take_mdc(ChangeCell& change, const ValueCell& to, std::size_t baselines) const {
    const ReliabilityCell& variation = results_.reliability[variation_.at(kind_of(to))];
    if (!variation.sem || baselines == 0) return;
    const double df = variation.df.value_or(std::numeric_limits<double>::infinity());
    change.mdc = minimal_detectable_change({*variation.sem, df}, static_cast<double>(baselines), plan_.reliability.confidence);
    change.mdc_df = variation.df;
  }

  void judge(ChangeCell& change, const ValueCell& to, const Cells& from, const Spread& baseline) const {
    const bool differs = std::any_of(baselines_.begin(), baselines_.end(), [&](int v) {
      const ValueCell* cell = visits_of(to)[static_cast<std::size_t>(v)];
      return cell != nullptr && cell->usable() && to.session >= 0 && refused(*cell, to);
    });
    const bool doubtful_baseline = std::any_of(baselines_.begin(), baselines_.end(), [&](int v) {
      const ValueCell* cell = visits_of(to)[static_cast<std::size_t>(v)];
      return cell != nullptr && cell->value && cell->reason.refuses();
    });
    if (to.reason.has(StudyReason::excluded)) {
      change.verdict = ChangeVerdict::excluded;
    } else if (to.reason.has(StudyReason::not_recorded) || to.reason.has(StudyReason::task_missing)) {
      change.verdict = ChangeVerdict::missing;
    } else if (to.reason.refuses()) {
      change.verdict = ChangeVerdict::refused;
    } else if (!to.value) {
      change.verdict = ChangeVerdict::not_assessable;
    } else if (from.empty()) {
      const bool refused = differs || doubtful_baseline;
      if (doubtful_baseline) add_reasons_of_baselines(change, to);
      if (!refused) change.reason.add(StudyReason::no_baseline);
      change.verdict = refused ? ChangeVerdict::refused : ChangeVerdict::not_assessable;
    } else {
      take_change(change, to, baseline);
    }
  }

  void add_reasons_of_baselines(ChangeCell& change, const ValueCell& to) const {
    for (const int v : baselines_) {
      if (const ValueCell* cell = visits_of(to)[static_cast<std::size_t>(v)]; cell != nullptr) change.reason.add(cell->reason);
    }
  }

  void take_change(ChangeCell& change, const ValueCell& to, const Spread& baseline) const {
    const Spread difference = combined(spread_on_scale(to), 1, baseline, -1);
    change.change = difference.mean;
    if (const auto within = interval_of(difference, 0.95)) {
      change.within_low = within->low;
      change.within_high = within->high;
    }
    if (!change.mdc) {
      change.reason.add(StudyReason::no_reliability);
      change.verdict = ChangeVerdict::not_assessable;
    } else if (std::abs(*change.change) <= *change.mdc) {
      change.verdict = ChangeVerdict::within_mdc;
    } else {
      change.verdict = *change.change > 0 ? ChangeVerdict::increase : ChangeVerdict::decrease;
    }
  }

  StudyResults& results_;
  const StudyPlan& plan_;
  std::vector<int> baselines_;
  std::map<std::tuple<int, Kind, Side>, Cells> at_;
  std::map<Kind, std::size_t> variation_;
  std::set<std::tuple<int, int, std::string, Side, StudyReason>> noted_;
};

}  // namespace

void compare_visits(StudyResults& results) {
  Comparison(results).run();
}

const char* to_string(ChangeVerdict verdict) noexcept {
  switch (verdict) {
    case ChangeVerdict::increase: return "increase";
    case ChangeVerdict::decrease: return "decrease";
    case ChangeVerdict::within_mdc: return "within_mdc";
    case ChangeVerdict::not_assessable: return "not_assessable";
    case ChangeVerdict::missing: return "missing";
    case ChangeVerdict::refused: return "refused";
    case ChangeVerdict::excluded: return "excluded";
  }
  return "";
}

}  // namespace semg
