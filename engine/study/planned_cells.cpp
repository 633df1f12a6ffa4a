// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/planned_cells.hpp"

#include <algorithm>
#include <string>

namespace semg {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::vector<PlannedCell> planned_cells(const Study& study, int participant, int visit) {
  const Participant& who = study.participants[static_cast<std::size_t>(participant)];
  std::vector<PlannedCell> cells;
  for (std::size_t t = 0; t < study.plan.tasks.size(); ++t) {
    const PlannedTask& task = study.plan.tasks[t];
    for (std::size_t m = 0; m < study.plan.muscles.size(); ++m) {
      const PlannedMuscle& muscle = study.plan.muscles[m];
      if (!task.muscles.empty() && !holds(task.muscles, muscle.id)) continue;
      for (const Side side : muscle.sides) {
        for (const std::string& name : task.features) {
          const ComparedFeature& feature = *find_feature(name);
          for (const View view : views_of(study.plan, task, muscle, feature)) {
            if (view == View::paretic_ratio && side != who.paretic) continue;
            cells.push_back(
                {.place = {participant, visit, static_cast<int>(t), static_cast<int>(m), side}, .feature = &feature, .view = view});
          }
        }
      }
    }
  }
  return cells;
}

EndpointRole endpoint_of(const Study& study, const CellPlace& place, const ComparedFeature& feature, View view) {
  const StudyPlan& plan = study.plan;
  const std::string role = side_role(study, study.participants[static_cast<std::size_t>(place.participant)], place.side);
  EndpointRole strongest = EndpointRole::exploratory;
  for (const Endpoint& e : plan.endpoints) {
    if (e.task == plan.tasks[static_cast<std::size_t>(place.task)].id &&
        e.muscle == plan.muscles[static_cast<std::size_t>(place.muscle)].id && (e.side == to_string(place.side) || e.side == role) &&
        e.view == view && holds(e.features, feature.name) && holds(e.visits, plan.visits[static_cast<std::size_t>(place.visit)].id)) {
      strongest = std::max(strongest, e.role);
    }
  }
  return strongest;
}

}  // namespace semg
