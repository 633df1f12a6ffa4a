// SPDX-License-Identifier: BSD-3-Clause
// `semg compare`: the visits of a study, measured where that is due, compared, told.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/analysis_jobs.hpp"
#include "apps/command.hpp"
#include "apps/page/definitions.hpp"
#include "apps/page/response_figure.hpp"
#include "apps/progress.hpp"
#include "apps/report/study_report.hpp"
#include "apps/study/session_measures.hpp"
#include "apps/study/study_folder.hpp"
#include "apps/study/study_tables.hpp"
#include "dsp/error.hpp"
#include "dsp/version.hpp"
#include "engine/study/changes.hpp"
#include "engine/study/completeness.hpp"
#include "engine/study/study_plan.hpp"
#include "engine/study/suspicions.hpp"
#include "engine/study/values.hpp"
#include "io/output_file.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

struct CompareOptions {
  fs::path study, out;
  int jobs = default_jobs();
  bool again = false;
  std::string progress = "auto";
};

fs::path features_of_recording(const fs::path& recording) {
  return recording.parent_path() / (recording.stem().string() + ".features.h5");
}

bool is_rest(const StudyPlan& plan, const std::string& task) {
  return std::any_of(plan.tasks.begin(), plan.tasks.end(), [&](const PlannedTask& t) { return t.id == task && t.kind == TaskKind::rest; });
}

/// A recording of nothing but rest of the same visit, with the same rate and every channel: what a recording without rest is measured
/// against.
fs::path rest_for(const FoundRecording& recording, const std::vector<FoundRecording>& all, const StudyPlan& plan) {
  const Recording& mine = recording.recording;
  const auto holds_rest = [&](const Period& p) { return is_rest(plan, p.task); };
  if (std::any_of(mine.periods.begin(), mine.periods.end(), holds_rest)) return {};
  for (const FoundRecording& other : all) {
    const Recording& rest = other.recording;
    if (&other == &recording || !other.unreadable.empty() || rest.participant_id != mine.participant_id || rest.visit_id != mine.visit_id)
      continue;
    if (rest.periods.empty() || !std::all_of(rest.periods.begin(), rest.periods.end(), holds_rest) ||
        rest.stream.fs_hz != mine.stream.fs_hz)
      continue;
    const auto has = [&](const Channel& wanted) {
      return std::any_of(rest.stream.channels.begin(), rest.stream.channels.end(),
                         [&](const Channel& c) { return c.label == wanted.label && c.unit == wanted.unit; });
    };
    if (std::all_of(mine.stream.channels.begin(), mine.stream.channels.end(), has)) return other.path;
  }
  return {};
}

/// What is to be measured, of all recordings that can be.
struct Work {
  std::vector<AnalysisRequest> due;
  std::vector<std::size_t> of;  // [due] index of the recording
  std::size_t fresh = 0, other_settings = 0, failed = 0;
};

/// Beside the tables: the settings of the last comparison that came to its end.
fs::path settings_mark(const fs::path& out) {
  return out / "settings.sha256";
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::getline(file, text);
  return text;
}

/// A features file with other settings than the study's is measured again where the plan was changed: it has those of the last comparison,
/// or no file has the study's. Otherwise somebody measured it so on purpose: it is left as it is, and refused.
Work work_for(const std::vector<FoundRecording>& found, const StudyPlan& plan, const CompareOptions& o) {
  std::vector<AnalysisRequest> requests;
  std::vector<FeaturesState> states;
  std::vector<std::size_t> of;
  Progress progress(progress_style_from(o.progress), "look for what changed", static_cast<std::int64_t>(found.size()));
  for (std::size_t k = 0; k < found.size(); ++k) {
    progress.advance(1);
    if (!found[k].unreadable.empty()) continue;
    requests.push_back({.recording = found[k].path,
                        .features = features_of_recording(found[k].path),
                        .settings = plan.analysis,
                        .rest = rest_for(found[k], found, plan),
                        .edited = {},
                        .hand_edits = HandEdits::keep,
                        .briefs = {},
                        .rest_source = {},
                        .rest_sha256 = {}});
    states.push_back(features_state(requests.back()));
    of.push_back(k);
  }
  Work work;
  const std::string last = text_of(settings_mark(o.out));
  for (const FeaturesState state : states) work.fresh += state == FeaturesState::fresh || state == FeaturesState::edited;
  for (std::size_t k = 0; k < requests.size(); ++k) {
    const bool left =
        states[k] == FeaturesState::other_settings && work.fresh > 0 && (last.empty() || settings_of(requests[k].features) != last);
    const bool up_to_date = states[k] == FeaturesState::fresh || states[k] == FeaturesState::edited;
    if (left && !o.again) ++work.other_settings;
    if (!o.again && (left || up_to_date)) continue;
    work.due.push_back(std::move(requests[k]));
    work.of.push_back(of[k]);
  }
  if (o.again) work.fresh = 0;
  return work;
}

