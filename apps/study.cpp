// SPDX-License-Identifier: BSD-3-Clause
// semg study: the life of a study file.
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/command.hpp"
#include "apps/study/study_init.hpp"
#include "apps/study/study_status.hpp"

namespace semg {
namespace {

constexpr const char* kInitExamples = R"(
Looks at every recording (*.nwb) in FOLDER, or in FOLDER/recordings, and writes into FOLDER
  study.toml         the plan: visits, tasks, muscles, endpoint; every key explained, guesses marked CHECK
  participants.csv   participant_id,site,paretic,dominant; a column for each date that visits count from
  sessions.csv       when each visit was recorded; kept where it is there already
None of them is ever replaced. Exit code 3: a recording was left out; the words say which and why.

  semg study init trial

Next: edit what says CHECK; then semg study status trial/study.toml)";

constexpr const char* kStatusExamples = R"(
One row a participant, one column a visit; then a sentence for everything that is not as planned.
Only the heads of recordings are read. Exit code 3: something is open.

  semg study status study.toml
  semg study status study.toml --json | jq '.open[].text'

Next: semg compare study.toml -o results)";

void add_init(CLI::App& study, Run& run) {
  CLI::App* verb = study.add_subcommand("init", "A first study file from the recordings that are there");
  verb->footer(kInitExamples);
  const auto folder = std::make_shared<std::filesystem::path>();
  verb->add_option("FOLDER", *folder, "holds the recordings, or a folder recordings")->required()->type_name("FOLDER");
  verb->callback([folder, &run] { run = [folder] { return init_study(*folder); }; });
}

void add_status(CLI::App& study, Run& run) {
  CLI::App* verb = study.add_subcommand("status", "What is planned, there and usable; what is still open");
  verb->footer(kStatusExamples);
  struct Wish {
    std::filesystem::path study;
    bool json = false;
  };
  const auto wish = std::make_shared<Wish>();
  verb->add_option("STUDY", wish->study, "the study file")->required()->type_name("STUDY.toml");
  verb->add_flag("--json", wish->json, "for programs: stable keys, null for what is missing");
  verb->callback([wish, &run] {
    run = [wish] {
      const StudyStatus status = look_at_study(wish->study);
      fmt::print("{}", wish->json ? status_json(status) : status_text(status));
      return status.open.empty() ? kExitOk : kExitIncomplete;
    };
  });
}

}  // namespace

void add_study(CLI::App& app, Run& run) {
  CLI::App* study = app.add_subcommand("study", "The life of a study file: init, status");
  study->require_subcommand(1);
  study->footer("\n  semg study init trial\n  semg study status trial/study.toml\n\nNext: semg compare trial/study.toml -o results");
  add_init(*study, run);
  add_status(*study, run);
}

}  // namespace semg
