// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/study_plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "dsp/error.hpp"
#include "engine/nearest_word.hpp"
#include "engine/study/feature.hpp"
#include "engine/study/study_plan_checks.hpp"

namespace semg {
namespace {

/// The whole file format: each table and its keys.
const std::map<std::string, std::vector<std::string>> kKeys = {
    {"", {"schema", "study", "visit", "task", "muscle", "acquisition", "analysis", "normalisation", "reliability", "change", "endpoint"}},
    {"study", {"id", "title", "sites", "participant_pattern", "participants", "sessions", "exclusions", "recordings", "sides"}},
    {"visit", {"id", "label", "role", "anchor", "window_days", "target_day"}},
    {"task", {"id", "label", "kind", "muscles", "reference_for", "repetitions", "duration_s", "min_s", "features"}},
    {"muscle", {"id", "name", "aliases", "sides"}},
    {"acquisition", {"min_rate_hz", "interelectrode_distance_mm", "reference"}},
    {"normalisation", {"views"}},
    {"reliability", {"source", "visits", "confidence", "stated"}},
    {"reliability.stated", {"feature", "view", "sem", "df", "source"}},
    {"change", {"from"}},
    {"endpoint", {"role", "task", "muscle", "side", "feature", "view", "visit"}},
};

template <class Value>
using Words = std::vector<std::pair<const char*, Value>>;
const Words<View> kViews = {{"raw", View::raw}, {"mvc", View::mvc}, {"paretic_ratio", View::paretic_ratio}};

std::string told(const toml::node& node) {
  if (const auto text = node.value<std::string>()) return '"' + *text + '"';
  if (node.is_integer() || node.is_floating_point()) return fmt::format("{:.9g}", *node.value<double>());
  if (node.is_boolean()) return *node.value<bool>() ? "true" : "false";
  return node.is_table() ? "a table" : node.is_array() ? "a list" : "a date or time";
}

/// One table of the file. Sentences name the line, the table and the key.
class Table {
 public:
  Table(const std::string& file, std::string name, const toml::table& table) : file_(file), name_(std::move(name)), table_(table) {
    const std::vector<std::string>& known = kKeys.at(name_);
    for (const auto& [key_node, node] : table_) {
      const std::string key(key_node.str());
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        fail(static_cast<int>(key_node.source().begin.line), key,
             fmt::format("found an unknown key, did you mean {}?", full(nearest_word(key, known))));
      }
    }
  }

  bool has(const char* key) const { return table_.contains(key); }

