// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_status.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/study/study_folder.hpp"
#include "engine/nearest_word.hpp"
#include "engine/study/completeness.hpp"
#include "engine/study/values.hpp"

namespace semg {
namespace {

using Json = nlohmann::ordered_json;

struct Symbol {
  VisitState::Kind kind;
  char sign;
  const char* meaning;
};
constexpr std::array<Symbol, 6> kSymbols = {{{VisitState::Kind::usable, '+', "usable"},
                                             {VisitState::Kind::partly, '~', "usable in part"},
                                             {VisitState::Kind::out_of_window, 'w', "out of its window"},
                                             {VisitState::Kind::not_usable, '!', "not usable"},
                                             {VisitState::Kind::excluded, 'x', "excluded"},
                                             {VisitState::Kind::missing, '.', "not recorded"}}};

char sign_of(VisitState::Kind kind) {
  return std::find_if(kSymbols.begin(), kSymbols.end(), [&](const Symbol& s) { return s.kind == kind; })->sign;
}

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& list) {
  std::vector<std::string> ids;
  for (const T& item : list) ids.push_back(item.id);
  return ids;
}

/// "T9 is not in study.toml, did you mean T1?"
std::string unknown(const std::string& what, const std::string& word, const std::string& where, const std::vector<std::string>& known) {
  if (word.empty()) return fmt::format("{}: found none", what);
  const std::string nearest = nearest_word(word, known);
  return fmt::format("{}: found {}, which {} does not have{}", what, word, where, nearest.empty() ? "" : ", did you mean " + nearest + "?");
}

/// The id or alias nearest to a word.
std::vector<std::string> muscle_words(const StudyPlan& plan) {
  std::vector<std::string> words;
  for (const PlannedMuscle& muscle : plan.muscles) {
    words.push_back(muscle.id);
    words.insert(words.end(), muscle.aliases.begin(), muscle.aliases.end());
    if (!muscle.name.empty()) words.push_back(muscle.name);
  }
  return words;
}

/// What in a recording the study does not know.
void look_at_recording(StudyStatus& status, const Session& session) {
  const Study& study = status.study;
  const auto open = [&](const std::string& text) {
    status.open.push_back({session.participant_id, session.visit_id, session.recording_name, session.recording_name + ": " + text});
  };
  const bool who = participant_index(study, session.participant_id) >= 0, when = visit_index(study.plan, session.visit_id) >= 0;
  if (!session.unreadable.empty()) {
    // Where it belongs to a visit, that visit says so.
    if (!who || !when) status.open.push_back({"", "", session.recording_name, session.unreadable});
    return;
  }
  if (!who) open(unknown("participant", session.participant_id, study.plan.participants, ids_of(study.participants)));
  if (!when) open(unknown("visit", session.visit_id, "the study file", ids_of(study.plan.visits)));
  std::set<std::string> tasks;
  for (const SessionChannel& channel : session.channels) {
    const std::string& word = channel.about.muscle.empty() ? channel.about.label : channel.about.muscle;
    if (channel.muscle.empty() && channel.about.kind != Kind::other)
      open(unknown(fmt::format("muscle of channel {}", channel.about.label), word, "the study file", muscle_words(study.plan)));
    for (const SessionTask& task : channel.tasks) tasks.insert(task.id);
  }
  if (tasks.empty()) open("task: found none, expected semg import --task or --periods");
  const std::vector<std::string> known = ids_of(study.plan.tasks);
  for (const std::string& task : tasks) {
    if (std::find(known.begin(), known.end(), task) == known.end()) open(unknown("task", task, "the study file", known));
  }
}

void look_at_sessions_table(StudyStatus& status) {
  const Study& study = status.study;
  std::set<std::string> told;
  for (const SessionEntry& entry : study.sessions) {
    const auto open = [&](const std::string& text) {
      if (told.insert(text).second) status.open.push_back({entry.participant_id, entry.visit_id, "", text});
    };
    if (participant_index(study, entry.participant_id) < 0)
      open(unknown(study.plan.sessions + ": participant_id", entry.participant_id, study.plan.participants, ids_of(study.participants)));
    if (visit_index(study.plan, entry.visit_id) < 0)
      open(unknown(study.plan.sessions + ": visit_id", entry.visit_id, "the study file", ids_of(study.plan.visits)));
  }
}

int count(const StudyStatus& status, int participant, bool (*fits)(const VisitState&)) {
  return static_cast<int>(std::count_if(status.visits.begin(), status.visits.end(),
                                        [&](const VisitState& v) { return (participant < 0 || v.participant == participant) && fits(v); }));
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json items(const std::vector<OpenItem>& list) {
  Json out = Json::array();
  for (const OpenItem& item : list) {
    out.push_back({{"participant_id", or_null(item.participant_id)},
                   {"visit_id", or_null(item.visit_id)},
                   {"recording", or_null(item.recording)},
                   {"text", item.text}});
  }
  return out;
}

}  // namespace

int StudyStatus::present(int participant) const {
  return count(*this, participant, [](const VisitState& v) { return v.recordings > 0; });
}

int StudyStatus::usable(int participant) const {
  return count(*this, participant,
               [](const VisitState& v) { return v.kind == VisitState::Kind::usable || v.kind == VisitState::Kind::partly; });
}

StudyStatus look_at_study(const std::filesystem::path& study_toml) {
  StudyStatus status{.study = read_study(study_toml), .sessions = {}, .visits = {}, .open = {}, .excluded = {}};
  for (const FoundRecording& found : recordings_of(status.study, study_toml)) status.sessions.push_back(session_of(status.study, found));
  status.visits = visit_states(status.study, status.sessions);
  for (const VisitState& visit : status.visits) {
    const std::string& who = status.study.participants[static_cast<std::size_t>(visit.participant)].id;
    const std::string& when = status.study.plan.visits[static_cast<std::size_t>(visit.visit)].id;
    auto& into = visit.kind == VisitState::Kind::excluded ? status.excluded : status.open;
    for (const std::string& sentence : visit.because) into.push_back({who, when, "", sentence});
  }
  for (const Session& session : status.sessions) look_at_recording(status, session);
  look_at_sessions_table(status);
  return status;
}

std::string status_text(const StudyStatus& status) {
  const Study& study = status.study;
  const auto& visits = study.plan.visits;
  std::string out;
  if (std::any_of(status.sessions.begin(), status.sessions.end(), [](const Session& s) { return s.simulated; })) out += "SIMULATED\n";
  const auto plural = [](std::size_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); };
  out += fmt::format("{}: {}, {}: {} planned, {} present, {} usable\n\n", study.plan.id, plural(study.participants.size(), "participant"),
                     plural(visits.size(), "visit"), status.visits.size(), status.present(-1), status.usable(-1));
  std::size_t width = std::string("participant").size();
  for (const Participant& who : study.participants) width = std::max(width, who.id.size());
  out += fmt::format("{:<{}}", "participant", width);
  for (const PlannedVisit& visit : visits) out += "  " + visit.id;
  out += "  planned  present  usable\n";
  for (std::size_t p = 0; p < study.participants.size(); ++p) {
    out += fmt::format("{:<{}}", study.participants[p].id, width);
    for (std::size_t v = 0; v < visits.size(); ++v)
      out += fmt::format("  {:<{}}", sign_of(status.visits[p * visits.size() + v].kind), visits[v].id.size());
    const int index = static_cast<int>(p);
    out += fmt::format("  {:>7}  {:>7}  {:>6}\n", visits.size(), status.present(index), status.usable(index));
  }
  out += "\n";
  for (const Symbol& symbol : kSymbols) out += fmt::format("{}{} {}", symbol.sign == '+' ? "" : "   ", symbol.sign, symbol.meaning);
  out += "\n";
  const auto list = [&](const char* title, const std::vector<OpenItem>& items) {
    if (items.empty()) return;
    out += fmt::format("\n{} ({})\n", title, items.size());
    for (const OpenItem& item : items) out += "  " + item.text + "\n";
  };
  list("open", status.open);
  list("excluded", status.excluded);
  return out;
}

