// SPDX-License-Identifier: BSD-3-Clause
// A features file as CSV tables.
#pragma once

#include <filesystem>
#include <vector>

namespace semg {

/// windows.csv, activations.csv, summary.csv, quality.csv and codebook.csv of these features files, in their order. The folder is made where it is
/// missing. Throws Error.
void write_feature_tables(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& features);

}  // namespace semg
