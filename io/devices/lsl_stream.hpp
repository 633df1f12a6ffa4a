// SPDX-License-Identifier: BSD-3-Clause
// What is recorded of a lab streaming layer stream: which of its channels, in which unit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "io/devices/lsl_frames.hpp"
#include "io/devices/lsl_messages.hpp"

namespace semg {

/// What the user says about a stream.
struct LslWishes {
  std::string uri = {};                    ///< for sentences
  std::optional<std::string> unit = {};    ///< "uV", "mV" or "V", for a stream that does not say
  std::vector<std::string> channels = {};  ///< labels, or "#3" for the third; empty: those of type EMG, or all where none has a type
};

/// What comes of it.
struct LslPlan {
  Recording head;
  LslLayout layout;
};

/// Throws Error(data) for a stream that cannot be recorded as it is, with what to do: no rate, a format or protocol we do not read, no
/// muscle channel, no unit or several.
LslPlan plan_lsl_stream(const LslInfo& info, const LslWishes& wishes);

}  // namespace semg
