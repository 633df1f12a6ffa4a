// SPDX-License-Identifier: BSD-3-Clause
// The page of one recording, filled from its features file and its samples.
#pragma once

#include <filesystem>
#include <string>

namespace semg {

/// HTML text. Reads the recording once more for traces and spectra, in constant memory. Throws Error.
std::string page_of_features(const std::filesystem::path& recording, const std::filesystem::path& features);

}  // namespace semg
