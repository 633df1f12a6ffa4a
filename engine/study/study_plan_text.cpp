// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include <fmt/format.h>

#include "engine/study/study_plan.hpp"

namespace semg {
namespace {

template <class List, class Print>
std::string list_of(const List& list, Print print) {
  std::string text = "[";
  for (const auto& item : list) text += (text.size() == 1 ? "" : ", ") + toml_text(print(item));
  return text + "]";
}
std::string list_of(const std::vector<std::string>& list) {
  return list_of(list, [](const std::string& item) { return item; });
}

std::string number(double value) {
  const std::string text = fmt::format("{:.17g}", value);
  const std::string short_text = fmt::format("{}", value);
  return short_text.size() < text.size() ? short_text : text;
}

std::string sides_of(const StudyPlan& plan) {
  const auto none = [](const PlannedMuscle& m) { return m.sides == std::vector{Side::none}; };
  if (plan.paretic) return "paretic";
  return std::all_of(plan.muscles.begin(), plan.muscles.end(), none) ? "none" : "left_right";
}

}  // namespace

std::string canonical_toml(const StudyPlan& plan) {
  std::string out;
  const auto table = [&](const char* name) { out += fmt::format("\n{}\n", name); };
  const auto line = [&](const char* key, const std::string& value) { out += fmt::format("{} = {}\n", key, value); };
  line("schema", toml_text("semg-study/1"));
  table("[study]");
  line("id", toml_text(plan.id));
  line("title", toml_text(plan.title));
  line("sites", list_of(plan.sites));
  line("participant_pattern", toml_text(plan.participant_pattern));
  line("participants", toml_text(plan.participants));
  line("sessions", toml_text(plan.sessions));
  line("exclusions", toml_text(plan.exclusions));
  line("recordings", toml_text(plan.recordings));
  line("sides", toml_text(sides_of(plan)));
  for (const PlannedVisit& visit : plan.visits) {
    table("[[visit]]");
    line("id", toml_text(visit.id));
    line("label", toml_text(visit.label));
    line("role", toml_text(to_string(visit.role)));
    if (!visit.anchor.empty()) line("anchor", toml_text(visit.anchor));
    if (visit.window_first_day) line("window_days", fmt::format("[{}, {}]", *visit.window_first_day, *visit.window_last_day));
    if (visit.target_day) line("target_day", std::to_string(*visit.target_day));
  }
  for (const PlannedTask& task : plan.tasks) {
    table("[[task]]");
    line("id", toml_text(task.id));
    line("label", toml_text(task.label));
    line("kind", toml_text(to_string(task.kind)));
    line("muscles", list_of(task.muscles));
    line("reference_for", list_of(task.reference_for));
    if (task.repetitions > 0) line("repetitions", std::to_string(task.repetitions));
    if (task.duration_s > 0) line("duration_s", number(task.duration_s));
    if (task.min_s > 0) line("min_s", number(task.min_s));
    line("features", list_of(task.features));
  }
  for (const PlannedMuscle& muscle : plan.muscles) {
    table("[[muscle]]");
    line("id", toml_text(muscle.id));
    line("name", toml_text(muscle.name));
    line("aliases", list_of(muscle.aliases));
    line("sides", list_of(muscle.sides, [](Side side) { return std::string(to_string(side)); }));
  }
  table("[acquisition]");
  line("min_rate_hz", number(plan.acquisition.min_rate_hz));
  if (plan.acquisition.interelectrode_distance_mm) line("interelectrode_distance_mm", number(*plan.acquisition.interelectrode_distance_mm));
  line("reference", toml_text(plan.acquisition.reference));
  std::string analysis = "\n" + canonical_toml(plan.analysis);
  for (std::size_t at = 0; (at = analysis.find("\n[", at)) != std::string::npos; at += 2) analysis.insert(at + 2, "analysis.");
  out += analysis;
  table("[normalisation]");
  line("views", list_of(plan.views, [](View view) { return std::string(to_string(view)); }));
  table("[reliability]");
  line("source", toml_text(to_string(plan.reliability.source)));
  line("visits", list_of(plan.reliability.visits));
  line("confidence", number(plan.reliability.confidence));
  for (const StatedSem& stated : plan.reliability.stated) {
    table("[[reliability.stated]]");
    line("feature", toml_text(stated.feature));
    line("view", toml_text(to_string(stated.view)));
    line("sem", number(stated.sem));
    if (stated.df) line("df", number(*stated.df));
    line("source", toml_text(stated.source));
  }
  table("[change]");
  line("from", toml_text(plan.change_from));
  for (const Endpoint& endpoint : plan.endpoints) {
    table("[[endpoint]]");
    line("role", toml_text(to_string(endpoint.role)));
    line("task", toml_text(endpoint.task));
    line("muscle", toml_text(endpoint.muscle));
    line("side", toml_text(endpoint.side));
    line("feature", list_of(endpoint.features));
    line("view", toml_text(to_string(endpoint.view)));
    line("visit", list_of(endpoint.visits));
  }
  return out;
}

}  // namespace semg
