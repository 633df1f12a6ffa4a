// SPDX-License-Identifier: BSD-3-Clause
// EDF, EDF+, BDF and BDF+ as a SignalFile. Header fields are in edf_header, annotations in edf_annotations.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "io/formats/signal_file.hpp"

namespace semg {

/// "0       " (EDF) or 0xFF "BIOSEMI" (BDF) in the first eight bytes.
bool looks_like_edf(std::span<const std::byte> first_bytes) noexcept;

/// Every ordinary signal is a channel; its rate is samples per record over the record's duration. Annotations are events, as are the rising
/// codes of a BioSemi "Status" channel ("trigger 8"). The jumps of EDF+D and BDF+D are gaps. Of the two identity fields nothing is read but
/// the start date. A channel whose ranges give no scale is no signal, and read() says why. A file that is cut short, unfinished (-1 data
/// records) or longer than it says gives its complete data records, with `incomplete` and a warning that says how many were found and
/// expected. Throws Error(no_input), or Error(data) `FILE: FIELD: found X, expected Y` before anything of the stated size is allocated.
std::unique_ptr<SignalFile> open_edf(const std::filesystem::path& path);

}  // namespace semg
