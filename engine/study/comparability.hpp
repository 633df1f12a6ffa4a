// SPDX-License-Identifier: BSD-3-Clause
// What differs between the recordings of two visits.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/study/results.hpp"

namespace semg {

struct Difference {
  StudyReason code;
  std::string text;  ///< "step of the converter: 0.25 uV, at the baseline 0.125 uV"
};

/// Of the channels and recordings behind two cells of one feature; `from` is the baseline. Rates within 5 % are of one class (2000 and 2048
/// Hz).
std::vector<Difference> differences_between(const ValueCell& from, const ValueCell& to, const std::vector<Session>& sessions);

/// Whether a value may not be compared for this difference: any value for another unit or band, a spectral one for another rate. Any other
/// difference is flagged.
bool refuses(const Difference& difference, const ComparedFeature& feature) noexcept;

}  // namespace semg
