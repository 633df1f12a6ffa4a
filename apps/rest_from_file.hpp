// SPDX-License-Identifier: BSD-3-Clause
// Rest of each channel from another recording.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dsp/channel_brief.hpp"
#include "dsp/recording.hpp"
#include "engine/settings.hpp"

namespace semg {

struct MeasuredRest {
  std::string name;  ///< of the file
  StreamInfo stream;
  std::vector<std::optional<RestReference>> rest;  ///< [channels] of that stream
};

/// Reads and measures a recording of rest. Throws Error(no_input), Error(data).
MeasuredRest measure_rest(const std::filesystem::path& rest, const Settings& settings);

/// By label, so that order and extra channels do not matter. `name`: of the recording or stream that wants it, for error sentences. Throws
/// Error(data): another rate or unit, a channel that is not there.
void take_rest(const MeasuredRest& rest, const StreamInfo& stream, const std::string& name, std::vector<ChannelBrief>& briefs);

}  // namespace semg
