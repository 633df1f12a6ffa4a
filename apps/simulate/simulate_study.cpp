// SPDX-License-Identifier: BSD-3-Clause
// `semg simulate study`: a trial whose every true change is known.
#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/analysis_jobs.hpp"
#include "apps/progress.hpp"
#include "apps/simulate/simulate_jobs.hpp"
#include "apps/simulate/study_truth.hpp"
#include "dsp/error.hpp"
#include "engine/simulation/simulated_study.hpp"
#include "io/output_file.hpp"
#include "io/recording_writer.hpp"
#include "io/table.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

struct Wish {
  fs::path out;
  StudySimulation simulation;
  std::string faults = "on", progress = "auto";
  int jobs = default_jobs();
};

/// A folder of its own: nothing of anybody else's lies in it.
void make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(Fault::cannot_create, fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
  if (!fs::is_empty(folder))
    throw Error(Fault::cannot_create, fmt::format("{}: found files in it, expected an empty folder or none", folder.string()));
  fs::create_directories(folder / "recordings");
}

void write_recording(const SimulatedVisit& visit, const fs::path& path) {
  SimulatedVisitSource source(visit);
  RecordingWriter writer(path, visit.recording);
  const std::size_t channels = visit.recording.stream.channels.size();
  std::vector<std::int16_t> counts(4096 * channels);
  while (const std::size_t rows = source.read_counts(counts)) writer.append(std::span<const std::int16_t>(counts).first(rows * channels));
  writer.finish({}, visit.recording.periods, {});
}

void write_recordings(const SimulatedStudy& study, const Wish& wish, ProgressStyle style) {
  std::vector<std::pair<int, int>> visits;
  for (int p = 0; p < static_cast<int>(study.study().participants.size()); ++p) {
    for (int v = 0; v < static_cast<int>(study.study().plan.visits.size()); ++v) {
      if (study.recorded(p, v)) visits.emplace_back(p, v);
    }
  }
  Progress progress(style, "simulate", static_cast<std::int64_t>(visits.size()));
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex lock;
  const auto work = [&] {
    for (std::size_t k = next++; k < visits.size(); k = next++) {
      try {
        const SimulatedVisit visit = study.visit(visits[k].first, visits[k].second);
        write_recording(visit, wish.out / "recordings" / (visit.recording.recording_id + ".nwb"));
      } catch (...) {
        const std::lock_guard guard(lock);
        failure = std::current_exception();
        next = visits.size();
      }
      progress.advance(1);
    }
  };
  std::vector<std::thread> threads;
  for (int t = 1; t < wish.jobs; ++t) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

void write_participants(const SimulatedStudy& study, const fs::path& folder) {
  TableDefinition table = {"participants",
                           {{"participant_id", "id", "", "", "", ""},
                            {"site", "text", "", "", "", ""},
                            {"paretic", "text", "", "", "", ""},
                            {"dominant", "text", "", "", "", ""}}};
  const auto& participants = study.study().participants;
  for (const auto& [anchor, day] : participants.front().anchors) table.columns.push_back({anchor.c_str(), "text", "", "", "", ""});
  TableWriter out(folder, table);
  for (const Participant& who : participants) {
    out.text(who.id).text(who.site).text(to_string(who.paretic)).text(to_string(who.dominant));
    for (const auto& [anchor, day] : who.anchors) out.text(day_text(day));
    out.end_row();
  }
  out.finish();
}

void write_sessions(const SimulatedStudy& study, const fs::path& folder) {
  TableDefinition table = {"sessions", {}};
  for (const char* name : {"file", "participant_id", "visit_id", "recorded_on", "task", "channels", "note"})
    table.columns.push_back({name, "text", "", "", "", ""});
  TableWriter out(folder, table);
  for (const SessionEntry& session : study.study().sessions) {
    out.text("recordings/" + session.file).text(session.participant_id).text(session.visit_id).text(day_text(*session.recorded_on));
    out.empty().empty().text("SIMULATED").end_row();
  }
  out.finish();
}

void write_arms(const SimulatedStudy& study, const fs::path& folder) {
  TableWriter out(folder, {"arms", {{"participant_id", "id", "", "", "", ""}, {"arm", "text", "", "X;Y;Z", "", ""}}});
  for (std::size_t p = 0; p < study.study().participants.size(); ++p)
    out.text(study.study().participants[p].id).text(std::string(1, study.arm(static_cast<int>(p)))).end_row();
  out.finish();
}

int simulate_study(Wish wish) {
  check_jobs(wish.jobs);
  if (wish.faults != "on" && wish.faults != "off")
    throw Error(Fault::usage, fmt::format("--faults: found {}, expected on or off", wish.faults));
  if (wish.faults == "on") wish.simulation.faults = usual_faults();
  const ProgressStyle style = progress_style_from(wish.progress);
  const SimulatedStudy study(wish.simulation);
  make_folder(wish.out);
  write_participants(study, wish.out);
  write_sessions(study, wish.out);
  write_arms(study, wish.out);
  write_study_truth(wish.out, study);
  write_recordings(study, wish, style);
  // Last: a folder that was not finished is no study with visits missing.
  write_text(wish.out / "study.toml", simulated_study_toml(), Existing::refuse);
  fmt::print(stderr, "SIMULATED: {}: {} participants, {} recordings; the truth is in {}\n", wish.out.string(),
             study.study().participants.size(), study.study().sessions.size(), (wish.out / "truth.csv").string());
  return kExitOk;
}

}  // namespace

void add_simulate_study(CLI::App& simulate, Run& run) {
  const auto wish = std::make_shared<Wish>();
  CLI::App* verb = simulate.add_subcommand("study", "A trial of several visits, its plan and its truth");
  verb->add_option("-o,--output", wish->out, "the folder to make; must be empty or not there")->required()->type_name("DIR");
  verb->add_option("--seed", wish->simulation.seed, "which of the many studies of this kind")->type_name("N")->capture_default_str();
  verb->add_option("--participants", wish->simulation.participants, "how many")->type_name("N")->capture_default_str();
  verb->add_option("--effect", wish->simulation.effect, "what the treatments do is multiplied by it; 0: nothing changes")
      ->type_name("SCALE")
      ->capture_default_str();
  verb->add_option("--fs", wish->simulation.fs_hz, "sampling rate, Hz")->type_name("HZ")->capture_default_str();
  verb->add_option("--faults", wish->faults, "two missing visits, a dead channel, exchanged sides, a visit at 1000 Hz, of SIM04 to SIM11")
      ->type_name("on|off")
      ->capture_default_str();
  verb->add_option("--jobs", wish->jobs, "recordings made at once (default: one per core); results do not depend on it");
  verb->add_option("--progress", wish->progress, "auto, json or none")->type_name("WORD");
  verb->footer(R"(Twelve participants after stroke in three arms, two baselines and four later visits, tibialis
anterior and gastrocnemius on both sides, electrodes placed anew each time. Writes into DIR
  recordings/       one for each participant and visit: rest, maximal contractions, repetitions, a hold
  study.toml, participants.csv, sessions.csv    the plan
  truth.csv         every true change, in the columns of changes.csv, and the treatment's part of it
  arms.csv          who got what: no analyst's business
The same options give the same bytes. Everything made from it says SIMULATED.

Example:
  semg simulate study -o sim --seed 1
Next: semg compare sim/study.toml -o results)");
  verb->callback([wish, &run] { run = [wish] { return simulate_study(*wish); }; });
}

}  // namespace semg
