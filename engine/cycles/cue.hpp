// SPDX-License-Identifier: BSD-3-Clause
// What cycles and latencies are counted from: events of one text, or the onsets of one channel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dsp/frame.hpp"
#include "dsp/recording.hpp"

namespace semg {

struct Cue {
  enum class From { event, activation };
  From from;
  std::string name;  ///< the event's text, or the channel's label
};

/// "event:TEXT" or "activation:CHANNEL"; none where the word is neither.
std::optional<Cue> cue_from(const std::string& word);

/// The channel of that label. Throws Error(usage) where there is none, with `where` before it and the labels there are behind it.
int channel_of(const Recording& recording, const std::string& label, const std::string& where);

/// Throws Error(usage) where the recording has no such event or channel, as above.
void check_cue(const Cue& cue, const Recording& recording, const std::string& where);

/// When a cue was, and in which period; -1 where the recording has none.
struct CueRow {
  std::int64_t row = 0;
  int period = -1;
};

/// All of them in order, each row once. Where the recording has periods, events outside of them are left out, as all that lies there.
/// `activations` are needed for those from a channel, in any order.
std::vector<CueRow> cue_rows(const Cue& cue, const Recording& recording, std::span<const Activation> activations);

}  // namespace semg
