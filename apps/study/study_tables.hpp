// SPDX-License-Identifier: BSD-3-Clause
// A study as CSV tables, and the R script that reads them.
#pragma once

#include <filesystem>

#include "engine/study/results.hpp"
#include "io/table.hpp"

namespace semg {

const TableDefinition& values_table();
const TableDefinition& changes_table();

/// values.csv, values_wide.csv, changes.csv, changes.json, codebook.csv and load.R in `folder`, which exists. Throws Error(cannot_create),
/// Error(write_failed).
void write_study_tables(const std::filesystem::path& folder, const StudyResults& results);

}  // namespace semg
