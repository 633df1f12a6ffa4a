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
  std::string text;      ///< "step of the converter: 0.25 uV, at the baseline 0.125 uV"
  bool refuses = false;  ///< the values may not be compared for it; else it is a flag
};

/// Of the channels and recordings behind two cells of one feature; `from` is the baseline. Rates within 5 % are of one class (2000 and 2048
/// Hz). Refused are another unit or band, a spectral value at another rate, noise taken off at one visit only, and means of other things
/// (seconds and repetitions); any other difference is a flag.
std::vector<Difference> differences_between(const ValueCell& from, const ValueCell& to, const std::vector<Session>& sessions);

/// The same of two channels.
std::vector<Difference> differences_between(const Session& a, const Channel& x, const Session& b, const Channel& y,
                                            const ComparedFeature& feature);

}  // namespace semg
