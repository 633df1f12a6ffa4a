// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/values.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "engine/study/raw_values.hpp"

namespace semg {
namespace {

constexpr double kConfidence = 0.95;

template <class T>
int index_of(const std::vector<T>& list, const std::string& id) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const T& item) { return item.id == id; });
  return at == list.end() ? -1 : static_cast<int>(at - list.begin());
}

class Values {
 public:
  Values(const Study& study, const std::vector<Session>& sessions, const std::vector<StudyFinding>& findings)
      : study_(study), plan_(study.plan), raw_(study, sessions, findings) {}

  std::vector<ValueCell> all() const {
    std::vector<ValueCell> cells;
    for (std::size_t p = 0; p < study_.participants.size(); ++p) {
      for (std::size_t v = 0; v < plan_.visits.size(); ++v) {
        for (const PlannedCell& planned : planned_cells(study_, static_cast<int>(p), static_cast<int>(v)))
          cells.push_back(cell(planned.place, *planned.feature, planned.view));
      }
    }
    return cells;
  }

 private:
  const PlannedMuscle& muscle(int m) const { return plan_.muscles[static_cast<std::size_t>(m)]; }

  ValueCell cell(const CellPlace& at, const ComparedFeature& feature, View view) const {
    RawValue value = raw_.at(at, feature);
    if (view == View::mvc) value = over_mvc(at, value);
    if (view == View::paretic_ratio) value = over_other_side(at, feature, value);
    const Participant& who = study_.participants[static_cast<std::size_t>(at.participant)];
    ValueCell cell{.participant = at.participant,
                   .visit = at.visit,
                   .task = at.task,
                   .muscle = at.muscle,
                   .side = at.side,
                   .side_role = side_role(study_, who, at.side),
                   .feature = &feature,
                   .view = view,
                   .recording_id = value.recording_ids,
                   .channel = value.channel,
                   .day = raw_.day_of(at),
                   .value = {},
                   .unit = view == View::mvc             ? "%"
                           : view == View::paretic_ratio ? "1"
                                                         : value.unit,
                   .ci_low = {},
                   .ci_high = {},
                   .n = value.there ? value.n : 0,
                   .n_unit = to_string(value.of),
                   .variance = value.spread.variance,
                   .df = value.spread.df,
                   .noise_corrected = value.noise_corrected,
                   .session = value.session,
                   .session_channel = value.session_channel,
                   .beside = value.beside,
                   .beside_channel = value.beside_channel,
                   .reason = value.reason};
    if (!value.there) return cell;
    const double factor = view == View::mvc ? 100 : 1;
    const bool ln = feature.scale == ChangeScale::ln_ratio;
    const auto out = [&](double x) { return nine_digits(ln ? factor * std::exp(x) : x); };
    cell.value = out(value.spread.mean);
    if (const auto interval = interval_of(value.spread, kConfidence)) {
      cell.ci_low = out(interval->low);
      cell.ci_high = out(interval->high);
    }
    return cell;
  }

  /// What a value is divided by, beside it in the same visit: what it lacks is not lacking in the value itself.
  static void add_reasons(RawValue& value, const RawValue& other) {
    Reasons reasons = other.reason;
    for (const StudyReason missing : {StudyReason::not_recorded, StudyReason::task_missing, StudyReason::channel_missing}) {
      if (!value.reason.has(missing)) reasons.remove(missing);
    }
    value.reason.add(reasons);
    value.beside = other.session;
    value.beside_channel = other.session_channel;
  }

  /// The highest contraction that can be used; else the highest.
  RawValue maximal(const CellPlace& at) const {
    const auto rank = [](const RawValue& v) { return !v.there ? 0 : v.reason.refuses() || v.reason.has(StudyReason::excluded) ? 1 : 2; };
    RawValue highest;
    bool any = false;
    for (std::size_t t = 0; t < plan_.tasks.size(); ++t) {
      const auto& muscles = plan_.tasks[t].reference_for;
      if (plan_.tasks[t].kind != TaskKind::mvc || std::find(muscles.begin(), muscles.end(), muscle(at.muscle).id) == muscles.end())
        continue;
      CellPlace there = at;
      there.task = static_cast<int>(t);
      RawValue one = raw_.at(there, *find_feature("mvc_rms"));
      if (!any || rank(one) > rank(highest) || (rank(one) == rank(highest) && one.spread.mean > highest.spread.mean))
        highest = std::move(one);
      any = true;
    }
    return highest;
  }

  RawValue over_mvc(const CellPlace& at, RawValue value) const {
    const RawValue reference = maximal(at);
    add_reasons(value, reference);
    if (!value.there) return value;
    if (!reference.there || reference.unit != value.unit) {
      value.there = false;
      value.reason.add(StudyReason::no_mvc);
      if (reference.there) value.reason.add(StudyReason::different_unit);
      return value;
    }
    if (reference.noise_corrected != value.noise_corrected) value.reason.add(StudyReason::different_rest);
    value.spread = combined(value.spread, 1, reference.spread, -1);
    return value;
  }

  RawValue over_other_side(const CellPlace& at, const ComparedFeature& feature, RawValue value) const {
    CellPlace there = at;
    there.side = at.side == Side::left ? Side::right : Side::left;
    const RawValue other = raw_.at(there, feature);
    add_reasons(value, other);
    if (!value.there) return value;
    if (!other.there || other.unit != value.unit) {
      value.there = false;
      value.reason.add(StudyReason::no_other_side);
      if (other.there) value.reason.add(StudyReason::different_unit);
      return value;
    }
    if (other.noise_corrected != value.noise_corrected) value.reason.add(StudyReason::different_rest);
    const bool paired = value.values.size() > 1 && value.of == Observations::Of::repetitions && other.of == value.of &&
                        value.at == other.at && feature.name != "mvc_rms";
    if (paired) {
      std::vector<double> differences;
      for (std::size_t k = 0; k < value.values.size(); ++k) differences.push_back(value.values[k] - other.values[k]);
      value.spread = spread_of(differences);
    } else {
      value.spread = combined(value.spread, 1, other.spread, -1);
    }
    return value;
  }

  const Study& study_;
  const StudyPlan& plan_;
  RawValues raw_;
};

}  // namespace

std::vector<ValueCell> values_of(const Study& study, const std::vector<Session>& sessions, const std::vector<StudyFinding>& findings) {
  return Values(study, sessions, findings).all();
}

double nine_digits(double value) {
  return std::strtod(fmt::format("{:.9g}", value).c_str(), nullptr);
}

double on_scale(const ComparedFeature& feature, double value) {
  return feature.scale == ChangeScale::ln_ratio ? std::log(value) : value;
}

int participant_index(const Study& study, const std::string& id) {
  return index_of(study.participants, id);
}

int visit_index(const StudyPlan& plan, const std::string& id) {
  return index_of(plan.visits, id);
}

}  // namespace semg
