// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_tables.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/study/study_script.hpp"
#include "dsp/error.hpp"
#include "dsp/version.hpp"
#include "io/output_file.hpp"

namespace semg {
namespace {

using Json = nlohmann::ordered_json;

/// Every reason a cell can have, as the codebook lists levels.
const char* reason_levels() {
  static const std::string words = [] {
    std::string text;
    for (const auto word : kStudyReasonWords) text.append(text.empty() ? "" : ";").append(word);
    for (std::size_t k = 1; k < kReasonWords.size(); ++k) text.append(";").append(kReasonWords[k]);
    return text;
  }();
  return words.c_str();
}
const char* feature_levels() {
  static const std::string words = [] {
    std::string text;
    for (const ComparedFeature& f : compared_features()) text.append(text.empty() ? "" : ";").append(f.name);
    return text;
  }();
  return words.c_str();
}

constexpr const char* kSides = "left;right;none";
constexpr const char* kRoles = "paretic;non_paretic";
constexpr const char* kViews = "raw;mvc;paretic_ratio";
constexpr const char* kOf = "repetitions;activations;epochs;pairs";

constexpr TableColumn kStudyId = {"study_id", "id", "", "", "study", "研究编号"};
constexpr TableColumn kSite = {"site", "text", "", "", "site", "中心"};
constexpr TableColumn kParticipant = {"participant_id", "id", "", "", "participant, a pseudonym", "受试者代号"};
constexpr TableColumn kTask = {"task", "text", "", "", "task", "任务"};
constexpr TableColumn kChannel = {"channel", "text", "", "", "channel as the device named it", "通道"};
constexpr TableColumn kMuscle = {"muscle", "text", "", "", "muscle, as the study names it", "肌肉"};
constexpr TableColumn kSide = {"side", "text", "", kSides, "side of the body", "侧别"};
constexpr TableColumn kRole = {"side_role", "text", "", kRoles, "paretic or non-paretic; empty where the study does not tell them apart",
                               "患侧或健侧"};
constexpr TableColumn kView = {
    "view",
    "text",
    "",
    kViews,
    "raw: corrected for the noise at rest; mvc: over the highest contraction of the same visit; paretic_ratio: paretic over "
    "non-paretic side of the same visit",
    "raw：扣除静息噪声；mvc：除以同次访视最大收缩；paretic_ratio：同次访视患侧与健侧之比"};

std::string change_unit_of(const ChangeCell& cell) {
  return std::string(cell.feature->change_unit);
}

std::string joined(const StudyPlan& plan, const std::vector<int>& visits) {
  std::string text;
  for (const int v : visits) text.append(text.empty() ? "" : ";").append(plan.visits[static_cast<std::size_t>(v)].id);
  return text;
}

/// Visits the baseline is made of as the plan has it, where none of them is valid.
std::string baseline_ids(const StudyPlan& plan, const ChangeCell& cell) {
  if (!cell.baselines.empty()) return joined(plan, cell.baselines);
  if (plan.change_from != "mean_of_baselines") return plan.change_from;
  std::string text;
  for (const PlannedVisit& v : plan.visits) {
    if (v.role == VisitRole::baseline) text.append(text.empty() ? "" : ";").append(v.id);
  }
  return text;
}

std::optional<double> percent(const ChangeCell& cell) {
  if (!cell.change) return std::nullopt;
  if (cell.feature->scale == ChangeScale::ln_ratio) return 100.0 * std::expm1(*cell.change);
  if (!cell.value_from || *cell.value_from == 0) return std::nullopt;
  return 100.0 * *cell.change / std::abs(*cell.value_from);
}

template <class T>
const T& at(const std::vector<T>& list, int index) {
  return list[static_cast<std::size_t>(index)];
}

void write_values(const std::filesystem::path& folder, const StudyResults& results) {
  const StudyPlan& plan = results.study.plan;
  TableWriter out(folder, values_table());
  for (const ValueCell& cell : results.values) {
    const Participant& who = at(results.study.participants, cell.participant);
    out.text(plan.id).text(who.site).text(who.id).text(at(plan.visits, cell.visit).id).text(at(plan.tasks, cell.task).id);
    out.text(cell.channel).text(at(plan.muscles, cell.muscle).id).text(to_string(cell.side)).text(cell.side_role);
    out.text(cell.feature->name).text(to_string(cell.view)).number(cell.value).text(cell.unit).number(cell.ci_low).number(cell.ci_high);
    out.integer(cell.n).text(cell.n_unit);
    if (cell.day) {
      out.text(day_text(*cell.day));
    } else {
      out.empty();
    }
    out.text(cell.recording_id);
    out.logical(cell.noise_corrected).logical(cell.usable()).text(cell.reason.text()).end_row();
  }
  out.finish();
}

/// One row per participant and visit; a column for each task, muscle, side, feature and view, in the order of the values.
void write_values_wide(const std::filesystem::path& folder, const StudyResults& results) {
  const StudyPlan& plan = results.study.plan;
  std::vector<std::string> names;
  const auto name_of = [&](const ValueCell& cell) {
    const std::string& side = cell.side_role.empty() ? std::string(to_string(cell.side)) : cell.side_role;
    return fmt::format("{}.{}.{}.{}.{}", at(plan.tasks, cell.task).id, at(plan.muscles, cell.muscle).id, side, cell.feature->name,
                       to_string(cell.view));
  };
  std::map<std::string, std::size_t> place;
  for (const ValueCell& cell : results.values) {
    if (const std::string name = name_of(cell); place.emplace(name, names.size()).second) names.push_back(name);
  }
  TableDefinition table = {"values_wide", {kStudyId, kSite, kParticipant, {"visit_id", "id", "", "", "", ""}}};
  for (const std::string& name : names) table.columns.push_back({name.c_str(), "number", "", "", "", ""});
  TableWriter out(folder, table);
  std::vector<std::optional<double>> row;
  auto cell = results.values.begin();
  for (std::size_t p = 0; p < results.study.participants.size(); ++p) {
    for (std::size_t v = 0; v < plan.visits.size(); ++v) {
      row.assign(names.size(), std::nullopt);
      for (; cell != results.values.end() && cell->participant == static_cast<int>(p) && cell->visit == static_cast<int>(v); ++cell)
        row[place[name_of(*cell)]] = cell->value;
      const Participant& who = results.study.participants[p];
      out.text(plan.id).text(who.site).text(who.id).text(plan.visits[v].id);
      for (const auto& value : row) out.number(value);
      out.end_row();
    }
  }
  out.finish();
}

void write_changes(const std::filesystem::path& folder, const StudyResults& results) {
  const StudyPlan& plan = results.study.plan;
  TableWriter out(folder, changes_table());
  for (const ChangeCell& cell : results.changes) {
    const Participant& who = at(results.study.participants, cell.participant);
    out.text(plan.id)
        .text(who.site)
        .text(who.id)
        .text(at(plan.tasks, cell.task).id)
        .text(cell.channel)
        .text(at(plan.muscles, cell.muscle).id);
    out.text(to_string(cell.side)).text(cell.side_role).text(cell.feature->name).text(to_string(cell.view)).text(to_string(cell.endpoint));
    out.text(baseline_ids(plan, cell)).text(at(plan.visits, cell.visit).id).number(cell.day_from).number(cell.day_to);
    out.number(cell.value_from).number(cell.value_to).text(cell.unit).precise(cell.change).text(change_unit_of(cell)).number(percent(cell));
    out.number(cell.within_low).number(cell.within_high).integer(cell.n_from).integer(cell.n_to).text(cell.n_unit);
    out.number(cell.mdc ? std::optional(-*cell.mdc) : std::nullopt).number(cell.mdc).number(cell.mdc_df).text(cell.mdc_source);
    out.text(to_string(cell.verdict)).text(cell.reason.text()).end_row();
  }
  out.finish();
}

/// As the tables have it: nine digits, twelve of a change.
Json number(std::optional<double> value, int digits = 9) {
  return value && std::isfinite(*value) ? Json::parse(fmt::format("{:.{}g}", *value, digits)) : Json(nullptr);
}

Json json_of(const ChangeCell& cell, const StudyResults& results) {
  const StudyPlan& plan = results.study.plan;
  return {{"participant_id", at(results.study.participants, cell.participant).id},
          {"task", at(plan.tasks, cell.task).id},
          {"channel", cell.channel},
          {"muscle", at(plan.muscles, cell.muscle).id},
          {"side", to_string(cell.side)},
          {"side_role", cell.side_role.empty() ? Json(nullptr) : Json(cell.side_role)},
          {"feature", cell.feature->name},
          {"view", to_string(cell.view)},
          {"endpoint", to_string(cell.endpoint)},
          {"visit_from", baseline_ids(plan, cell)},
          {"visit_to", at(plan.visits, cell.visit).id},
          {"day_from", number(cell.day_from)},
          {"day_to", number(cell.day_to)},
          {"value_from", number(cell.value_from)},
          {"value_to", number(cell.value_to)},
          {"unit", cell.unit},
          {"change", number(cell.change, 12)},
          {"change_unit", change_unit_of(cell)},
          {"change_pct", number(percent(cell))},
          {"within_ci", Json::array({number(cell.within_low), number(cell.within_high)})},
          {"n_from", cell.n_from},
          {"n_to", cell.n_to},
          {"n_unit", cell.n_unit},
          {"mdc", number(cell.mdc)},
          {"mdc_df", number(cell.mdc_df)},
          {"mdc_source", cell.mdc_source},
          {"verdict", to_string(cell.verdict)},
          {"reason", cell.reason.text()}};
}

Json json_of(const StudyFinding& f, const StudyResults& results) {
  return {{"participant_id", f.participant < 0 ? Json(nullptr) : Json(at(results.study.participants, f.participant).id)},
          {"visit_id", f.visit < 0 ? Json(nullptr) : Json(at(results.study.plan.visits, f.visit).id)},
          {"recording_id", f.recording_id},
          {"muscle", f.muscle.empty() ? Json(nullptr) : Json(f.muscle)},
          {"side", f.muscle.empty() ? Json(nullptr) : Json(to_string(f.side))},
          {"reason", to_string(f.code)},
          {"text", f.text}};
}

/// A line for each element: a study of thousands of recordings never stands in memory as one document.
template <class List>
void write_list(std::ofstream& file, const char* key, const List& list, const StudyResults& results) {
  file << ",\n \"" << key << "\": [";
  const char* between = "\n  ";
  for (const auto& item : list) {
    file << between << json_of(item, results).dump();
    between = ",\n  ";
  }
  file << "\n ]";
}

void write_json(const std::filesystem::path& folder, const StudyResults& results) {
  OutputFile output(folder / "changes.json", Existing::replace);
  std::ofstream file(output.temporary(), std::ios::binary);
  const bool simulated = std::any_of(results.sessions.begin(), results.sessions.end(), [](const Session& s) { return s.simulated; });
  const Json head = {
      {"schema", "semg-changes/1"}, {"study_id", results.study.plan.id}, {"engine_version", version_line()}, {"simulated", simulated}};
  const std::string opened = head.dump(1);
  file << opened.substr(0, opened.size() - 2);  // without the brace that ends it
  write_list(file, "findings", results.findings, results);
  write_list(file, "changes", results.changes, results);
  file << "\n}\n";
  file.close();
  if (!file) throw Error(Fault::write_failed, "changes.json: could not be written whole");
  output.keep();
}

}  // namespace

const TableDefinition& values_table() {
  static const TableDefinition table = {
      "values",
      {kStudyId,
       kSite,
       kParticipant,
       {"visit_id", "id", "", "", "visit", "访视"},
       kTask,
       kChannel,
       kMuscle,
       kSide,
       kRole,
       {"feature", "text", "", feature_levels(), "what was measured", "特征"},
       kView,
       {"value", "number", "", "",
        "the visit's value: geometric mean over repetitions of amplitudes, else the mean; empty where it could not be told", "数值"},
       {"unit", "text", "", "", "unit of the value", "单位"},
       {"ci_low", "number", "", "", "lower end of the 95 % interval from the spread inside the visit", "访视内95%区间下限"},
       {"ci_high", "number", "", "", "its upper end", "访视内95%区间上限"},
       {"n", "integer", "", "", "how many values it is the mean of", "样本数"},
       {"n_unit", "text", "", kOf, "of what", "样本单位"},
       {"recorded_on", "text", "", "", "date, or day of the study", "记录日期"},
       {"recording_id", "id", "", "", "recording; several joined by ;", "记录编号"},
       {"noise_corrected", "logical", "", "TRUE;FALSE", "whether the power at rest was taken off", "是否扣除静息噪声"},
       {"valid", "logical", "", "TRUE;FALSE", "whether the value may be compared; one that is suspected stands all the same",
        "是否可用于比较"},
       {"reason", "text", "", reason_levels(), "why not, or what is to be known; several joined by ;", "原因，多个以分号分隔"}}};
  return table;
}

const TableDefinition& changes_table() {
  static const TableDefinition table = {
      "changes",
      {kStudyId,
       kSite,
       kParticipant,
       kTask,
       kChannel,
       kMuscle,
       kSide,
       kRole,
       {"feature", "text", "", feature_levels(), "what was measured", "特征"},
       kView,
       {"endpoint", "text", "", "primary;secondary;exploratory", "role in the plan", "终点类型"},
       {"visit_from", "id", "", "", "visits of the baseline, joined by ;", "基线访视"},
       {"visit_to", "id", "", "", "visit compared with it", "比较访视"},
       {"day_from", "number", "d", "", "days since the participant's day 0, mean of the baselines", "基线日"},
       {"day_to", "number", "d", "", "days since the participant's day 0", "比较日"},
       {"value_from", "number", "", "", "value at baseline: mean over the baselines on the change's scale", "基线值"},
       {"value_to", "number", "", "", "value at the visit", "访视值"},
       {"unit", "text", "", "", "unit of both values", "单位"},
       {"change", "number", "", "", "ln(value_to / value_from), or value_to - value_from", "变化"},
       {"change_unit", "text", "", "ln_ratio;Hz;s;index", "scale of the change; index: a difference in the row's unit", "变化单位"},
       {"change_pct", "number", "%", "", "the change in percent of the baseline", "变化百分比"},
       {"within_ci_low", "number", "", "", "95 % interval of the change from the spread inside the visits; never evidence of change",
        "访视内95%区间下限"},
       {"within_ci_high", "number", "", "", "its upper end", "访视内95%区间上限"},
       {"n_from", "integer", "", "", "values the baseline is the mean of", "基线样本数"},
       {"n_to", "integer", "", "", "values the visit is the mean of", "访视样本数"},
       {"n_unit", "text", "", kOf, "of what", "样本单位"},
       {"mdc_low", "number", "", "", "a change below it is more than days differ on which nothing changed", "最小可检测变化下限"},
       {"mdc_high", "number", "", "", "a change above it is more than days differ on which nothing changed", "最小可检测变化上限"},
       {"mdc_df", "number", "", "", "degrees of freedom of the day-to-day variation; empty: taken as known", "自由度"},
       {"mdc_source", "text", "", "stated;visits;none", "where the day-to-day variation comes from", "日间变异来源"},
       {"verdict", "text", "", "increase;decrease;within_mdc;not_assessable;missing;refused;excluded",
        "increase or decrease: beyond day-to-day variation; within_mdc: not beyond it; refused: the visits are not comparable", "结论"},
       {"reason", "text", "", reason_levels(), "why there is no verdict, or what is to be known; several joined by ;",
        "原因，多个以分号分隔"}}};
  return table;
}

void write_study_tables(const std::filesystem::path& folder, const StudyResults& results) {
  write_values(folder, results);
  write_values_wide(folder, results);
  write_changes(folder, results);
  write_json(folder, results);
  TableDefinition wide = {
      "values_wide",
      {kStudyId,
       kSite,
       kParticipant,
       {"visit_id", "id", "", "", "visit", "访视"},
       {"TASK.MUSCLE.SIDE.FEATURE.VIEW", "number", "", "",
        "the value of values.csv with these keys; SIDE is the role where the study has one", "values.csv中对应的数值"}}};
  write_codebook(folder, {values_table(), wide, changes_table()});
  write_text(folder / "load.R", std::string(kStudyScript), Existing::replace);
}

}  // namespace semg
