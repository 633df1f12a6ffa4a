// SPDX-License-Identifier: BSD-3-Clause
// The verbs of the command line. Each adds its options to `app` and sets `run` when it was the one chosen.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace semg {

using Run = std::function<int()>;  ///< returns the exit code

inline constexpr int kExitOk = 0;
inline constexpr int kExitDiffers = 2;     ///< verify: not what the recording gives
inline constexpr int kExitIncomplete = 3;  ///< finished, but something was left out; the words say what

void add_import(CLI::App& app, Run& run);
void add_info(CLI::App& app, Run& run);
void add_extract(CLI::App& app, Run& run);
void add_simulate(CLI::App& app, Run& run);
void add_export(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_explain(CLI::App& app, Run& run);
void add_study(CLI::App& app, Run& run);
void add_compare(CLI::App& app, Run& run);
void add_record(CLI::App& app, Run& run);
void add_monitor(CLI::App& app, Run& run);
void add_devices(CLI::App& app, Run& run);
void add_recover(CLI::App& app, Run& run);
void add_bench(CLI::App& app, Run& run);

}  // namespace semg
