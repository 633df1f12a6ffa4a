// SPDX-License-Identifier: BSD-3-Clause
// A journal made into a recording, and the recording held against the journal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "io/journal/journal_reader.hpp"

namespace semg {

/// Writes the recording, reads it again and compares every row with the journal before it takes its place: the same journal gives the same
/// bytes, however often and after whatever crash. The journal is not touched. Throws Error(cannot_create) where `recording` exists,
/// Error(write_failed) where what was written is not what is in the journal.
JournalFindings make_recording(const std::filesystem::path& journal, const std::filesystem::path& recording,
                               const std::function<void(std::int64_t rows)>& progress);

}  // namespace semg
