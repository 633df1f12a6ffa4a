// SPDX-License-Identifier: BSD-3-Clause
// semg extract: recordings -> features files, tables, a page.
#include <algorithm>
#include <exception>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "apps/analysis_file.hpp"
#include "apps/analysis_jobs.hpp"
#include "apps/command.hpp"
#include "apps/feature_tables.hpp"
#include "apps/page/page_of_features.hpp"
#include "apps/progress.hpp"
#include "apps/sensitivity.hpp"
#include "dsp/error.hpp"
#include "io/features_file.hpp"
#include "io/output_file.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

struct ExtractOptions {
  std::vector<fs::path> recordings;
  fs::path out, out_dir, csv, analysis, rest, events, report;
  int jobs = default_jobs();
  bool if_stale = false, sensitivity = false;
  std::string features = "standard";
  std::string progress = "auto";
};

void check(const ExtractOptions& o) {
  const bool several = o.recordings.size() > 1;
  if (!o.out.empty() && !o.out_dir.empty()) throw Error(Fault::usage, "command line: found both -o and --out-dir, expected one of them");
  if (!o.out.empty() && several) throw Error(Fault::usage, "command line: found -o with several recordings, expected --out-dir DIR");
  if (!o.report.empty() && several)
    throw Error(Fault::usage, "command line: found --report with several recordings, expected one recording to a page");
  check_jobs(o.jobs);
  for (const fs::path& r : o.recordings) {
    const std::string name = r.filename().string();
    if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      throw Error(Fault::usage, "recording: found a file name with control characters, expected none; rename the file");
    }
    if (!fs::exists(r)) throw Error(Fault::no_input, r.filename().string() + ": no such file");
  }
}

fs::path features_place(const ExtractOptions& o, const fs::path& recording) {
  if (!o.out.empty()) return o.out;
  const fs::path name = recording.stem().string() + ".features.h5";
  return (o.out_dir.empty() ? recording.parent_path() : o.out_dir) / name;
}

/// One line per muscle: what a person at a terminal wants to see.
void print_muscles(const fs::path& features) {
  const FeaturesReader reader(features);
  const auto rows = reader.summary();
  const auto value = [&](std::size_t c, const char* feature) -> const SummaryRow& {
    return *std::find_if(rows.begin(), rows.end(), [&](const SummaryRow& r) {
      return r.channel == static_cast<int>(c) && r.task.empty() && r.repetition == 0 && r.feature == feature;
    });
  };
  const auto number = [](const SummaryRow& r, const char* unit) {
    return r.value ? fmt::format("{:.3g} {}", *r.value, unit) : fmt::format("not assessable ({})", to_string(r.reason));
  };
  const auto& channels = reader.head().recording.stream.channels;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const char* unit = to_string(channels[c].unit);
    const std::string side = channels[c].side == Side::none ? "" : std::string(" ") + to_string(channels[c].side);
    fmt::print("{:<14} activations {:<4} RMS {:<12} MDF {:<12} SNR {}\n", channels[c].muscle + side,
               number(value(c, "activation_count"), ""), number(value(c, "rms_active"), unit), number(value(c, "mdf_active"), "Hz"),
               number(value(c, "snr"), "dB"));
  }
}

