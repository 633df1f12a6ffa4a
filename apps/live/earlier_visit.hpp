// SPDX-License-Identifier: BSD-3-Clause
// What the setup check holds a visit against.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/live/setup_check.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// The channels of the participant's newest recording of another visit; none where there is none that can be read. Rest noise as its
/// features file says, where it has one. Muscles are set to the study's ids.
std::vector<EarlierChannel> earlier_visit(const Study& study, const std::filesystem::path& study_toml, const std::string& participant,
                                          const std::string& visit);

}  // namespace semg
