// SPDX-License-Identifier: BSD-3-Clause
// `semg import --manifest`: all lines are looked at before the first is imported, and a faulty one stops no other.
#pragma once

#include <filesystem>

#include "apps/import/settings.hpp"
#include "apps/progress.hpp"

namespace semg {

/// Recordings into `folder`, which is made where it is missing; those that are there already and are what their line asks for are not
/// touched. `common` is what the command line says of all files: its rate is one to hold them against, its unit is for those that say
/// none, and text and HDF5 options are for the files that can heed them. Faults go to stdout as a table and to import_failures.csv in
/// `folder`. Gives the exit code. Throws Error where the manifest or the options themselves are wrong, or nothing can be written.
int import_manifest(const std::filesystem::path& path, const std::filesystem::path& folder, const ImportSettings& common,
                    ProgressStyle style);

}  // namespace semg
