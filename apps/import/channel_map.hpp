// SPDX-License-Identifier: BSD-3-Clause
// `--channels MAP.toml`: what each source label is called, for all files of a study.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dsp/channel.hpp"

namespace semg {

struct MappedChannel {
  std::string source;  ///< a label, or A-B
  std::string muscle;
  Side side = Side::none;
};

/// `[[channel]]` tables with source, muscle and side. Throws Error(no_input), or Error(usage) with the file's line; unknown keys are
/// errors.
std::vector<MappedChannel> read_channel_map(const std::filesystem::path& path);

}  // namespace semg
