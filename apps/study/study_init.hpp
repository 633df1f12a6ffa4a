// SPDX-License-Identifier: BSD-3-Clause
// A first study file, written from the recordings that are there.
#pragma once

#include <filesystem>
#include <string>

#include "apps/study/study_guess.hpp"

namespace semg {

/// study.toml with every key explained, for recordings in `recordings` relative to it.
std::string first_study_toml(const GuessedStudy& guess, const std::string& id, const std::string& recordings);

/// Looks at the recordings of `folder`, or of its sub-folder recordings, writes study.toml, participants.csv and sessions.csv into `folder`
/// and tells on stdout what was found and what is left to do. A sessions.csv that is there is kept: it is the table that recordings were
/// imported by. Returns the exit code. Throws Error(no_input) without recordings, Error(cannot_create) where study.toml or
/// participants.csv is there already, Error(data).
int init_study(const std::filesystem::path& folder);

}  // namespace semg
