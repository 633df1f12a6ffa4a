// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_folder.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "apps/import/manifest.hpp"
#include "dsp/error.hpp"
#include "engine/nearest_word.hpp"
#include "engine/study/study_plan.hpp"
#include "engine/study/study_plan_checks.hpp"
#include "io/csv_table.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const CsvTable& table, std::size_t row, const char* column, const std::string& sentence) {
  throw Error(Fault::data, fmt::format("{}: {}: {}", table.where(row), column, sentence));
}

std::string or_none(const std::string& text) {
  return text.empty() ? "none" : text;
}

Day day_of(const CsvTable& table, std::size_t row, const char* column) {
  const auto day = day_from(table.cell(row, column));
  if (!day)
    fail(table, row, column, fmt::format("found {}, expected a date as 2026-07-27 or a day of the study as 12", table.cell(row, column)));
  return *day;
}

Side side_of(const CsvTable& table, std::size_t row, const char* column) {
  const std::string& word = table.cell(row, column);
  if (!word.empty() && word != "left" && word != "right" && word != "none")
    fail(table, row, column, fmt::format("found {}, expected left or right", word));
  return side_from(word);
}

/// Dates or days of the study, all of one kind.
class OneKind {
 public:
  Day take(const CsvTable& table, std::size_t row, const char* column) {
    const Day day = day_of(table, row, column);
    if (!first_) {
      first_ = day;
      where_ = table.where(row);
    }
    if (first_->calendar != day.calendar) {
      fail(table, row, column,
           fmt::format("found {}, expected {} as {} in {}", day_text(day), first_->calendar ? "a date" : "a day of the study",
                       day_text(*first_), where_));
    }
    return day;
  }

 private:
  std::optional<Day> first_;
  std::string where_;
};

std::vector<std::string> anchors_of(const StudyPlan& plan) {
  std::vector<std::string> anchors;
  for (const PlannedVisit& visit : plan.visits) {
    if (!visit.anchor.empty() && std::find(anchors.begin(), anchors.end(), visit.anchor) == anchors.end()) anchors.push_back(visit.anchor);
  }
  return anchors;
}

void read_participants(Study& study, const fs::path& path, OneKind& days) {
  const StudyPlan& plan = study.plan;
  const std::vector<std::string> anchors = anchors_of(plan);
  std::vector<std::string> known = {"participant_id"};
  if (plan.paretic) known.emplace_back("paretic");
  known.insert(known.end(), anchors.begin(), anchors.end());
  const std::size_t required = known.size();
  for (const char* column : {"site", "paretic", "dominant"}) {
    if (std::find(known.begin(), known.end(), column) == known.end()) known.emplace_back(column);
  }
  const CsvTable table(path, known, required);
  const std::regex pattern(plan.participant_pattern);
  std::set<std::string> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Participant who{.id = table.cell(row, "participant_id"),
                    .site = table.cell(row, "site"),
                    .paretic = side_of(table, row, "paretic"),
                    .dominant = side_of(table, row, "dominant"),
                    .anchors = {}};
    if (!is_study_id(who.id))
      fail(table, row, "participant_id", fmt::format("found {}, expected a letter, then letters, digits, _ - or .", or_none(who.id)));
    if (!plan.participant_pattern.empty() && !std::regex_match(who.id, pattern))
      fail(table, row, "participant_id",
           fmt::format("found {}, expected {} as study.participant_pattern says", who.id, plan.participant_pattern));
    if (!seen.insert(who.id).second) fail(table, row, "participant_id", fmt::format("found {} twice, expected each once", who.id));
    if (!plan.sites.empty() && !who.site.empty() && std::find(plan.sites.begin(), plan.sites.end(), who.site) == plan.sites.end())
      fail(table, row, "site", fmt::format("found {}, did you mean {}?", who.site, nearest_word(who.site, plan.sites)));
    if (plan.paretic && who.paretic == Side::none)
      fail(table, row, "paretic", fmt::format("found {}, expected left or right", or_none(table.cell(row, "paretic"))));
    for (const std::string& anchor : anchors) {
      if (!table.cell(row, anchor).empty()) who.anchors.emplace(anchor, days.take(table, row, anchor.c_str()));
    }
    study.participants.push_back(std::move(who));
  }
}

