// SPDX-License-Identifier: BSD-3-Clause
// `semg import`: a device's export becomes a recording.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/command.hpp"
#include "apps/ids.hpp"
#include "apps/import/manifest_import.hpp"
#include "apps/import/one_import.hpp"
#include "apps/import/settings.hpp"
#include "apps/import/warning_words.hpp"
#include "apps/progress.hpp"
#include "dsp/error.hpp"
#include "io/output_file.hpp"

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

A manifest names the files of a study, from its own folder. It must have the columns
file, participant_id and visit_id; it may have the others:

  file,participant_id,visit_id,recorded_on,task,repetition,channels,fs_hz,unit,device,operator,note
  day1/S01_grip.edf,S01,V0,2026-07-27,grip,,EMG 1=biceps:left;EMG 2=biceps:right,,,,,
  day1/S01_rest.txt,S01,V0,2026-07-27,rest,,text.toml,2000,mV,,AB,arm on the table

  recorded_on  a date, a time as for --session-start, or a day of the study (a whole
               number; then no date is kept). A date: the file's own time where it
               says the same date.
  task         of the whole recording; empty: as --period-events and so on say
  repetition   empty: rows of one participant, visit and task are 1, 2, ... in order
  channels     LABEL[=MUSCLE[:SIDE]] with ; between them, or the name of a map
  fs_hz        held against the file, as --fs is with a manifest: a file that says none
               has this rate, one that says another is a fault. --unit is for files that
               say none, the cell unit wins over the file.
  operator, note   are for people, and never copied

  semg import --manifest sessions.csv --out-dir recordings --channels map.toml --fs 2000

Recordings are PARTICIPANT_VISIT[_TASK][_REPETITION].nwb. All lines are checked before
the first is imported. Faulty ones are left out, printed as a table, written to
import_failures.csv, and the exit code is 3; once they are mended the same command
imports them alone.

A map, for --channels, has for each channel
  [[channel]]
  source = "EMG 1"          # or A-B
  muscle = "tibialis anterior"
  side = "left"             # left, right or none
  ied_mm = 20               # if known, as --ied-mm
  reference = "patella"     # if known, as --reference

Next: semg info REC.nwb shows what is in a recording and what is missing.)";

int run_import(ImportSettings settings, ProgressStyle style) {
  check_settings(settings);
  if (settings.recording_id.empty()) settings.recording_id = id_from(settings.out.stem().string());
  check_id("--recording-id", settings.recording_id);
  if (!settings.participant_id.empty()) check_id("--participant", settings.participant_id);
  if (!settings.visit_id.empty()) check_id("--visit", settings.visit_id);
  if (settings.session_start) check_session_start("--session-start", *settings.session_start);
  { const OutputFile place(settings.out, Existing::refuse); }  // tells at once, not after an hour

  PreparedImport import = prepare_import(settings);
  std::vector<ForeignWarning> warnings = import.warnings;
  {
    Progress progress(style, "import", 2 * import.plan.rows);
    const auto findings = write_import(import, settings, [&](std::int64_t rows) { progress.advance(rows); });
    warnings.insert(warnings.end(), findings.begin(), findings.end());
  }
  print_warnings(warnings, import.file);
  return import.incomplete() ? kExitIncomplete : kExitOk;
}

// One source has its place and its ids from the command line, the files of a manifest have theirs from its cells.
void check_one_way(const ImportSettings& settings, const std::filesystem::path& manifest, const std::filesystem::path& folder) {
  const auto refuse = [](const std::string& sentence) { throw Error(Fault::usage, "command line: " + sentence); };
  if (manifest.empty()) {
    if (!folder.empty()) refuse("found --out-dir without --manifest, expected SRC -o OUT.nwb, or --manifest sessions.csv --out-dir DIR");
    if (settings.source.empty()) refuse("found no SRC, expected SRC -o OUT.nwb, or --manifest sessions.csv --out-dir DIR");
    if (settings.out.empty()) refuse("found no -o, expected SRC -o OUT.nwb");
    return;
  }
  if (!settings.source.empty()) refuse("found SRC beside --manifest, expected one of them");
  if (!settings.out.empty()) refuse("found -o beside --manifest, expected --out-dir DIR");
  if (folder.empty()) refuse("found --manifest without --out-dir, expected --out-dir DIR");
  struct Cell {
    const char* option;
    bool given;
    const char* column;
  };
  for (const Cell& cell :
       {Cell{"--participant", !settings.participant_id.empty(), "participant_id"}, Cell{"--visit", !settings.visit_id.empty(), "visit_id"},
        Cell{"--task", !settings.task.empty(), "task"}, Cell{"--session-start", settings.session_start.has_value(), "recorded_on"}}) {
    if (cell.given) refuse(fmt::format("found {} beside --manifest, expected it in the manifest's column {}", cell.option, cell.column));
  }
  if (!settings.recording_id.empty()) refuse("found --recording-id beside --manifest, expected none: it is the recording's name");
}

}  // namespace

void add_import(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("import", "A device's export becomes a recording, or a study's files become one each");
  verb->footer(kExamples);
  const auto settings = std::make_shared<ImportSettings>();
  struct Words {
    std::string delimiter, decimal, encoding, progress = "auto";
    std::filesystem::path manifest, folder;
  };
  const auto words = std::make_shared<Words>();

  verb->add_option("source", settings->source, "the file to import")->type_name("SRC");
  verb->add_option("-o,--output", settings->out, "the recording to make; never replaces one")->type_name("OUT.nwb");
  verb->add_option("--manifest", words->manifest, "a table of files to import, instead of SRC")->type_name("FILE.csv");
  verb->add_option("--out-dir", words->folder, "where recordings of a manifest go; made where it is missing")->type_name("DIR");

  auto* channel = verb->add_option("--channel", settings->channels, "a channel to import and its muscle; repeat for more")
                      ->type_name("LABEL[=MUSCLE[:SIDE]]")
                      ->take_all()
                      ->expected(1)
                      ->allow_extra_args(false)
                      ->group("Channels");
  verb->add_option("--channels", settings->channel_map, "table of [[channel]] source, muscle, side, ied_mm, reference")
      ->type_name("MAP.toml")
      ->group("Channels")
      ->excludes(channel);
  verb->add_option("--column", settings->columns, "a column by number or name, and its label; repeat for more")
      ->type_name("N|NAME[=LABEL]")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false)
      ->group("Channels");
  verb->add_option("--ied-mm", settings->ied_mm, "distance between the electrodes, centre to centre")->type_name("MM")->group("Channels");
  verb->add_option("--reference", settings->reference, "where the reference electrode is")->type_name("PLACE")->group("Channels");
  verb->add_option("--device", settings->device, "which device, where a file holds several")->type_name("NAME")->group("Channels");
  verb->add_option("--dataset", settings->dataset, "HDF5: path of the samples")->type_name("/PATH[:FIELD]")->group("Channels");
  verb->add_option("--series", settings->series, "NWB: path of the series, where there are several")->type_name("/PATH")->group("Channels");

  verb->add_option("--fs", settings->fs_hz, "sampling rate; wins over the file (with a manifest: is held against it)")
      ->type_name("HZ")
      ->group("What the file does not say");
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
      const ProgressStyle style = progress_style_from(words->progress);
      check_one_way(*settings, words->manifest, words->folder);
      return words->manifest.empty() ? run_import(*settings, style) : import_manifest(words->manifest, words->folder, *settings, style);
    };
  });
}

}  // namespace semg
