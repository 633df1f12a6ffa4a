// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_guess.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/study/study_plan_checks.hpp"

namespace semg {
namespace {

constexpr double kHoldS = 10;     // a single period at least as long is held
constexpr double kTrialS = 5;     // one at most as long, with nothing around it, is all contraction
constexpr double kCovered = 0.9;  // of a recording's rows: nothing is around it

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// Why a recording cannot be part of a study; empty where it can.
std::string fault_of(const FoundRecording& found) {
  if (!found.unreadable.empty()) return found.unreadable;
  const std::string name = found.path.filename().string();
  const auto check = [&](const char* what, const std::string& id) -> std::string {
    if (id.empty()) return fmt::format("{}: {}: found none, expected semg import --{} ID", name, what, what);
    if (!is_study_id(id)) return fmt::format("{}: {}: found {}, expected a letter, then letters, digits, _ - or .", name, what, id);
    return "";
  };
  const std::string fault = check("participant", found.recording.participant_id);
  return fault.empty() ? check("visit", found.recording.visit_id) : fault;
}

bool looks_like_baseline(const std::string& id) {
  const std::string word = lower(id);
  return word.starts_with("b") || word == "v0";
}

void guess_visits(GuessedStudy& study) {
  std::map<std::string, std::optional<Day>> first;
  std::map<std::string, int> count;
  for (const FoundRecording* found : study.recordings) {
    const std::string& id = found->recording.visit_id;
    const auto day = day_from(found->recording.session_start);
    auto& known = first[id];
    if (day && (!known || day->number < known->number)) known = day;
    ++count[id];
  }
  std::set<std::int64_t> days;
  for (const auto& [id, day] : first) {
    if (day) days.insert(day->number);
  }
  study.by_date = days.size() == first.size();  // each has one of its own
  for (const auto& [id, day] : first) study.visits.push_back({.id = id, .baseline = looks_like_baseline(id), .recordings = count[id]});
  std::sort(study.visits.begin(), study.visits.end(), [&](const GuessedVisit& a, const GuessedVisit& b) {
    if (study.by_date) return first[a.id]->number < first[b.id]->number;
    return natural_less(a.id, b.id);
  });
  const auto is_baseline = [](const GuessedVisit& v) { return v.baseline; };
  if (std::none_of(study.visits.begin(), study.visits.end(), is_baseline)) study.visits.front().baseline = true;
  if (std::all_of(study.visits.begin(), study.visits.end(), is_baseline)) study.visits.push_back({.id = "FOLLOW_UP"});
}

/// "biceps brachii" -> "biceps_brachii"; a number where nothing of it fits.
std::string muscle_id(const std::string& word, const std::vector<GuessedMuscle>& others) {
  std::string id;
  for (const char c : word) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    id += fits ? c : '_';
  }
  const auto taken = [&](const std::string& text) {
    return std::any_of(others.begin(), others.end(), [&](const GuessedMuscle& m) {
      return same_muscle_word(m.id, text) ||
             std::any_of(m.spellings.begin(), m.spellings.end(), [&](const std::string& s) { return same_muscle_word(s, text); });
    });
  };
  const bool letters = std::any_of(id.begin(), id.end(), [](char c) { return c != '_' && c != '-' && c != '.'; });
  if (letters && !is_study_id(id)) id = "M_" + id;
  if (letters && is_study_id(id) && !taken(id)) return id;
  std::size_t number = others.size() + 1;
  while (taken(fmt::format("M{}", number))) ++number;
  return fmt::format("M{}", number);
}

GuessedMuscle* muscle_of(std::vector<GuessedMuscle>& muscles, const Channel& channel) {
  const std::string& word = channel.muscle.empty() ? channel.label : channel.muscle;
  for (GuessedMuscle& muscle : muscles) {
    if (std::any_of(muscle.spellings.begin(), muscle.spellings.end(), [&](const std::string& s) { return same_muscle_word(s, word); }))
      return &muscle;
  }
  return nullptr;
}

void guess_muscles(GuessedStudy& study) {
  std::vector<std::string> words;
  for (const FoundRecording* found : study.recordings) {
    for (const Channel& channel : found->recording.stream.channels) {
      const std::string& word = channel.muscle.empty() ? channel.label : channel.muscle;
      // A word of blanks and points alone could not be told from any other.
      if (channel.kind == Kind::other || same_muscle_word(word, "")) continue;
      GuessedMuscle* muscle = muscle_of(study.muscles, channel);
      if (muscle == nullptr) {
        study.muscles.push_back({.id = muscle_id(word, study.muscles), .spellings = {word}, .sides = {}});
        muscle = &study.muscles.back();
      }
      if (std::find(muscle->spellings.begin(), muscle->spellings.end(), word) == muscle->spellings.end()) muscle->spellings.push_back(word);
      if (std::find(muscle->sides.begin(), muscle->sides.end(), channel.side) == muscle->sides.end()) muscle->sides.push_back(channel.side);
      study.sides = study.sides || channel.side != Side::none;
    }
  }
  for (GuessedMuscle& muscle : study.muscles) {
    if (muscle.sides.size() > 1) std::erase(muscle.sides, Side::none);
    std::sort(muscle.sides.begin(), muscle.sides.end());
  }
}

/// All that is known of one task, over all recordings.
struct TaskFacts {
  std::map<std::pair<std::string, std::string>, int> periods_of_visit;
  std::vector<double> durations_s;
  bool numbered = false, several = false, rest_beside = false, covered = true;
  std::set<std::string> muscles;
};

template <class T>
T middle(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

TaskFacts facts_of(GuessedStudy& study, const std::string& id) {
  TaskFacts facts;
  for (const FoundRecording* found : study.recordings) {
    const Recording& recording = found->recording;
    int periods = 0;
    std::int64_t rows = 0;
    bool rest = false;
    for (const Period& period : recording.periods) {
      rows += period.rows;
      rest = rest || period.task == "rest";
      if (period.task != id) continue;
      ++periods;
      facts.numbered = facts.numbered || period.repetition > 0;
      facts.durations_s.push_back(static_cast<double>(period.rows) / recording.stream.fs_hz);
    }
    if (periods == 0) continue;
    facts.periods_of_visit[{recording.participant_id, recording.visit_id}] += periods;
    facts.several = facts.several || periods > 1;
    facts.rest_beside = facts.rest_beside || rest;
    facts.covered = facts.covered && static_cast<double>(rows) >= kCovered * static_cast<double>(recording.rows);
    for (const Channel& channel : recording.stream.channels) {
      if (channel.kind == Kind::other) continue;
      if (const GuessedMuscle* muscle = muscle_of(study.muscles, channel)) facts.muscles.insert(muscle->id);
    }
  }
  return facts;
}

GuessedTask guess_task(GuessedStudy& study, const std::string& id) {
  const TaskFacts facts = facts_of(study, id);
  GuessedTask task;
  task.id = id;
  for (const GuessedMuscle& muscle : study.muscles) {
    if (facts.muscles.contains(muscle.id)) task.muscles.push_back(muscle.id);
  }
  std::vector<int> counts;
  for (const auto& [visit, periods] : facts.periods_of_visit) counts.push_back(periods);
  const double longest_s = *std::max_element(facts.durations_s.begin(), facts.durations_s.end());
  const bool one_each = !facts.numbered && !facts.several;
  if (id == "rest") {
    task.kind = TaskKind::rest;
  } else if (lower(id).starts_with("mvc")) {
    task.kind = TaskKind::mvc;
    task.repetitions = middle(counts);
  } else if (one_each && longest_s >= kHoldS) {
    task.kind = TaskKind::hold;
    task.duration_s = std::round(middle(facts.durations_s));
  } else {
    task.all_contraction = !facts.rest_beside && facts.covered && longest_s <= kTrialS;
    if (!one_each || middle(counts) > 1) task.repetitions = middle(counts);
  }
  return task;
}

void guess_tasks(GuessedStudy& study) {
  std::vector<std::string> ids;
  for (const FoundRecording* found : study.recordings) {
    const std::string name = found->path.filename().string();
    if (found->recording.periods.empty())
      study.left_out.push_back(fmt::format("{}: task: found none, expected semg import --task or --periods", name));
    std::set<std::string> refused;
    for (const Period& period : found->recording.periods) {
      if (std::find(ids.begin(), ids.end(), period.task) != ids.end()) continue;
      if (is_study_id(period.task)) {
        ids.push_back(period.task);
      } else if (refused.insert(period.task).second) {
        study.left_out.push_back(fmt::format("{}: task: found '{}', expected a letter, then letters, digits, _ - or .", name, period.task));
      }
    }
  }
  std::stable_sort(ids.begin(), ids.end(), natural_less);
  std::stable_partition(ids.begin(), ids.end(), [](const std::string& id) { return id == "rest"; });
  for (const std::string& id : ids) {
    GuessedTask task = guess_task(study, id);
    if (!task.muscles.empty()) study.tasks.push_back(std::move(task));
  }
}

}  // namespace

GuessedStudy guess_study(const std::vector<FoundRecording>& found, const std::string& folder) {
  GuessedStudy study;
  for (const FoundRecording& one : found) {
    const std::string fault = fault_of(one);
    if (!fault.empty()) {
      study.left_out.push_back(fault);
      continue;
    }
    study.recordings.push_back(&one);
    const Recording& recording = one.recording;
    if (std::find(study.participants.begin(), study.participants.end(), recording.participant_id) == study.participants.end())
      study.participants.push_back(recording.participant_id);
    study.simulated += recording.simulated ? 1 : 0;
    const double fs_hz = recording.stream.fs_hz;
    study.lowest_fs_hz = study.lowest_fs_hz > 0 ? std::min(study.lowest_fs_hz, fs_hz) : fs_hz;
  }
  if (study.recordings.empty()) {
    throw Error(Fault::data, fmt::format("{}: recordings: found none with a participant and a visit, expected at least one ({})", folder,
                                         study.left_out.front()));
  }
  std::sort(study.participants.begin(), study.participants.end(), natural_less);
  guess_visits(study);
  guess_muscles(study);
  guess_tasks(study);
  if (std::none_of(study.tasks.begin(), study.tasks.end(), [](const GuessedTask& t) { return t.kind != TaskKind::rest; })) {
    throw Error(Fault::data, fmt::format("{}: tasks: found none but rest in {} recordings, expected periods of what was done: semg import "
                                         "--task or --periods",
                                         folder, study.recordings.size()));
  }
  return study;
}

}  // namespace semg
