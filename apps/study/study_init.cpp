// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_init.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/command.hpp"
#include "dsp/error.hpp"
#include "engine/study/feature.hpp"
#include "engine/study/study_plan.hpp"
#include "engine/study/study_plan_checks.hpp"
#include "io/output_file.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCommentColumn = 44;

/// key = value  # comment
std::string line(const std::string& setting, const std::string& comment) {
  if (comment.empty()) return setting + "\n";
  const std::size_t blanks = setting.size() < kCommentColumn ? kCommentColumn - setting.size() : 2;
  return setting + std::string(blanks, ' ') + "# " + comment + "\n";
}
std::string text_line(const char* key, const std::string& value, const std::string& comment) {
  return line(fmt::format("{} = {}", key, toml_text(value)), comment);
}
std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + toml_text(word);
  return "[" + text + "]";
}
std::string plural(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "S[0-9]{2}" of S01, S02; empty where the ids have no form in common.
std::string pattern_of(const std::vector<std::string>& ids) {
  const auto prefix_of = [](const std::string& id) { return id.substr(0, id.find_last_not_of("0123456789") + 1); };
  const std::string prefix = prefix_of(ids.front());
  const std::size_t size = ids.front().size();
  const bool plain = prefix.find('.') == std::string::npos && size > prefix.size();
  const auto fits = [&](const std::string& id) { return id.size() == size && prefix_of(id) == prefix; };
  return plain && std::all_of(ids.begin(), ids.end(), fits) ? fmt::format("{}[0-9]{{{}}}", prefix, size - prefix.size()) : "";
}

std::vector<std::string> baselines_of(const GuessedStudy& guess) {
  std::vector<std::string> ids;
  for (const GuessedVisit& visit : guess.visits) {
    if (visit.baseline) ids.push_back(visit.id);
  }
  return ids;
}

std::vector<std::string> features_of(const GuessedTask& task) {
  return task.all_contraction ? std::vector<std::string>{"rms", "mdf"} : features_of(task.kind);
}

std::string study_table(const GuessedStudy& guess, const std::string& id, const std::string& recordings) {
  std::string out = "[study]\n";
  out += text_line("id", id, "CHECK: a letter, then letters, digits, _ - or .; it stands in every table");
  out += text_line("title", "", "for the report's first line");
  out += line("sites = []", "the sites that participants.csv may name; empty: any");
  out += text_line("participant_pattern", pattern_of(guess.participants),
                   "regular expression that each participant id matches whole; empty: any. No names, no hospital numbers");
  out += text_line("participants", "participants.csv", "participant_id,site,paretic,dominant and one column for each anchor below");
  out += text_line("sessions", "sessions.csv", "file,participant_id,visit_id,recorded_on,task,channels,note: when each visit was recorded");
  out += text_line("exclusions", "exclusions.csv",
                   "participant_id,visit_id,task,muscle,side,reason,by,on; need not be there; an empty cell means all");
  out += text_line("recordings", recordings, "the folder of *.nwb, relative to this file");
  out += text_line("sides", guess.sides ? "left_right" : "none",
                   guess.sides ? "or \"paretic\": fill that column of participants.csv with left or right; or \"none\""
                               : "no channel has a side; or \"left_right\", \"paretic\"");
  return out;
}

std::string visit_tables(const GuessedStudy& guess) {
  std::string out = fmt::format("# Visits, in the order of {}. CHECK order and roles: a baseline is what the others are compared with.\n",
                                guess.by_date ? "their first dates" : "their names, because their dates are not known or do not differ");
  out +=
      "# A window says when a visit is due, in days after a date that each participant has in participants.csv, both days included.\n"
      "# Add it to a visit as, for example:\n"
      "#   anchor = \"treatment\"        a column of participants.csv, dates (2026-07-27) or days of the study (12)\n"
      "#   window_days = [3, 7]        first and last day; -7 is a week before the anchor\n"
      "#   target_day = 5              the day aimed at; nothing is judged by it\n";
  for (const GuessedVisit& visit : guess.visits) {
    out += "\n[[visit]]\n";
    out += text_line("id", visit.id,
                     visit.recordings > 0 ? plural(static_cast<std::size_t>(visit.recordings), "recording")
                                          : "CHECK: not recorded yet; the id that its recordings will have");
    out += text_line("label", visit.id, "for figures and sentences; or { en = \"...\", zh = \"...\" }");
    out += text_line("role", visit.baseline ? "baseline" : "follow_up", visit.baseline ? "CHECK: or \"follow_up\"" : "or \"baseline\"");
  }
  return out;
}

std::string task_tables(const GuessedStudy& guess) {
  std::string out =
      "# Tasks, as the periods of the recordings name them. CHECK kind:\n"
      "#   rest         the noise floor of its visit, never a result\n"
      "#   mvc          maximal contraction: the reference of its muscles' %MVC\n"
      "#   repetitions  done again and again, each one counted\n"
      "#   hold         one long contraction\n"
      "# Further keys: muscles = [\"...\"] (left out: all), repetitions (as planned; another number is flagged), duration_s (of a hold, "
      "s),\n"
      "# min_s (the least a period lasts, s), features (left out: what the kind gives).\n# Features are: ";
  for (const ComparedFeature& feature : compared_features())
    out += std::string(feature.name) + (&feature == &compared_features().back() ? "\n" : " ");
  for (const GuessedTask& task : guess.tasks) {
    out += "\n[[task]]\n";
    out += text_line("id", task.id, "");
    out += text_line("label", task.id, "for figures and sentences");
    out += text_line("kind", to_string(task.kind), task.kind == TaskKind::rest ? "" : "CHECK");
    if (task.muscles.size() < guess.muscles.size()) out += line("muscles = " + list(task.muscles), "those that were recorded with it");
    if (task.kind == TaskKind::mvc)
      out += line("reference_for = " + list(task.muscles), "CHECK: only muscles that this contraction makes work hardest");
    if (task.repetitions > 0) out += line(fmt::format("repetitions = {}", task.repetitions), "CHECK: as in the middle one of the visits");
    if (task.duration_s > 0) out += line(fmt::format("duration_s = {}", task.duration_s), "CHECK");
    if (task.all_contraction)
      out +=
          line("features = " + list(features_of(task)), "short trials without rest around them: nothing tells when the muscle is active");
  }
  return out;
}

std::string muscle_tables(const GuessedStudy& guess) {
  std::string out =
      "# Muscles. A recording's muscle is known by id, alias or name, without regard to case, blanks and points.\n"
      "# Two spellings of one muscle? Delete one table and put its id into the aliases of the other.\n";
  for (const GuessedMuscle& muscle : guess.muscles) {
    std::vector<std::string> aliases;
    for (const std::string& word : muscle.spellings) {
      if (word != muscle.spellings.front() && word != muscle.id) aliases.push_back(word);
    }
    std::vector<std::string> sides;
    for (const Side side : muscle.sides) sides.emplace_back(to_string(side));
    out += "\n[[muscle]]\n";
    out += text_line("id", muscle.id, "a short word for tables");
    out += text_line("name", muscle.spellings.front(), "for sentences; or { en = \"...\", zh = \"...\" }");
    out += line("aliases = " + list(aliases), "other spellings in recordings");
    out += line("sides = " + list(sides), guess.sides ? "those that are planned: left, right; or none" : "");
  }
  return out;
}

std::string measure_tables(const GuessedStudy& guess) {
  const bool mvc = std::any_of(guess.tasks.begin(), guess.tasks.end(), [](const GuessedTask& t) { return t.kind == TaskKind::mvc; });
  const std::vector<std::string> baselines = baselines_of(guess);
  std::string out = "# What every recording is to have; what differs is named, not refused.\n[acquisition]\n";
  out +=
      line(fmt::format("min_rate_hz = {:.9g}", std::min(guess.lowest_fs_hz, 1000.0)), "Hz; below 889 Hz no median frequency can be told");
  out += line("#interelectrode_distance_mm = 20", "centre to centre, mm");
  out += line("#reference = \"patella\"", "where the reference electrode is");
  out +=
      "\n# How it is measured: the tables of an analysis file, with their defaults. `semg explain --fs 2000` says what each does.\n"
      "# Changing one measures every recording again.\n"
      "#[analysis.filter]\n#high_pass_hz = 20\n#low_pass_hz = 450\n#[analysis.amplitude]\n#window_s = 0.25\n"
      "#[analysis.spectrum]\n#window_s = 1.0\n#band_hz = [20, 450]\n#[analysis.activation]\n#min_on_s = 0.025\n\n"
      "# raw: in uV. mvc: in % of the maximal contraction of the same visit (needs a task of kind mvc).\n"
      "# paretic_ratio: over the other side (needs sides = \"paretic\").\n[normalisation]\n";
  out += line(mvc ? "views = [\"raw\", \"mvc\"]" : "views = [\"raw\"]", "");
  out +=
      "\n# How far a value moves between two days on which nothing has changed; without it no change can be called one.\n"
      "#   visits  from two or more baseline visits of this study\n"
      "#   stated  from elsewhere: add [[reliability.stated]] with feature, view, sem (of the logarithm for amplitudes, else in the "
      "unit),\n"
      "#           df (degrees of freedom behind it; left out: taken as exactly known) and source (where it was found)\n"
      "#   none    nothing says so: changes are given, and every verdict is \"not_assessable\"\n[reliability]\n";
  if (baselines.size() > 1) {
    out += text_line("source", "visits", "CHECK");
    out += line("visits = " + list(baselines), "CHECK: between them nothing was done");
  } else {
    out += text_line("source", "none", "there is one baseline only: no verdict can be given. Record a second one, or state a source");
  }
  out += line("confidence = 0.95", "of a verdict");
  out += "\n[change]\n";
  out += text_line("from", "mean_of_baselines", "or the id of one baseline visit");
  return out;
}

std::string endpoint_table(const GuessedStudy& guess) {
  const auto usable = [&](TaskKind skipped) {
    return std::find_if(guess.tasks.begin(), guess.tasks.end(),
                        [&](const GuessedTask& t) { return t.kind != TaskKind::rest && t.kind != skipped; });
  };
  auto task = usable(TaskKind::mvc);
  if (task == guess.tasks.end()) task = usable(TaskKind::rest);
  const std::string& id = task->muscles.front();
  const auto muscle = std::find_if(guess.muscles.begin(), guess.muscles.end(), [&](const GuessedMuscle& m) { return m.id == id; });
  const auto last = std::find_if(guess.visits.rbegin(), guess.visits.rend(), [](const GuessedVisit& v) { return !v.baseline; });
  std::string out =
      "# What the study is about: exactly one primary endpoint, with one feature at one visit. CHECK all of it before the first patient.\n"
      "# More of them with role = \"secondary\", where feature and visit may be lists. All else is reported as "
      "exploratory.\n[[endpoint]]\n";
  out += text_line("role", "primary", "");
  out += text_line("task", task->id, "CHECK");
  out += text_line("muscle", id, "CHECK");
  out += text_line("side", to_string(muscle->sides.front()),
                   guess.sides ? "CHECK: left, right; paretic, non_paretic with sides = \"paretic\"" : "");
  out += text_line("feature", features_of(*task).front(), "CHECK");
  out += text_line("view", "raw", "CHECK: one of normalisation.views");
  out += text_line("visit", last->id, "CHECK");
  return out;
}

std::string sessions_text(const GuessedStudy& guess) {
  std::string out = "file,participant_id,visit_id,recorded_on,task,channels,note\n";
  for (const FoundRecording* found : guess.recordings) {
    std::string file = found->path.filename().string();
    if (file.find_first_of(",\"\n\r;") != std::string::npos) {
      for (std::size_t at = 0; (at = file.find('"', at)) != std::string::npos; at += 2) file.insert(at, "\"");
      file = '"' + file + '"';
    }
    const auto day = day_from(found->recording.session_start);
    out += fmt::format("{},{},{},{},,,\n", file, found->recording.participant_id, found->recording.visit_id, day ? day_text(*day) : "");
  }
  return out;
}

std::string participants_text(const GuessedStudy& guess) {
  std::string out = "participant_id,site,paretic,dominant\n";
  for (const std::string& id : guess.participants) out += id + ",,,\n";
  return out;
}

/// The folder's name as an id.
std::string id_of(const fs::path& folder) {
  const fs::path whole = fs::weakly_canonical(folder);
  std::string id = whole.filename().empty() ? whole.parent_path().filename().string() : whole.filename().string();
  for (char& c : id) {
    if (!is_study_id(std::string("x") + c)) c = '_';
  }
  return is_study_id(id) ? id : "STUDY_" + id;
}

void refuse_what_is_there(const fs::path& folder) {
  for (const char* name : {"study.toml", "participants.csv"}) {
    if (fs::exists(folder / name)) throw Error(Fault::cannot_create, fmt::format("{}: is there already, and is never replaced", name));
  }
}

void tell(const GuessedStudy& guess, bool sessions_kept) {
  if (guess.simulated > 0) fmt::print("SIMULATED\n");
  fmt::print("found: {} of {} at {}\n", plural(guess.recordings.size(), "recording"), plural(guess.participants.size(), "participant"),
             plural(guess.visits.size(), "visit"));
  const auto row = [](const char* what, const std::string& text) { fmt::print("  {:<9} {}\n", what, text); };
  std::string visits, tasks, muscles;
  for (const GuessedVisit& v : guess.visits)
    visits += fmt::format("{}{}{}", visits.empty() ? "" : ", ", v.id, v.baseline ? " (baseline)" : v.recordings == 0 ? " (to come)" : "");
  for (const GuessedTask& t : guess.tasks) tasks += fmt::format("{}{} ({})", tasks.empty() ? "" : ", ", t.id, to_string(t.kind));
  for (const GuessedMuscle& m : guess.muscles) muscles += (muscles.empty() ? "" : ", ") + m.id;
  row("visits", visits);
  row("tasks", tasks);
  row("muscles", muscles);
  fmt::print("written: study.toml, participants.csv{}\n", sessions_kept ? "; sessions.csv was there and is kept" : ", sessions.csv");
  if (baselines_of(guess).size() < 2)
    fmt::print("one baseline only: no verdict can be given before [reliability] names a source of day-to-day variation\n");
  fmt::print(
      "next: edit study.toml where it says CHECK, and participants.csv; then\n"
      "  semg study status study.toml\n"
      "  semg compare study.toml -o results\n");
}

}  // namespace

