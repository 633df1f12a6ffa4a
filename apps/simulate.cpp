// SPDX-License-Identifier: BSD-3-Clause
// `semg simulate`: recordings and studies with exactly known truth.
#include <CLI/CLI.hpp>

#include "apps/command.hpp"
#include "apps/simulate/simulate_jobs.hpp"

namespace semg {

void add_simulate(CLI::App& app, Run& run) {
  CLI::App* simulate = app.add_subcommand("simulate", "A recording or a study with exactly known truth");
  simulate->require_subcommand(1);
  add_simulate_recording(*simulate, run);
  add_simulate_study(*simulate, run);
}

}  // namespace semg
