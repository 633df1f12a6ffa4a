// SPDX-License-Identifier: BSD-3-Clause
// What changed between a visit and the baseline, and whether that is more than days differ.
#pragma once

#include <vector>

#include "engine/study/results.hpp"

namespace semg {

/// Fills `reliability` and `changes` from `values`, and adds to `findings` what differs between recordings.
///
/// A change is ln(to) - mean of ln(from), or to - mean of from, over the baseline visits that have a usable value. The verdict comes from
/// the minimal detectable change alone (engine/statistics/day_to_day.hpp); the interval from the spread inside the visits stands beside it
/// and is never evidence of change. Every planned cell is a row.
void compare_visits(StudyResults& results);

}  // namespace semg
