// SPDX-License-Identifier: BSD-3-Clause
// The analysis file a user names.
#pragma once

#include <filesystem>

#include "engine/settings.hpp"

namespace semg {

/// Defaults where `path` is empty. Throws Error(no_input), Error(usage).
Settings read_analysis_file(const std::filesystem::path& path);

}  // namespace semg
