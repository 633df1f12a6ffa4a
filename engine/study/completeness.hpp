// SPDX-License-Identifier: BSD-3-Clause
// What a study wants of each visit, and what there is.
#pragma once

#include <string>
#include <vector>

#include "engine/study/results.hpp"

namespace semg {

/// [participants x visits], from the heads of the recordings alone. A sentence for everything that is not as planned, what is out of the
/// window first: "T2 of S07: 11 days after transplant2, window 3 to 7: out of window (kept, flagged)".
std::vector<VisitState> visit_states(const Study& study, const std::vector<Session>& sessions);

const char* to_string(VisitState::Kind kind) noexcept;  ///< "usable", "partly", "out_of_window", "not_usable", "excluded", "missing"

}  // namespace semg
