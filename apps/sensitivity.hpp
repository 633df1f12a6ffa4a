// SPDX-License-Identifier: BSD-3-Clause
// semg extract --sensitivity: how far a recording's numbers hang on two choices that another laboratory makes differently.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/analysis.hpp"
#include "io/table.hpp"

namespace semg {

struct Alternative {
  std::string name;  ///< the one setting that is another: "filter.high_pass_hz = 30"
  Settings settings;
};
/// The high-pass at 30 Hz, as often where the heart or movement disturbs, and activation by Hodges and Bui's threshold; where that is
/// already so, the default of semg.
std::vector<Alternative> alternatives_to(const Settings& settings);

const TableDefinition& sensitivity_table();

/// Measures each recording again with each alternative and prints, muscle by muscle, how each value of its summary moves; in the folder
/// `csv`, where it is not empty, stands sensitivity.csv with all rows. `requests`: as they were measured, in the order of `features`.
/// Throws Error.
void tell_sensitivity(const std::vector<AnalysisRequest>& requests, int jobs, const std::filesystem::path& csv);

}  // namespace semg