  void text(const char* key, std::string& out) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    if (!node->is_string()) expected(key, *node, "a text");
    out = *node->value<std::string>();
  }
  /// A text that may not be empty.
  void words(const char* key, std::string& out, const char* what) const {
    text(key, out);
    if (out.empty()) expected(key, what);
  }
  /// A text, or a table of texts by language, of which English is taken.
  void label(const char* key, std::string& out) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr || node->is_string()) return text(key, out);
    const auto* languages = node->as_table();
    const toml::node* english = languages == nullptr ? nullptr : languages->get("en");
    if (english == nullptr || !english->is_string()) expected(key, *node, "a text or { en = \"...\", zh = \"...\" }");
    for (const auto& [language, value] : *languages) {
      if ((language != "en" && language != "zh") || !value.is_string()) expected(key, *node, "a text or { en = \"...\", zh = \"...\" }");
    }
    out = *english->value<std::string>();
  }
  /// `out` as it stands is the default; empty: the key must be there.
  void id(const char* key, std::string& out) const {
    text(key, out);
    if (!is_study_id(out)) expected(key, "a letter, then letters, digits, _ - or .");
  }
  void texts(const char* key, std::vector<std::string>& out) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr || !std::all_of(list->begin(), list->end(), [](const toml::node& item) { return item.is_string(); }))
      expected(key, *node, "a list of texts");
    out.clear();
    for (const toml::node& item : *list) out.push_back(*item.value<std::string>());
  }
  void text_or_texts(const char* key, std::vector<std::string>& out) const {
    const toml::node* node = table_.get(key);
    if (node != nullptr && node->is_string()) {
      out = {*node->value<std::string>()};
    } else {
      texts(key, out);
    }
    if (out.empty()) expected(key, "a text or a list of texts");
  }
  template <class Value>
  void one_of(const char* key, const Words<Value>& words, Value& out) const {
    const toml::node* node = table_.get(key);
    if (node != nullptr) out = value_of(key, *node, words);
  }
  template <class Value>
  void list_of(const char* key, const Words<Value>& words, std::vector<Value>& out) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty()) expected(key, *node, "a list of " + joined(words));
    out.clear();
    for (const toml::node& item : *list) {
      out.push_back(value_of(key, item, words));
      if (std::count(out.begin(), out.end(), out.back()) > 1) expected(key, item, "each once");
    }
  }
  void number(const char* key, double low, double high, double& out) const {
    if (const toml::node* node = table_.get(key)) out = in_range(key, *node, low, high, "");
  }
  void number(const char* key, double low, double high, std::optional<double>& out) const {
    if (const toml::node* node = table_.get(key)) out = in_range(key, *node, low, high, "");
  }
  void whole(const char* key, int low, int high, int& out) const {
    if (const toml::node* node = table_.get(key)) out = whole_of(key, *node, low, high);
  }
  void window(const char* key, std::optional<int>& first, std::optional<int>& last) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const toml::array* pair = node->as_array();
    if (pair == nullptr || pair->size() != 2) expected(key, *node, "two whole numbers, [first day, last day]");
    first = whole_of(key, *pair->get(0), -kMostDays, kMostDays);
    last = whole_of(key, *pair->get(1), -kMostDays, kMostDays);
    if (*first > *last) fail(line_of(*node), key, fmt::format("found [{}, {}], expected the first day first", *first, *last));
  }
  void day(const char* key, std::optional<int>& out) const {
    if (const toml::node* node = table_.get(key)) out = whole_of(key, *node, -kMostDays, kMostDays);
  }

  /// Tables within this one: [name], or none.
  template <class Take>
  void table(const char* key, Take take) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    if (!node->is_table()) expected(key, *node, fmt::format("a table, [{}]", full(key)));
    take(*node->as_table());
  }
  template <class Take>
  void tables(const char* key, Take take) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr || (!list->empty() && !list->is_array_of_tables())) expected(key, *node, fmt::format("tables, [[{}]]", full(key)));
    for (const toml::node& item : *list) take(Table(file_, full(key), *item.as_table()));
  }

  /// Of a key that is not as it should be, or not there.
  [[noreturn]] void expected(const char* key, const std::string& what) const {
    const toml::node* node = table_.get(key);
    fail(line_of(node == nullptr ? table_ : *node), key,
         fmt::format("found {}, expected {}", node == nullptr ? "none" : told(*node), what));
  }

 private:
  static constexpr int kMostDays = 36500;

  std::string full(const std::string& key) const { return name_.empty() ? key : name_ + "." + key; }
  static int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }
  [[noreturn]] void expected(const char* key, const toml::node& node, const std::string& what) const {
    fail(line_of(node), key, fmt::format("found {}, expected {}", told(node), what));
  }
  [[noreturn]] void fail(int line, const std::string& key, const std::string& sentence) const {
    const std::string where = line > 0 ? fmt::format("line {}: ", line) : std::string();
    throw Error(Fault::usage, fmt::format("{}: {}{}: {}", file_, where, full(key), sentence));
  }
  template <class Value>
  static std::string joined(const Words<Value>& words) {
    std::string text;
    for (std::size_t k = 0; k < words.size(); ++k)
      text += (k == 0 ? "" : k + 1 == words.size() ? " or " : ", ") + std::string(words[k].first);
    return text;
  }
  template <class Value>
  Value value_of(const char* key, const toml::node& node, const Words<Value>& words) const {
    const auto found = node.value<std::string>();
    const auto at = std::find_if(words.begin(), words.end(), [&](const auto& w) { return node.is_string() && *found == w.first; });
    if (at == words.end()) expected(key, node, joined(words));
    return at->second;
  }
  double in_range(const char* key, const toml::node& node, double low, double high, const char* kind) const {
    const auto found = node.is_number() ? node.value<double>() : std::nullopt;
    if (!found || !(*found >= low && *found <= high)) expected(key, node, fmt::format("{}{:.9g} to {:.9g}", kind, low, high));
    return *found;
  }
  int whole_of(const char* key, const toml::node& node, int low, int high) const {
    if (!node.is_integer()) expected(key, node, fmt::format("a whole number, {} to {}", low, high));
    return static_cast<int>(in_range(key, node, low, high, "a whole number, "));
  }

  const std::string& file_;
  std::string name_;
  const toml::table& table_;
};

