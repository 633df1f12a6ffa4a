// SPDX-License-Identifier: BSD-3-Clause
// What a study wants of a visit, as tasks to be done.
#pragma once

#include <string>
#include <vector>

#include "apps/live/visit_session.hpp"
#include "dsp/recording.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// The plan's tasks in its order. Rest lasts 20 s and a maximal contraction is tried three times where the plan does not say. Muscles are
/// set to the study's ids in `head`. Throws Error(usage): a participant or visit that the study does not have, naming the nearest;
/// Error(data): a planned muscle and side that no channel is of.
std::vector<VisitTask> visit_tasks(const Study& study, const std::string& participant, const std::string& visit, Recording& head);

}  // namespace semg
