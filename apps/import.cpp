// SPDX-License-Identifier: BSD-3-Clause
// `semg import`: a device's export becomes a recording.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/command.hpp"
#include "apps/import/feed.hpp"
#include "apps/import/findings.hpp"
#include "apps/import/periods.hpp"
#include "apps/import/plan.hpp"
#include "apps/import/settings.hpp"
#include "apps/import/source.hpp"
#include "apps/import/survey.hpp"
#include "apps/progress.hpp"
#include "dsp/error.hpp"
#include "io/output_file.hpp"
#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"

namespace semg {
namespace {

constexpr const char* kExamples = R"(
A channel: LABEL[=MUSCLE[:SIDE]], or A-B=MUSCLE[:SIDE] for the difference of two
(SIDE is left, right or none; #3 is the third channel). Without --channel every
muscle signal of the file is imported under its own label.

Read are OpenSignals HDF5, NWB, plain HDF5 by path, EDF, EDF+, BDF, BDF+, and text:
BioSPPy, OpenSignals, Biometrics DataLog, Delsys EMGworks, AcqKnowledge, plain
columns. What a file does not say (rate, unit) is stated here or refused.

  semg import session1.bdf -o P01_V0.nwb --channel EXG1-EXG2=biceps:left --participant P01 --visit V0
  semg import gait.txt -o gait.nwb --fs 1000 --unit mV --delimiter tab --column 2=RF --column 3=BF
  semg import fatigue.h5 -o fatigue.nwb --periods tasks.csv

Next: semg info REC.nwb shows what is in the recording and what is missing.)";

// What is odd about one channel is often odd about all 128: three are named, the others counted.
void print_warnings(const std::vector<ForeignWarning>& warnings, const std::string& file) {
  constexpr int kNamed = 3;
  std::map<std::string, int> of_code;
  for (const ForeignWarning& warning : warnings) {
    if (++of_code[warning.code] > kNamed && !warning.channel.empty()) continue;
    fmt::print(stderr, "semg: {}: {}: {}{}\n", file, warning.code, warning.channel.empty() ? "" : warning.channel + ": ", warning.text);
  }
  for (const auto& [code, count] : of_code) {
    if (count > kNamed) fmt::print(stderr, "semg: {}: {}: {} more channels\n", file, code, count - kNamed);
  }
}

// Of the file's own warnings those about the whole of it and about channels that are imported, unless the user has settled them. Those
// about other channels follow only where they are why the file counts as incomplete.
std::vector<ForeignWarning> warnings_that_matter(const SignalFile& source, const ImportPlan& plan, const ImportSettings& settings) {
  std::set<std::string> imported = {""};
  for (const PlannedChannel& planned : plan.channels) {
    imported.insert(source.channels[planned.plus.channel].label);
    if (planned.minus) imported.insert(source.channels[planned.minus->channel].label);
  }
  std::vector<ForeignWarning> result, others;
  for (const ForeignWarning& warning : source.warnings) {
    const bool start = warning.code == "no_time_zone" || warning.code == "no_start";
    if (start && !settings.session_start.empty()) continue;
    (imported.contains(warning.channel) ? result : others).push_back(warning);
  }
  if (source.incomplete) result.insert(result.end(), others.begin(), others.end());
  return result;
}

// A file name as an id: what an id may not hold becomes _, and one that does not begin with a letter gets R_ before it.
std::string id_from(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
  }
  return name.empty() || std::isalpha(static_cast<unsigned char>(name[0])) == 0 ? "R_" + name : name;
}

void check_id(const std::string& option, const std::string& id) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.'; };
  if (id.empty() || std::isalpha(static_cast<unsigned char>(id[0])) == 0 || !std::all_of(id.begin(), id.end(), fits)) {
    throw Error(Fault::usage, option + ": found " + (id.empty() ? "none" : id) + ", expected a letter, then letters, digits, _ - or .");
  }
}

// Sentences are one line of plain text, and begin with the name of a file.
void check_name(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
    throw Error(Fault::usage, "source: found a file name with control characters, expected none; rename the file");
  }
}

