// SPDX-License-Identifier: BSD-3-Clause
// Every planned number of a study, from what was measured.
#pragma once

#include <vector>

#include "engine/statistics/spread.hpp"
#include "engine/study/results.hpp"

namespace semg {

/// [participants x visits x tasks but rest x muscles x sides x features x views], in this order. `findings` mark the cells they are about.
///
/// Raw amplitudes are corrected for the noise at rest, value^2 - rest^2: noise and EMG are independent, so their powers add. Rest is what
/// was recorded as rest, in the same recording or else in another one of the same visit; where there is none, nothing is taken off. Of
/// repetitions the value is the geometric mean (amplitudes) or the mean; of one long contraction the mean over its seconds. %MVC: over the
/// highest 500 ms of the maximal contractions of the same visit. paretic_ratio: over the other side, repetition by repetition where both
/// sides have the same ones.
std::vector<ValueCell> values_of(const Study& study, const std::vector<Session>& sessions, const std::vector<StudyFinding>& findings);

/// A number as a table with nine digits holds it: what is computed from it can be computed from the table.
double nine_digits(double value);

/// The value on the scale on which it changes: its logarithm, or itself.
double on_scale(const ComparedFeature& feature, double value);

/// Index of a session's participant and visit in the study; -1 where it has none of that name.
int participant_index(const Study& study, const std::string& id);
int visit_index(const StudyPlan& plan, const std::string& id);

}  // namespace semg