enum class StudySides { none, left_right, paretic };

StudySides take_study(const Table& t, StudyPlan& plan) {
  StudySides sides = StudySides::left_right;
  t.id("id", plan.id);
  t.text("title", plan.title);
  t.texts("sites", plan.sites);
  t.text("participant_pattern", plan.participant_pattern);
  for (auto [key, file] : {std::pair{"participants", &plan.participants},
                           {"sessions", &plan.sessions},
                           {"exclusions", &plan.exclusions},
                           {"recordings", &plan.recordings}}) {
    t.words(key, *file, "a name relative to the study file");
    if (file->front() == '/' || file->find('\\') != std::string::npos) t.expected(key, "a name relative to the study file");
  }
  t.one_of("sides", Words<StudySides>{{"paretic", StudySides::paretic}, {"left_right", StudySides::left_right}, {"none", StudySides::none}},
           sides);
  plan.paretic = sides == StudySides::paretic;
  return sides;
}

PlannedVisit visit_from(const Table& t) {
  PlannedVisit visit;
  t.id("id", visit.id);
  t.label("label", visit.label);
  t.one_of("role", Words<VisitRole>{{"baseline", VisitRole::baseline}, {"follow_up", VisitRole::follow_up}}, visit.role);
  if (t.has("anchor")) t.id("anchor", visit.anchor);
  for (const char* other : {"participant_id", "site", "paretic", "dominant"}) {
    if (visit.anchor == other) t.expected("anchor", "a column of dates");
  }
  t.window("window_days", visit.window_first_day, visit.window_last_day);
  t.day("target_day", visit.target_day);
  return visit;
}

PlannedMuscle muscle_from(const Table& t, StudySides sides) {
  PlannedMuscle muscle;
  t.id("id", muscle.id);
  t.label("name", muscle.name);
  t.texts("aliases", muscle.aliases);
  muscle.sides = sides == StudySides::none ? std::vector{Side::none} : std::vector{Side::left, Side::right};
  const Words<Side> words = {{"left", Side::left}, {"right", Side::right}, {"none", Side::none}};
  t.list_of("sides", words, muscle.sides);
  const bool no_side = std::count(muscle.sides.begin(), muscle.sides.end(), Side::none) > 0;
  if (no_side && muscle.sides.size() > 1) t.expected("sides", "left and right, or none");
  if (!no_side && sides == StudySides::none) t.expected("sides", "none, because study.sides = \"none\"");
  std::sort(muscle.sides.begin(), muscle.sides.end());
  return muscle;
}

