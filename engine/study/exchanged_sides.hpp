// SPDX-License-Identifier: BSD-3-Clause
// Left and right electrodes put on each other's side: told from how the sides differ at the participant's other visits.
#pragma once

#include <vector>

#include "engine/study/results.hpp"

namespace semg {

/// A visit is named where its sides, exchanged, fit the participant's other recordings of the same tasks e^8 times better, one muscle alone
/// or all together. Judged by level (ln RMS) and median frequency, left minus right:
///     log odds = -2 d median(d of the others) / (s^2 (1 + 1/others))
/// with s as these differences vary from visit to visit in the whole study, at least 0.15 sqrt(2) and 4 sqrt(2) Hz; and only where -d lies
/// within 3.5 of these s of the others, and each side has the level of the other rather than its own: one side that became stronger is no
/// exchange. Channels that `already` speaks of are left out.
std::vector<StudyFinding> exchanged_sides(const Study& study, const std::vector<Session>& sessions,
                                          const std::vector<StudyFinding>& already);

}  // namespace semg
