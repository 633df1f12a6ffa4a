// SPDX-License-Identifier: BSD-3-Clause
// study.toml: text in, struct out.
#pragma once

#include <string>

#include "engine/study/study.hpp"

namespace semg {

/// What the file does not say is default. `name` begins the error sentences. Throws Error(usage): what is not TOML, an unknown key (with
/// the nearest known one), a wrong type or value, a muscle, task, visit or feature that the file does not have (with the nearest it has),
/// windows of visits that overlap, anything but one primary endpoint, an endpoint that its task cannot give.
StudyPlan study_plan_from_toml(const std::string& text, const std::string& name);

/// Every key in one order, defaults spelled out: equal plans give equal text, whose hash names the plan.
std::string canonical_toml(const StudyPlan& plan);

}  // namespace semg
