// SPDX-License-Identifier: BSD-3-Clause
// The command line: one verb a file, errors as one sentence.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include <CLI/CLI.hpp>

#include "apps/command.hpp"
#include "dsp/error.hpp"
#include "dsp/version.hpp"
#include "io/output_file.hpp"

namespace {

/// Ends the program as the signal would, but leaves no temporary file.
void stop(int signal) {
  semg::remove_unfinished_outputs();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

constexpr const char* kPath = R"(semg: surface EMG, from a recording to what changed between visits

The path of a study, in order:
  semg import   SRC -o REC.nwb              a device's export becomes a recording
  semg import   --manifest sessions.csv --out-dir DIR    all files of a study become one each
  semg info     REC.nwb                     what is in it, and what is missing
  semg extract  REC.nwb --report PAGE.html  RMS, median frequency, activation; tables and a page
  semg study    init FOLDER                 a study file from the recordings of all visits
  semg study    status STUDY.toml           what is planned, there and usable
  semg compare  STUDY.toml -o DIR           what changed between visits: tables and a report
  semg verify   REC.features.h5             the same numbers again from the recording
  semg export   REC.nwb --to csv -o X.csv   samples for another program

Live:
  semg devices                              what can be listened to, and what each needs
  semg monitor  --from URI --tty            a stream measured while it comes, nothing stored
  semg record   --from URI -o REC.nwb       a stream into a recording that survives a crash
  semg recover  REC.nwb.journal             after a crash: the recording from what reached the disk

Beside the path:
  semg explain  --fs 2000                   what the chain does: response, delays, definitions
  semg simulate recording -o SIM.nwb        a recording with exactly known truth
  semg simulate study -o DIR                a trial of six visits with exactly known truth
  semg bench    live                        how soon this machine knows what was in a block of samples

`semg VERB --help` shows every option and an example.
)";

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  std::signal(SIGPIPE, SIG_IGN);  // who stops reading our words must not end a recording
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow any more is a disk that is full: told, not died of
  CLI::App app("surface EMG: from a recording to what changed between visits", "semg");
  app.set_version_flag("--version", semg::version_line());
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(34);

  semg::Run run;
  semg::add_import(app, run);
  semg::add_info(app, run);
  semg::add_extract(app, run);
  semg::add_study(app, run);
  semg::add_compare(app, run);
  semg::add_record(app, run);
  semg::add_monitor(app, run);
  semg::add_devices(app, run);
  semg::add_recover(app, run);
  semg::add_bench(app, run);
  semg::add_simulate(app, run);
  semg::add_export(app, run);
  semg::add_verify(app, run);
  semg::add_explain(app, run);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForAllHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForVersion& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    std::fprintf(stderr, "semg: command line: %s (semg --help, semg VERB --help)\n", e.what());
    return static_cast<int>(semg::Fault::usage);
  }
  if (!run) {
    std::fputs(kPath, stdout);
    return semg::kExitOk;
  }
  try {
    return run();
  } catch (const semg::Error& e) {
    std::fprintf(stderr, "semg: %s\n", e.what());
    // After a write that failed HDF5 1.10 may crash in its exit handlers: all of ours is done, so none of them run.
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(e.fault()));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "semg: internal error: %s\n", e.what());
    return 1;
  }
}