int extract(const ExtractOptions& o) {
  check(o);
  const Settings settings = read_analysis_file(o.analysis);
  if (o.features != "standard" && o.features != "all")
    throw Error(Fault::usage, fmt::format("--features: found {}, expected standard or all", o.features));
  if (!o.out_dir.empty()) {
    std::error_code failed;
    fs::create_directories(o.out_dir, failed);
    if (failed) throw Error(Fault::cannot_create, fmt::format("{}: cannot be made: {}", o.out_dir.string(), failed.message()));
  }
  std::vector<fs::path> places;
  std::vector<AnalysisRequest> requests, all;
  std::int64_t rows = 0;
  std::set<fs::path> taken;
  std::vector<std::exception_ptr> failures;
  for (const fs::path& recording : o.recordings) {
    AnalysisRequest request{.recording = recording,
                            .features = features_place(o, recording),
                            .settings = settings,
                            .rest = o.rest,
                            .edited = o.events,
                            .hand_edits = HandEdits::forget,
                            .briefs = {},
                            .rest_source = {},
                            .rest_sha256 = {},
                            .feature_set = o.features == "all" ? FeatureSet::all : FeatureSet::standard};
    if (!taken.insert(fs::weakly_canonical(fs::absolute(request.features))).second) {
      throw Error(Fault::usage,
                  fmt::format("{}: two recordings would be written there; expected different names", request.features.filename().string()));
    }
    places.push_back(request.features);
    all.push_back(request);
    if (o.if_stale && features_state(request) == FeaturesState::fresh) {
      if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "{}: unchanged\n", request.features.filename().string());
      continue;
    }
    requests.push_back(std::move(request));
  }
  for (AnalysisRequest& request : requests) {
    try {
      rows += analysis_rows(request.recording);
    } catch (const Error&) {
      rows += 1;  // the run itself will say what is wrong with it
    }
  }
  {
    Progress progress(progress_style_from(o.progress),
                      requests.size() == 1 ? "extract" : fmt::format("extract {} recordings", requests.size()), rows);
    for (AnalysisRequest& request : requests) request.progress = [&progress](std::int64_t n) { progress.advance(n); };
    failures = analyse_all(requests, o.jobs);
  }
  // One recording: its failure is the command's. Of several, the others stand.
  if (requests.size() == 1 && failures[0]) std::rethrow_exception(failures[0]);
  int failed = 0;
  for (std::size_t k = 0; k < failures.size(); ++k) {
    if (!failures[k]) continue;
    ++failed;
    std::erase(places, requests[k].features);
    std::erase_if(all, [&](const AnalysisRequest& request) { return request.features == requests[k].features; });
    try {
      std::rethrow_exception(failures[k]);
    } catch (const std::exception& e) {
      fmt::print(stderr, "semg: {}\n", e.what());
    }
  }
  if (!o.csv.empty())
    write_feature_tables(o.csv, places, o.sensitivity ? std::vector{sensitivity_table()} : std::vector<TableDefinition>{});
  if (!o.report.empty() && !places.empty()) write_text(o.report, page_of_features(o.recordings.front(), places.front()), Existing::replace);
  if (isatty(STDOUT_FILENO) != 0) {
    for (const fs::path& place : places) {
      if (places.size() > 1) fmt::print("{}\n", place.filename().string());
      print_muscles(place);
    }
  }
  if (o.sensitivity) tell_sensitivity(all, o.jobs, o.csv);
  if (failed > 0) {
    fmt::print(stderr, "semg: {} of {} recordings were left out\n", failed, o.recordings.size());
    return kExitIncomplete;
  }
  return kExitOk;
}

}  // namespace

void add_extract(CLI::App& app, Run& run) {
  auto o = std::make_shared<ExtractOptions>();
  CLI::App* sub = app.add_subcommand("extract", "RMS, median frequency and activation of recordings: features file, tables, page");
  sub->add_option("REC", o->recordings, "recordings (NWB), as semg import or semg simulate writes them")->required();
  sub->add_option("-o", o->out, "features file of one recording (default: NAME.features.h5 beside it)");
  sub->add_option("--out-dir", o->out_dir, "folder for the features files; made where it is missing");
  sub->add_option("--csv", o->csv,
                  "folder for windows.csv, activations.csv, summary.csv, fatigue.csv and codebook.csv; cycles.csv and ensemble.csv where "
                  "asked for");
  sub->add_option("--analysis", o->analysis, "analysis settings (TOML); semg explain --defaults prints them all");
  sub->add_option("--rest", o->rest, "a recording of rest, channels of the same labels; else a period named rest, else found");
  sub->add_option("--events", o->events,
                  "activations set by hand (CSV: channel,onset_s,offset_s); replace the automatic ones of those channels");
  sub->add_option("--features", o->features,
                  "standard (RMS, ARV, MDF, MNF, active fraction of each window) or all (with the classical time-domain set, band power, "
                  "bandwidth and Dimitrov's index)");
  sub->add_option("--report", o->report, "a page on this recording (HTML, opens offline, prints)");
  sub->add_option("--jobs", o->jobs, "recordings measured at once (default: one per core); results do not depend on it");
  sub->add_flag("--if-stale", o->if_stale, "leave out what is up to date: same recording, settings, rest and version");
  sub->add_flag("--sensitivity", o->sensitivity,
                "measure again with two choices others make (30 Hz high-pass, Hodges-Bui's threshold) and print how each value moves; with "
                "--csv also sensitivity.csv");
  sub->add_option("--progress", o->progress, "auto (on a terminal), json (lines on stderr), none");
  sub->footer(
      "Example:\n  semg extract S01_B1.nwb --csv tables --report S01_B1.html\n"
      "Cycles, co-contraction and latencies are measured where the analysis file asks for them:\n"
      "  [cycles]  from = \"event:heel strike\" or \"activation:CH1\"; envelope_hz = 6\n"
      "  [pairs]   antagonists = [[\"CH1\", \"CH2\"]]; reference = \"mvc\", the task in which each muscle is at its reference\n"
      "  [latency] from = \"event:go\" or \"activation:CH1\"\n"
      "Writes S01_B1.features.h5 beside the recording. Exit code 3: some of several recordings were left out.\n"
      "Next: open the page; semg verify S01_B1.features.h5; semg explain S01_B1.features.h5 says how each number was made.");
  sub->callback([o, &run] { run = [o] { return extract(*o); }; });
}

}  // namespace semg
