// SPDX-License-Identifier: BSD-3-Clause
// Our own reading of the NWB 2.7.0 schema, as far as a recording uses it: a judge that needs no network.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace semg {

/// One sentence per fault; empty for a valid file.
std::vector<std::string> nwb_faults(const std::filesystem::path& path);

}  // namespace semg
