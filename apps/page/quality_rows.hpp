// SPDX-License-Identifier: BSD-3-Clause
// How good the signal of a channel is, as a person reads it: a row per measure, with its verdict.
#pragma once

#include <vector>

#include "apps/page/recording_page.hpp"
#include "dsp/quality/quality_rules.hpp"

namespace semg {

/// One row for each finding of `channel`; measures that do not apply to it (its rails are not known) are left out.
std::vector<QualityRow> quality_rows(const std::vector<QualityFinding>& findings, int channel);

}  // namespace semg
