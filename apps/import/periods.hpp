// SPDX-License-Identifier: BSD-3-Clause
// Periods of a recording: from a table, from annotations, from a trigger channel.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/import/settings.hpp"
#include "dsp/recording.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

/// The recording that periods are cut from.
struct RecordingSpan {
  double fs_hz = 0;
  std::int64_t rows = 0;
};

/// `t_start_s,t_stop_s,task,repetition` with a header row; `repetition` may be missing or empty. In order, without overlap, inside the
/// recording. Throws Error(no_input), or Error(data) with the line.
std::vector<Period> periods_of_table(const std::filesystem::path& path, const RecordingSpan& span);

/// `TEXT[=TASK]`: an annotation of exactly this text begins a period of TASK (without it: TEXT), which ends with its duration if it has
/// one, at the latest at the next annotation that is named; `TEXT=` begins none, it only ends. Repetitions are counted per task. Throws
/// Error(usage) where a text is on no annotation.
std::vector<Period> periods_of_events(const std::vector<Event>& events, const std::vector<std::string>& wanted, const RecordingSpan& span,
                                      const std::string& file);

/// `LABEL[=TASK]`: every stretch in which the channel stays at one value other than 0 is a period of TASK (without it: "LABEL VALUE").
/// Repetitions are counted per task. Throws Error(usage), Error(data).
std::vector<Period> periods_of_trigger(SignalFile& source, const std::string& wanted, const RecordingSpan& span, const std::string& file);

/// What was asked for; at most one of them may be. Throws Error(usage) for two.
std::vector<Period> periods_for(SignalFile& source, const ImportSettings& settings, const RecordingSpan& span, const std::string& file);

}  // namespace semg
