// SPDX-License-Identifier: BSD-3-Clause
// What a file is, by its first bytes.
#pragma once

#include <filesystem>

namespace semg {

enum class SourceKind { hdf5, edf, text };  ///< edf: EDF, EDF+, BDF and BDF+

/// Which reader a file is for. A format that is known but not read is refused with the export that works, as in
/// `scan.otb+ is an OTB+ archive; in OT BioLab+ export it as CSV or EDF` (Error(data)); so are an empty file and bytes that nobody knows.
/// Error(no_input) where there is no such file, or a folder.
SourceKind recognise(const std::filesystem::path& path);

}  // namespace semg
