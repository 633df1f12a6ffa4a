// SPDX-License-Identifier: BSD-3-Clause
// `--channels MAP.toml`: what each source label is called, for all files of a study.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dsp/channel.hpp"

namespace semg {

struct MappedChannel {
  std::string source;  ///< a label, or A-B
  std::string muscle;
  Side side = Side::none;
  std::optional<double> ied_mm;
  std::string reference;
};

/// `[[channel]]` tables with source, muscle, side, ied_mm and reference, of which source must be there. Throws Error(no_input), or
/// Error(usage) with the file's line; unknown keys are errors.
std::vector<MappedChannel> read_channel_map(const std::filesystem::path& path);

/// Throw Error(usage), beginning with `where`, for what can be no distance between electrodes, or no place on one line.
void check_ied_mm(const std::string& where, double ied_mm);
void check_reference(const std::string& where, const std::string& reference);

}  // namespace semg