void read_sessions(Study& study, const fs::path& path, OneKind& days) {
  if (!fs::exists(path)) return;
  const CsvTable table(path, manifest_columns(), 3);  // the table that recordings are imported by
  for (std::size_t row = 0; row < table.rows(); ++row) {
    SessionEntry entry{.participant_id = table.cell(row, "participant_id"),
                       .visit_id = table.cell(row, "visit_id"),
                       .task = table.cell(row, "task"),
                       .note = table.cell(row, "note"),
                       .recorded_on = {},
                       .file = table.cell(row, "file")};
    if (!table.cell(row, "recorded_on").empty()) entry.recorded_on = days.take(table, row, "recorded_on");
    study.sessions.push_back(std::move(entry));
  }
}

template <class List>
void check_known(const CsvTable& table, std::size_t row, const char* column, const List& list) {
  const std::string& word = table.cell(row, column);
  if (word.empty()) return;
  std::vector<std::string> ids;
  for (const auto& item : list) ids.push_back(item.id);
  if (std::find(ids.begin(), ids.end(), word) == ids.end())
    fail(table, row, column, fmt::format("found {}, which the study does not have, did you mean {}?", word, nearest_word(word, ids)));
}

void read_exclusions(Study& study, const fs::path& path) {
  if (!fs::exists(path)) return;
  const CsvTable table(path, {"participant_id", "visit_id", "task", "muscle", "side", "reason", "by", "on"}, 1);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    check_known(table, row, "participant_id", study.participants);
    check_known(table, row, "visit_id", study.plan.visits);
    check_known(table, row, "task", study.plan.tasks);
    Exclusion e{.participant_id = table.cell(row, "participant_id"),
                .visit_id = table.cell(row, "visit_id"),
                .task = table.cell(row, "task"),
                .muscle = table.cell(row, "muscle"),
                .side = side_of(table, row, "side"),
                .reason = table.cell(row, "reason"),
                .by = table.cell(row, "by"),
                .on = table.cell(row, "on")};
    const PlannedMuscle* muscle = find_muscle(study.plan, e.muscle);
    if (muscle == nullptr) check_known(table, row, "muscle", study.plan.muscles);
    if (muscle != nullptr) e.muscle = muscle->id;
    if (e.participant_id.empty() && e.visit_id.empty() && e.task.empty() && e.muscle.empty())
      fail(table, row, "participant_id", "found none, expected whom or what the exclusion is about");
    if (e.reason.empty()) fail(table, row, "reason", "found none, expected why");
    study.exclusions.push_back(std::move(e));
  }
}

/// Whether a recording has the name that `semg import --manifest` gives one of this row.
bool named_after(const SessionEntry& entry, const std::string& stem) {
  const std::string name = entry.participant_id + "_" + entry.visit_id;
  return stem == name || stem.starts_with(name + "_");
}

/// The row of sessions.csv a recording comes from: by participant and visit, the one with its file or task first. Of a recording that
/// cannot be read its name alone tells.
const SessionEntry* entry_of(const Study& study, const FoundRecording& found) {
  const Recording& head = found.recording;
  const SessionEntry* best = nullptr;
  int best_score = 0;
  for (const SessionEntry& entry : study.sessions) {
    const bool same_visit = entry.participant_id == head.participant_id && entry.visit_id == head.visit_id;
    if (found.unreadable.empty() && !same_visit) continue;
    const bool same_file = !entry.file.empty() && fs::path(entry.file).stem() == found.path.stem();
    if (!found.unreadable.empty() && !same_file && !named_after(entry, found.path.stem().string())) continue;
    const bool same_task =
        !entry.task.empty() && std::any_of(head.periods.begin(), head.periods.end(), [&](const Period& p) { return p.task == entry.task; });
    const int score = (entry.recorded_on ? 4 : 0) + (same_file ? 2 : 0) + (same_task ? 1 : 0) + 1;
    if (score > best_score) std::tie(best, best_score) = std::pair(&entry, score);
  }
  return best;
}

/// Whether the study counts days instead of telling dates: a recording's own date is of no use then.
bool counts_days(const Study& study) {
  for (const Participant& who : study.participants) {
    for (const auto& [anchor, day] : who.anchors) {
      if (!day.calendar) return true;
    }
  }
  return std::any_of(study.sessions.begin(), study.sessions.end(),
                     [](const SessionEntry& entry) { return entry.recorded_on && !entry.recorded_on->calendar; });
}