PlannedTask task_from(const Table& t) {
  PlannedTask task;
  t.id("id", task.id);
  t.label("label", task.label);
  const Words<TaskKind> kinds = {
      {"rest", TaskKind::rest}, {"mvc", TaskKind::mvc}, {"repetitions", TaskKind::repetitions}, {"hold", TaskKind::hold}};
  if (!t.has("kind")) t.expected("kind", "rest, mvc, repetitions or hold");
  t.one_of("kind", kinds, task.kind);
  t.texts("muscles", task.muscles);
  t.texts("reference_for", task.reference_for);
  t.whole("repetitions", 1, 10'000, task.repetitions);
  t.number("duration_s", 0.1, 86'400, task.duration_s);
  t.number("min_s", 0.1, 86'400, task.min_s);
  task.features = features_of(task.kind);
  t.texts("features", task.features);
  return task;
}

/// What a task does not name: after all muscles are known.
void complete(PlannedTask& task, const std::vector<PlannedMuscle>& muscles) {
  if (task.muscles.empty()) task.muscles = task.reference_for;
  if (task.muscles.empty()) {
    for (const PlannedMuscle& muscle : muscles) task.muscles.push_back(muscle.id);
  }
  if (task.kind == TaskKind::mvc && task.reference_for.empty()) task.reference_for = task.muscles;
}

void take_reliability(const Table& t, Reliability& reliability) {
  const Words<ReliabilitySource> sources = {
      {"none", ReliabilitySource::none}, {"stated", ReliabilitySource::stated}, {"visits", ReliabilitySource::visits}};
  t.one_of("source", sources, reliability.source);
  t.texts("visits", reliability.visits);
  t.number("confidence", 0.5, 0.9999, reliability.confidence);
  t.tables("stated", [&](const Table& row) {
    StatedSem stated;
    row.words("feature", stated.feature, "the name of a feature");
    row.one_of("view", kViews, stated.view);
    if (!row.has("sem")) row.expected("sem", "one standard error of measurement");
    row.number("sem", 1e-9, 1e9, stated.sem);
    row.number("df", 1, 1e9, stated.df);
    row.words("source", stated.source, "where the figure was found");
    reliability.stated.push_back(stated);
  });
}

Endpoint endpoint_from(const Table& t) {
  Endpoint endpoint;
  const Words<EndpointRole> roles = {{"primary", EndpointRole::primary}, {"secondary", EndpointRole::secondary}};
  t.one_of("role", roles, endpoint.role);
  t.words("task", endpoint.task, "the id of a task");
  t.words("muscle", endpoint.muscle, "the id of a muscle");
  endpoint.side = "none";
  t.text("side", endpoint.side);
  t.text_or_texts("feature", endpoint.features);
  t.one_of("view", kViews, endpoint.view);
  t.text_or_texts("visit", endpoint.visits);
  return endpoint;
}

}  // namespace

StudyPlan study_plan_from_toml(const std::string& text, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& e) {
    throw Error(Fault::usage, fmt::format("{}: line {}: {}", name, e.source().begin.line, e.description()));
  }
  const Table file(name, "", root);
  std::string schema;
  file.text("schema", schema);
  if (schema != "semg-study/1") {
    throw Error(Fault::usage,
                fmt::format("{}: schema: found {}, expected \"semg-study/1\"", name, schema.empty() ? "none" : '"' + schema + '"'));
  }
  StudyPlan plan;
  const auto part = [&](const char* table_name, auto take) {
    file.table(table_name, [&](const toml::table& table) { take(Table(name, table_name, table)); });
  };
  if (!file.has("study")) file.expected("study", "a table, [study], with the id of the study");
  StudySides sides = StudySides::left_right;
  part("study", [&](const Table& t) { sides = take_study(t, plan); });
  file.tables("visit", [&](const Table& t) { plan.visits.push_back(visit_from(t)); });
  file.tables("task", [&](const Table& t) { plan.tasks.push_back(task_from(t)); });
  file.tables("muscle", [&](const Table& t) { plan.muscles.push_back(muscle_from(t, sides)); });
  for (PlannedTask& task : plan.tasks) complete(task, plan.muscles);
  part("acquisition", [&](const Table& t) {
    t.number("min_rate_hz", 0, 1e6, plan.acquisition.min_rate_hz);
    t.number("interelectrode_distance_mm", 0.1, 1000, plan.acquisition.interelectrode_distance_mm);
    t.text("reference", plan.acquisition.reference);
  });
  file.table("analysis", [&](const toml::table& table) {
    std::ostringstream settings;
    settings << toml::toml_formatter(table);
    plan.analysis = settings_from_toml(settings.str(), name + ": analysis");
  });
  part("normalisation", [&](const Table& t) { t.list_of("views", kViews, plan.views); });
  part("reliability", [&](const Table& t) { take_reliability(t, plan.reliability); });
  part("change", [&](const Table& t) { t.words("from", plan.change_from, "mean_of_baselines or the id of a baseline visit"); });
  file.tables("endpoint", [&](const Table& t) { plan.endpoints.push_back(endpoint_from(t)); });
  check_plan(plan, name);
  return plan;
}

}  // namespace semg
