// SPDX-License-Identifier: BSD-3-Clause
// The cells that a study plans: what is a row whether it was measured or not.
#pragma once

#include <string_view>
#include <vector>

#include "engine/study/feature.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// Who, when, what. Indices point into the study.
struct CellPlace {
  int participant = 0, visit = 0, task = 0, muscle = 0;
  Side side = Side::none;
};

struct PlannedCell {
  CellPlace place;
  const ComparedFeature* feature = nullptr;
  View view = View::raw;
};

/// Of one participant at one visit: tasks but rest x muscles x sides x features x views, in this order. A ratio to the other side is
/// planned for the paretic side alone.
std::vector<PlannedCell> planned_cells(const Study& study, int participant, int visit);

/// The strongest role that an endpoint of the plan gives the cell.
EndpointRole endpoint_of(const Study& study, const CellPlace& place, const ComparedFeature& feature, View view);

}  // namespace semg