std::string status_json(const StudyStatus& status) {
  const Study& study = status.study;
  Json cells = Json::array();
  for (const VisitState& visit : status.visits) {
    const PlannedVisit& planned = study.plan.visits[static_cast<std::size_t>(visit.visit)];
    cells.push_back(
        {{"participant_id", study.participants[static_cast<std::size_t>(visit.participant)].id},
         {"visit_id", planned.id},
         {"state", to_string(visit.kind)},
         {"recorded_on", visit.day ? Json(day_text(*visit.day)) : Json(nullptr)},
         {"anchor", or_null(planned.anchor)},
         {"days_after_anchor", visit.days_after_anchor ? Json(*visit.days_after_anchor) : Json(nullptr)},
         {"window_days", planned.window_first_day ? Json({*planned.window_first_day, *planned.window_last_day}) : Json(nullptr)},
         {"recordings", visit.recordings},
         {"because", visit.because}});
  }
  const bool simulated = std::any_of(status.sessions.begin(), status.sessions.end(), [](const Session& s) { return s.simulated; });
  const Json json = {{"schema", "semg-study-status/1"},
                     {"study_id", study.plan.id},
                     {"simulated", simulated},
                     {"participants", ids_of(study.participants)},
                     {"visits", ids_of(study.plan.visits)},
                     {"planned", status.visits.size()},
                     {"present", status.present(-1)},
                     {"usable", status.usable(-1)},
                     {"cells", cells},
                     {"open", items(status.open)},
                     {"excluded", items(status.excluded)}};
  return json.dump(2) + "\n";
}

}  // namespace semg