// YYYY-MM-DDThh:mm:ss[.fff] and Z or +hh:mm.
void check_session_start(const std::string& text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  bool fits = text.size() > kShape.size();
  for (std::size_t i = 0; fits && i < kShape.size(); ++i) {
    fits = kShape[i] == 'd' ? std::isdigit(static_cast<unsigned char>(text[i])) != 0 : text[i] == kShape[i];
  }
  std::size_t i = kShape.size();
  if (fits && text[i] == '.') {
    while (++i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0) {
    }
  }
  const std::string zone = fits ? text.substr(i) : "";
  const auto digit = [&](std::size_t k) { return std::isdigit(static_cast<unsigned char>(zone[k])) != 0; };
  fits = fits && (zone == "Z" || (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && digit(1) && digit(2) &&
                                  digit(4) && digit(5)));
  if (!fits) throw Error(Fault::usage, "--session-start: found " + text + ", expected a time such as 2026-07-27T10:00:00+08:00");
}

template <class T>
void append_counts(RecordingWriter& writer, const ImportFeed& feed, std::size_t channels, std::vector<T>& rows) {
  rows.assign(feed.rows() * channels, T{0});  // 0 where a row is missing: the gap table says so
  std::vector<double> column(feed.rows());
  for (std::size_t c = 0; c < channels; ++c) {
    feed.stored(c, column);
    for (std::size_t r = 0; r < feed.rows(); ++r) {
      if (!std::isnan(column[r])) rows[r * channels + c] = static_cast<T>(column[r]);
    }
  }
  writer.append(rows);
}

void write_samples(RecordingWriter& writer, SignalFile& source, const ImportPlan& plan, SampleType type, Progress& progress) {
  ImportFeed feed(source, plan);
  const std::size_t channels = plan.channels.size();
  std::vector<std::int16_t> shorts;
  std::vector<std::int32_t> longs;
  Block values(channels, ImportFeed::kMaxRows);
  while (feed.next()) {
    switch (type) {
      case SampleType::int16: append_counts(writer, feed, channels, shorts); break;
      case SampleType::int32: append_counts(writer, feed, channels, longs); break;
      case SampleType::float32:
        feed.values(values);
        writer.append(values.samples());
        break;
    }
    progress.advance(static_cast<std::int64_t>(feed.rows()));
  }
}

Recording head_of(const SignalFile& source, const ImportPlan& plan, const ImportSettings& settings, SampleType type) {
  Recording head;
  head.recording_id = settings.recording_id;
  head.participant_id = settings.participant_id;
  head.visit_id = settings.visit_id;
  head.session_start = settings.session_start.empty() ? source.session_start : settings.session_start;
  head.device = source.device;
  head.source_format = source.format;
  head.simulated = source.simulated;
  head.source_sha256 = sha256_of_file(settings.source);
  head.sample_type = type;
  head.conversion = type == SampleType::float32 ? (plan.unit == Unit::microvolt ? 1e-6 : 1.0) : plan.conversion;
  head.stream.fs_hz = plan.fs_hz;
  for (const PlannedChannel& planned : plan.channels) head.stream.channels.push_back(planned.channel);
  return head;
}

int run_import(ImportSettings settings, ProgressStyle style) {
  const std::string file = settings.source.filename().string();
  check_name(settings.source);
  if (settings.text.skip_rows < 0)
    throw Error(Fault::usage, fmt::format("--skip-rows: found {}, expected 0 or more", settings.text.skip_rows));
  if (settings.recording_id.empty()) settings.recording_id = id_from(settings.out.stem().string());
  check_id("--recording-id", settings.recording_id);
  if (!settings.participant_id.empty()) check_id("--participant", settings.participant_id);
  if (!settings.visit_id.empty()) check_id("--visit", settings.visit_id);
  if (!settings.session_start.empty()) check_session_start(settings.session_start);
  { const OutputFile place(settings.out, Existing::refuse); }  // tells at once, not after an hour

  const std::unique_ptr<SignalFile> source = open_source(settings);
  ImportPlan plan = plan_import(*source, settings, file);
  const std::vector<Period> periods = periods_for(*source, settings, {plan.fs_hz, plan.rows}, file);
  Progress progress(style, "import", 2 * plan.rows);
  const ImportSurvey survey = survey_samples(*source, plan, [&](std::int64_t rows) { progress.advance(rows); });
  const std::vector<ForeignWarning> findings = judge(survey, plan, file);
  complete_channels(survey, plan);

  const SampleType type = sample_type_for(survey, plan);
  RecordingWriter writer(settings.out, head_of(*source, plan, settings, type));
  write_samples(writer, *source, plan, type, progress);
  writer.finish(survey.gaps, periods, source->events);

  std::vector<ForeignWarning> warnings = warnings_that_matter(*source, plan, settings);
  warnings.insert(warnings.end(), plan.warnings.begin(), plan.warnings.end());
  warnings.insert(warnings.end(), findings.begin(), findings.end());
  print_warnings(warnings, file);
  return source->incomplete || plan.rows_left_out ? kExitIncomplete : kExitOk;
}

}  // namespace

