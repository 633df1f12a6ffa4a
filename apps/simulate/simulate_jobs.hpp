// SPDX-License-Identifier: BSD-3-Clause
// What `semg simulate` can make.
#pragma once

#include "apps/command.hpp"

namespace semg {

void add_simulate_recording(CLI::App& simulate, Run& run);
void add_simulate_study(CLI::App& simulate, Run& run);

}  // namespace semg
