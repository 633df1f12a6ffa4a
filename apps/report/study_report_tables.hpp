// SPDX-License-Identifier: BSD-3-Clause
// The tables of a study's report. None is wider than a printed page.
#pragma once

#include <string>

#include "apps/report/study_view.hpp"

namespace semg {

/// One measure at one visit, all participants: values, change, spread inside the visits, limits, verdict.
std::string endpoint_table(const StudyView& view, const Measure& measure, int visit);
/// Every change of a group: a verdict and a number for each participant, muscle, side and visit.
std::string change_matrix(const StudyView& view, const MeasureGroup& group);
/// Signal-to-noise ratio of each muscle at each visit, with what is at fault.
std::string quality_matrix(const StudyView& view);
/// Why there is no verdict, most frequent first.
std::string reasons_table(const StudyView& view);
/// How far days differ, for each measure.
std::string variation_table(const StudyView& view);
std::string recordings_table(const StudyView& view);

/// Reasons of changes without a verdict and how many there are of each, most frequent first.
struct CountedReason {
  MainReason reason;
  int count = 0;
};
std::vector<CountedReason> counted_reasons(const StudyView& view);

}  // namespace semg
