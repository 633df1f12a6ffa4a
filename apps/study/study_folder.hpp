// SPDX-License-Identifier: BSD-3-Clause
// A study as it lies on disk: its file, the tables beside it, the recordings.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "engine/study/session.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// The plan, participants, sessions and exclusions. Throws Error(no_input) where the file or participants.csv is missing (sessions and
/// exclusions need not be there), Error(usage) for the plan, Error(data) for a table: a participant whose id does not match the pattern, an
/// unknown site, days of two kinds, an exclusion of what the study does not have.
Study read_study(const std::filesystem::path& study_toml);

struct FoundRecording {
  std::filesystem::path path;
  Recording recording;     ///< its head
  std::string unreadable;  ///< the sentence, where it cannot be read; the head is empty then
};
/// Every *.nwb of a folder that is not hidden, by name in natural order (D2 before D10). A folder that is missing holds none.
std::vector<FoundRecording> recordings_in(const std::filesystem::path& folder);
/// Those of the study's recordings folder.
std::vector<FoundRecording> recordings_of(const Study& study, const std::filesystem::path& study_toml);

/// What the head says; nothing is measured. The day is sessions.csv's recorded_on, else the date of the recording's start.
Session session_of(const Study& study, const FoundRecording& found);

/// Numbers within names by their value: "D2" before "D10".
bool natural_less(const std::string& a, const std::string& b);

}  // namespace semg