void add_import(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("import", "A device's export becomes a recording");
  verb->footer(kExamples);
  const auto settings = std::make_shared<ImportSettings>();
  struct Words {
    std::string delimiter, decimal, encoding, progress = "auto";
  };
  const auto words = std::make_shared<Words>();

  verb->add_option("source", settings->source, "the file to import")->required()->type_name("SRC");
  verb->add_option("-o,--output", settings->out, "the recording to make; never replaces one")->required()->type_name("OUT.nwb");

  auto* channel = verb->add_option("--channel", settings->channels, "a channel to import and its muscle; repeat for more")
                      ->type_name("LABEL[=MUSCLE[:SIDE]]")
                      ->take_all()
                      ->expected(1)
                      ->allow_extra_args(false)
                      ->group("Channels");
  verb->add_option("--channels", settings->channel_map, "table of [[channel]] source, muscle, side")
      ->type_name("MAP.toml")
      ->group("Channels")
      ->excludes(channel);
  verb->add_option("--column", settings->columns, "a column by number or name, and its label; repeat for more")
      ->type_name("N|NAME[=LABEL]")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false)
      ->group("Channels");
  verb->add_option("--device", settings->device, "which device, where a file holds several")->type_name("NAME")->group("Channels");
  verb->add_option("--dataset", settings->dataset, "HDF5: path of the samples")->type_name("/PATH[:FIELD]")->group("Channels");
  verb->add_option("--series", settings->series, "NWB: path of the series, where there are several")->type_name("/PATH")->group("Channels");

  verb->add_option("--fs", settings->fs_hz, "sampling rate; wins over the file")->type_name("HZ")->group("What the file does not say");
  verb->add_option("--unit", settings->unit, "V, mV, uV, nV, a.u. or microvolts per count")
      ->type_name("UNIT")
      ->group("What the file does not say");
  verb->add_option("--delimiter", words->delimiter, "text: tab, comma, semicolon or blanks")
      ->type_name("WORD")
      ->group("What the file does not say");
  verb->add_option("--decimal", words->decimal, "text: point or comma")->type_name("WORD")->group("What the file does not say");
  verb->add_option("--encoding", words->encoding, "text: utf-8, latin-1 or utf-16")->type_name("WORD")->group("What the file does not say");
  verb->add_option("--skip-rows", settings->text.skip_rows, "text: lines at the top to leave out")
      ->type_name("N")
      ->group("What the file does not say");

  verb->add_option("--recording-id", settings->recording_id,
                   "default: the name of OUT, made an id: R_ before a digit, _ for what an id may not hold")
      ->type_name("ID")
      ->group("Whose and when");
  verb->add_option("--participant", settings->participant_id, "pseudonym")->type_name("ID")->group("Whose and when");
  verb->add_option("--visit", settings->visit_id, "name of the visit")->type_name("ID")->group("Whose and when");
  verb->add_option("--session-start", settings->session_start, "as 2026-07-27T10:00:00+08:00; default: as the file says")
      ->type_name("TIME")
      ->group("Whose and when");

  verb->add_option("--task", settings->task, "the whole recording is one task")->type_name("TASK")->group("Periods (one of them)");
  verb->add_option("--periods", settings->periods, "table t_start_s,t_stop_s,task,repetition")
      ->type_name("FILE.csv")
      ->group("Periods (one of them)");
  verb->add_option("--period-events", settings->period_events,
                   "an annotation begins a task, until the next of them; `TEXT=` only ends one; repeat for more")
      ->type_name("TEXT[=TASK]")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false)
      ->group("Periods (one of them)");
  verb->add_option("--period-trigger", settings->period_trigger, "a channel that is not 0 is a task")
      ->type_name("LABEL[=TASK]")
      ->group("Periods (one of them)");

  verb->add_option("--progress", words->progress, "auto, json or none")->type_name("WORD");

  verb->callback([settings, words, &run] {
    run = [settings, words] {
      if (!words->delimiter.empty()) settings->text.delimiter = delimiter_from(words->delimiter);
      if (!words->decimal.empty()) settings->text.decimal = decimal_from(words->decimal);
      if (!words->encoding.empty()) settings->text.encoding = text_encoding_from(words->encoding);
      return run_import(*settings, progress_style_from(words->progress));
    };
  });
}

}  // namespace semg