/// Measures; a recording that cannot be measured is unreadable from then on.
void measure(Work& work, std::vector<FoundRecording>& found, const CompareOptions& o) {
  if (work.due.empty()) return;
  std::int64_t rows = 0;
  for (const std::size_t k : work.of) rows += 2 * found[k].recording.rows;
  std::vector<std::exception_ptr> failures;
  {
    Progress progress(progress_style_from(o.progress),
                      fmt::format("measure {} recording{}", work.due.size(), work.due.size() == 1 ? "" : "s"), rows);
    for (AnalysisRequest& request : work.due) request.progress = [&progress](std::int64_t n) { progress.advance(n); };
    failures = analyse_all(work.due, o.jobs);
  }
  for (std::size_t k = 0; k < failures.size(); ++k) {
    if (!failures[k]) continue;
    try {
      std::rethrow_exception(failures[k]);
    } catch (const Error& e) {
      // A full disk or a folder that cannot be written is no fault of the recording; a strange file in the place of its features is.
      const bool in_the_way = e.fault() == Fault::cannot_create && fs::exists(work.due[k].features);
      if (e.fault() != Fault::data && !in_the_way) throw;
      found[work.of[k]].unreadable = e.what();
      ++work.failed;
    }
  }
}

std::vector<Session> sessions_of(const std::vector<FoundRecording>& found, const Study& study) {
  std::vector<Session> sessions;
  for (const FoundRecording& recording : found) {
    Session session = session_of(study, recording);
    if (session.unreadable.empty()) {
      try {
        const FeaturesReader features(features_of_recording(recording.path));
        session.recording_sha256 = features.head().recording_sha256;
        take_measures(session, features, study.plan);
      } catch (const Error& e) {
        session.unreadable = e.what();
      }
    }
    sessions.push_back(std::move(session));
  }
  return sessions;
}

std::vector<StudyFinding> out_of_window(const StudyResults& results) {
  std::vector<StudyFinding> findings;
  for (const VisitState& visit : results.visits) {
    if (visit.kind != VisitState::Kind::out_of_window) continue;
    findings.push_back({.participant = visit.participant,
                        .visit = visit.visit,
                        .recording_id = {},
                        .muscle = {},
                        .side = Side::none,
                        .code = StudyReason::out_of_window,
                        .text = visit.because.empty() ? "recorded outside its window" : visit.because.front()});
  }
  return findings;
}

/// Of the recordings that could be measured; definitions are told at it.
double commonest_rate(const std::vector<Session>& sessions) {
  std::map<double, int> count;
  for (const Session& session : sessions) {
    if (session.fs_hz > 0) ++count[session.fs_hz];
  }
  const auto most = std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == count.end() ? 2000 : most->first;
}

void print_findings(const StudyResults& results) {
  for (const StudyFinding& f : results.findings) {
    const bool whole = f.code == StudyReason::unreadable || f.code == StudyReason::not_in_plan || f.code == StudyReason::different_settings;
    if (whole) fmt::print(stderr, "semg: {}\n", f.text);
  }
}

void print_summary(const StudyResults& results, const Work& work, const fs::path& out) {
  fmt::print("{}: {} participants, {} visits, {} recordings: {} measured, {} up to date{}\n", results.study.plan.id,
             results.study.participants.size(), results.study.plan.visits.size(), results.sessions.size(), work.due.size() - work.failed,
             work.fresh, work.other_settings > 0 ? fmt::format(", {} left with other settings", work.other_settings) : "");
  constexpr std::array kVerdicts = {ChangeVerdict::increase,       ChangeVerdict::decrease, ChangeVerdict::within_mdc,
                                    ChangeVerdict::not_assessable, ChangeVerdict::missing,  ChangeVerdict::refused,
                                    ChangeVerdict::excluded};
  std::string words;
  for (const ChangeVerdict verdict : kVerdicts) {
    const auto count =
        std::count_if(results.changes.begin(), results.changes.end(), [&](const ChangeCell& c) { return c.verdict == verdict; });
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, to_string(verdict));
  }
  fmt::print("{} planned changes: {}\n", results.changes.size(), words);
  fmt::print("{}\n", (out / "report.html").string());
}

