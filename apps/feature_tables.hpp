// SPDX-License-Identifier: BSD-3-Clause
// A features file as CSV tables.
#pragma once

#include <filesystem>
#include <vector>

#include "io/table.hpp"

namespace semg {

/// windows.csv, activations.csv, summary.csv, fatigue.csv and codebook.csv of these features files, in their order, with cycles.csv and
/// ensemble.csv where one of them has cycles. The folder is made where it is missing. Throws Error. The codebook explains `more` tables,
/// which others write, too.
void write_feature_tables(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& features,
                          const std::vector<TableDefinition>& more = {});

}  // namespace semg
