// SPDX-License-Identifier: BSD-3-Clause
// Whether the parts of a plan fit each other: told before the first patient, not after the last.
#pragma once

#include <string>

#include "engine/study/study.hpp"

namespace semg {

/// Throws Error(usage) for the first that does not fit; `name` begins the sentence.
void check_plan(const StudyPlan& plan, const std::string& name);

/// A letter, then letters, digits, _ - or .
bool is_study_id(const std::string& id) noexcept;

}  // namespace semg
