// SPDX-License-Identifier: BSD-3-Clause
// A live stream as bars in a terminal, for whoever is at the other end of an ssh.
#pragma once

#include <string>
#include <vector>

#include "apps/monitor/monitor_model.hpp"
#include "dsp/recording.hpp"

namespace semg {

enum class StreamState { flows, has_stopped };

/// One line a channel: muscle, RMS as a bar on a fixed scale, its value, median frequency, active or not, and what to do where something is
/// wrong. At most `rows` lines. `full_scale`: RMS at which a bar is full, in the stream's unit.
std::string terminal_picture(const Recording& head, const std::vector<ChannelNow>& channels, const std::string& headline, double full_scale,
                             int rows, StreamState state);

}  // namespace semg
