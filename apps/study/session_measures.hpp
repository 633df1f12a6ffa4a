// SPDX-License-Identifier: BSD-3-Clause
// What a features file says of a recording, as far as a comparison of visits needs it.
#pragma once

#include "engine/study/session.hpp"
#include "io/features_file.hpp"

namespace semg {

/// Fills the measured part of a session whose head is known (study_folder.hpp). Throws Error.
void take_measures(Session& session, const FeaturesReader& features, const StudyPlan& plan);

}  // namespace semg
