// SPDX-License-Identifier: BSD-3-Clause
// Several recordings measured at once, and only those that need it.
#pragma once

#include <exception>
#include <vector>

#include "apps/analysis.hpp"

namespace semg {

/// What stands in a request's place for features.
enum class FeaturesState {
  missing,         ///< nothing, or nothing that can be read
  stale,           ///< made from another recording or rest, or by another version
  other_settings,  ///< up to date, but made with other settings
  edited,          ///< up to date, and a person set edges of activations in it
  fresh,
};
FeaturesState features_state(const AnalysisRequest& request);
/// SHA-256 of the settings that a features file was made with; empty where it cannot be read.
std::string settings_of(const std::filesystem::path& features);

/// Runs the requests on `jobs` threads; results do not depend on how many. [requests] what each failed with, null where it did not.
std::vector<std::exception_ptr> analyse_all(const std::vector<AnalysisRequest>& requests, int jobs);

/// One for each core.
int default_jobs() noexcept;
/// Throws Error(usage) where `jobs` is not 1 to 1024.
void check_jobs(int jobs);

}  // namespace semg