int compare(const CompareOptions& o) {
  check_jobs(o.jobs);
  StudyResults results;
  results.study = read_study(o.study);
  std::vector<FoundRecording> found = recordings_of(results.study, o.study);
  if (found.empty()) {
    throw Error(Fault::no_input, fmt::format("{}: study.recordings: found no recording in {}, expected *.nwb", o.study.filename().string(),
                                             results.study.plan.recordings));
  }
  std::error_code failed;
  fs::create_directories(o.out, failed);
  if (failed) throw Error(Fault::cannot_create, fmt::format("{}: cannot be made: {}", o.out.string(), failed.message()));

  Work work = work_for(found, results.study.plan, o);
  measure(work, found, o);
  results.sessions = sessions_of(found, results.study);
  results.visits = visit_states(results.study, results.sessions);
  results.findings = suspicions(results.study, results.sessions);
  for (StudyFinding& finding : out_of_window(results)) results.findings.push_back(std::move(finding));
  results.values = values_of(results.study, results.sessions, results.findings);
  compare_visits(results);

  write_study_tables(o.out, results);
  const Chain chain = chain_for(results.study.plan.analysis, commonest_rate(results.sessions));
  const std::string plan = canonical_toml(results.study.plan), settings = canonical_toml(results.study.plan.analysis);
  write_text(o.out / "report.html",
             study_report({.results = results,
                           .plan_toml = plan,
                           .plan_sha256 = sha256_of_text(plan),
                           .settings_toml = settings,
                           .settings_sha256 = sha256_of_text(settings),
                           .engine_version = version_line(),
                           .definitions = definitions_of(chain),
                           .response = response_figure(chain)}),
             Existing::replace);
  write_text(settings_mark(o.out), sha256_of_text(settings) + "\n", Existing::replace);
  print_findings(results);
  print_summary(results, work, o.out);
  const bool left_out = std::any_of(results.findings.begin(), results.findings.end(), [](const StudyFinding& f) {
    return f.code == StudyReason::unreadable || f.code == StudyReason::not_in_plan || f.code == StudyReason::different_settings;
  });
  if (work.other_settings > 0)
    fmt::print(stderr, "semg: {} features file{} made with other settings; --re-extract measures them again\n", work.other_settings,
               work.other_settings == 1 ? " was" : "s were");
  return left_out ? kExitIncomplete : kExitOk;
}

}  // namespace

void add_compare(CLI::App& app, Run& run) {
  const auto o = std::make_shared<CompareOptions>();
  CLI::App* verb = app.add_subcommand("compare", "What changed between the visits of a study: values, changes, report");
  verb->add_option("STUDY", o->study, "the study file, as semg study init writes it")->required()->type_name("STUDY.toml");
  verb->add_option("-o,--output", o->out, "folder for the tables and the report; made where it is missing")->required()->type_name("DIR");
  verb->add_option("--jobs", o->jobs, "recordings measured at once (default: one per core); results do not depend on it");
  verb->add_flag("--re-extract", o->again, "measure every recording again, also those that somebody measured with other settings");
  verb->add_option("--progress", o->progress, "auto (on a terminal), json (lines on stderr), none");
  verb->footer(R"(Measures recordings that have no features file yet, or whose recording, rest or engine version
changed (beside each recording, NAME.features.h5), then writes into DIR
  report.html      what changed, in plain words, with figures; opens offline, prints
  values.csv       one row per participant, visit, task, muscle, side, feature and view
  values_wide.csv  the same, one row per participant and visit
  changes.csv      every planned change with its verdict; changes.json the same
  codebook.csv     every column explained; load.R reads all of it in R
  settings.sha256  what was compared with last: a changed plan is told from a recording
                   that somebody measured in another way

A change is called increase or decrease only beyond the day-to-day variation that the study
file names ([reliability]). Exit code 3: a recording was left out; the words say which.

Example:
  semg compare study.toml -o results
Next: open results/report.html; semg study status study.toml says what is still open.)");
  verb->callback([o, &run] { run = [o] { return compare(*o); }; });
}

}  // namespace semg
