// SPDX-License-Identifier: BSD-3-Clause
// What a survey of the samples means: warnings, rails, envelopes, the type they are stored in.
#pragma once

#include <string>
#include <vector>

#include "apps/import/plan.hpp"
#include "apps/import/survey.hpp"
#include "dsp/recording.hpp"

namespace semg {

/// What the survey says against the plan, in words. Throws Error(data) for an envelope that is imported as microvolts.
std::vector<ForeignWarning> judge(const ImportSurvey& survey, const ImportPlan& plan, const std::string& file);

/// Sets what only the samples tell: inferred rails, and which channels are envelopes.
void complete_channels(const ImportSurvey& survey, ImportPlan& plan);

/// int16 where counts and rails fit, else int32, for whole counts without holes; otherwise float32.
SampleType sample_type_for(const ImportSurvey& survey, const ImportPlan& plan);

}  // namespace semg
