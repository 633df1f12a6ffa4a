// SPDX-License-Identifier: BSD-3-Clause
// Activations whose edges a person set: read from a table with the columns of activations.csv.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dsp/channel_brief.hpp"
#include "dsp/recording.hpp"

namespace semg {

/// Needs the columns channel, onset_s and offset_s; recording_id, where it is there, chooses this recording's rows; other columns are let
/// be, so that an edited activations.csv can be given back. [channels]: none for a channel without a row, whose activations stay automatic.
/// Throws Error(no_input), or Error(data) with line and field: unknown channel, an offset before its onset, overlap, outside the recording.
std::vector<std::optional<std::vector<Edges>>> read_edited_activations(const std::filesystem::path& path, const Recording& recording);

}  // namespace semg