std::string first_study_toml(const GuessedStudy& guess, const std::string& id, const std::string& recordings) {
  std::string out =
      "# The plan of a study, guessed from its recordings by `semg study init`. CHECK marks what only you can know.\n"
      "# Every key may be changed; left out, it has the value that is said here. An unknown key is an error.\n"
      "#   semg study status study.toml            what is planned, there, and usable\n"
      "#   semg compare study.toml -o results      what changed\n";
  if (guess.simulated > 0) out += "# SIMULATED recordings.\n";
  out += text_line("schema", "semg-study/1", "the form of this file; leave it");
  out += "\n" + study_table(guess, id, recordings);
  out += "\n" + visit_tables(guess);
  out += "\n" + task_tables(guess);
  out += "\n" + muscle_tables(guess);
  out += "\n" + measure_tables(guess);
  return out + "\n" + endpoint_table(guess);
}

int init_study(const fs::path& folder) {
  const std::string name = folder.string();
  if (!fs::is_directory(folder)) throw Error(Fault::no_input, name + ": no such folder");
  refuse_what_is_there(folder);
  std::string recordings = "recordings";
  std::vector<FoundRecording> found = recordings_in(folder / recordings);
  if (found.empty()) {
    recordings = ".";
    found = recordings_in(folder);
  }
  if (found.empty()) throw Error(Fault::no_input, name + ": found no recording, expected *.nwb in it or in its folder recordings");
  const GuessedStudy guess = guess_study(found, name);
  const std::string toml = first_study_toml(guess, id_of(folder), recordings);
  study_plan_from_toml(toml, "study.toml");  // what is written can be read

  const bool sessions_kept = fs::exists(folder / "sessions.csv");
  write_text(folder / "participants.csv", participants_text(guess), Existing::refuse);
  if (!sessions_kept) write_text(folder / "sessions.csv", sessions_text(guess), Existing::refuse);
  write_text(folder / "study.toml", toml, Existing::refuse);
  tell(guess, sessions_kept);
  for (const std::string& sentence : guess.left_out) fmt::print(stderr, "semg: left out: {}\n", sentence);
  return guess.left_out.empty() ? kExitOk : kExitIncomplete;
}

}  // namespace semg
