// SPDX-License-Identifier: BSD-3-Clause
// Rest of each channel from another recording.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dsp/channel_brief.hpp"
#include "dsp/recording.hpp"
#include "engine/chain.hpp"

namespace semg {

/// By label, so that order and extra channels do not matter. `name`: of the recording or stream that wants it, for error sentences. Throws
/// Error(no_input), Error(data): another rate or unit, a channel that is not there.
void take_rest_from_file(const std::filesystem::path& rest, const Recording& recording, const std::string& name, const Chain& chain,
                         std::vector<ChannelBrief>& briefs);

}  // namespace semg