std::vector<SessionTask> tasks_of(const Recording& recording) {
  std::vector<SessionTask> tasks;
  for (const Period& period : recording.periods) {
    if (period.task.empty()) continue;
    auto at = std::find_if(tasks.begin(), tasks.end(), [&](const SessionTask& t) { return t.id == period.task; });
    if (at == tasks.end()) at = tasks.insert(tasks.end(), SessionTask{.id = period.task, .features = {}, .epochs = {}});
    ++at->repetitions;
    at->longest_s = std::max(at->longest_s, static_cast<double>(period.rows) / recording.stream.fs_hz);
  }
  return tasks;
}

}  // namespace

Study read_study(const fs::path& study_toml) {
  const std::string name = study_toml.filename().string();
  std::ifstream file(study_toml, std::ios::binary);
  if (!fs::is_regular_file(study_toml) || !file) throw Error(Fault::no_input, name + ": no such file");
  std::ostringstream text;
  text << file.rdbuf();
  Study study{.plan = study_plan_from_toml(text.str(), name), .participants = {}, .sessions = {}, .exclusions = {}};
  const fs::path folder = study_toml.parent_path();
  OneKind days;
  read_participants(study, folder / study.plan.participants, days);
  read_sessions(study, folder / study.plan.sessions, days);
  read_exclusions(study, folder / study.plan.exclusions);
  return study;
}

std::vector<FoundRecording> recordings_in(const fs::path& folder) {
  std::vector<FoundRecording> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.front() != '.' && entry.path().extension() == ".nwb" && !entry.is_directory())
      found.push_back({.path = entry.path(), .recording = {}, .unreadable = {}});
  }
  std::sort(found.begin(), found.end(), [](const FoundRecording& a, const FoundRecording& b) {
    return natural_less(a.path.filename().string(), b.path.filename().string());
  });
  for (FoundRecording& one : found) {
    try {
      one.recording = RecordingReader(one.path).recording();
    } catch (const Error& e) {
      one.unreadable = e.what();
    }
  }
  return found;
}

std::vector<FoundRecording> recordings_of(const Study& study, const fs::path& study_toml) {
  return recordings_in(study_toml.parent_path() / study.plan.recordings);
}

Session session_of(const Study& study, const FoundRecording& found) {
  const Recording& head = found.recording;
  Session session;
  session.recording_name = found.path.filename().string();
  session.unreadable = found.unreadable;
  const SessionEntry* entry = entry_of(study, found);
  if (entry != nullptr) session.day = entry->recorded_on;
  if (!found.unreadable.empty()) {
    if (entry != nullptr) std::tie(session.participant_id, session.visit_id) = std::tie(entry->participant_id, entry->visit_id);
    return session;
  }
  session.recording_id = head.recording_id;
  session.participant_id = head.participant_id;
  session.visit_id = head.visit_id;
  if (!session.day && !counts_days(study)) session.day = day_from(head.session_start);
  session.fs_hz = head.stream.fs_hz;
  session.duration_s = head.duration_s();
  session.simulated = head.simulated;
  const std::vector<SessionTask> tasks = tasks_of(head);
  for (const Channel& about : head.stream.channels) {
    const PlannedMuscle* muscle = find_muscle(study.plan, about.muscle.empty() ? about.label : about.muscle);
    SessionChannel channel;
    channel.about = about;
    if (muscle != nullptr && about.kind != Kind::other) channel.muscle = muscle->id;
    channel.tasks = tasks;
    session.channels.push_back(std::move(channel));
  }
  return session;
}

bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!digit(a[i]) || !digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const auto run = [&](const std::string& text, std::size_t& at) {
      while (at < text.size() && text[at] == '0') ++at;
      const std::size_t first = at;
      while (at < text.size() && digit(text[at])) ++at;
      return text.substr(first, at - first);
    };
    const std::string x = run(a, i), y = run(b, j);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  if ((i < a.size()) != (j < b.size())) return j < b.size();
  return a < b;  // "D02" and "D2": by letters, so that the order is one
}

}  // namespace semg
