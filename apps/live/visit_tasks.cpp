// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/visit_tasks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/nearest_word.hpp"

namespace semg {
namespace {

constexpr double kRest_s = 20;
constexpr int kAttempts = 3;

template <class All>
void expect_known(const char* option, const std::string& id, const All& all) {
  std::vector<std::string> ids;
  for (const auto& one : all) ids.push_back(one.id);
  if (std::find(ids.begin(), ids.end(), id) != ids.end()) return;
  throw Error(Fault::usage, fmt::format("{}: found {}, expected one of the study's: {}; the nearest is {}", option,
                                        id.empty() ? "none" : id, fmt::join(ids, ", "), ids.empty() ? "none" : nearest_word(id, ids)));
}

std::vector<std::size_t> channels_of(const StudyPlan& plan, const PlannedTask& task, const Recording& head) {
  std::vector<std::size_t> channels;
  for (const std::string& muscle : task.muscles) {
    const PlannedMuscle* planned = find_muscle(plan, muscle);
    if (planned == nullptr) continue;
    for (const Side side : planned->sides) {
      const auto& all = head.stream.channels;
      const auto at = std::find_if(all.begin(), all.end(), [&](const Channel& c) { return c.muscle == planned->id && c.side == side; });
      if (at == all.end()) {
        std::vector<std::string> there;
        for (const Channel& c : all) there.push_back(c.label + "=" + c.muscle + ":" + to_string(c.side));
        throw Error(Fault::data, fmt::format("channels: found none of {} {}, expected one (--channels MAP.toml names them); there are {}",
                                             planned->id, to_string(side), fmt::join(there, ", ")));
      }
      channels.push_back(static_cast<std::size_t>(at - all.begin()));
    }
  }
  return channels;
}

}  // namespace

std::vector<VisitTask> visit_tasks(const Study& study, const std::string& participant, const std::string& visit, Recording& head) {
  expect_known("--participant", participant, study.participants);
  expect_known("--visit", visit, study.plan.visits);
  for (Channel& c : head.stream.channels)
    if (const PlannedMuscle* muscle = find_muscle(study.plan, c.muscle)) c.muscle = muscle->id;
  std::vector<VisitTask> tasks;
  for (const PlannedTask& planned : study.plan.tasks) {
    VisitTask task{.task = planned.id,
                   .label = planned.label.empty() ? planned.id : planned.label,
                   .kind = planned.kind,
                   .repetitions = planned.repetitions,
                   .hold_s = planned.duration_s,
                   .channels = channels_of(study.plan, planned, head)};
    if (planned.kind == TaskKind::rest || planned.kind == TaskKind::hold) task.repetitions = std::max(1, planned.repetitions);
    if (planned.kind == TaskKind::rest && task.hold_s == 0) task.hold_s = kRest_s;
    if (planned.kind == TaskKind::mvc && task.repetitions == 0) task.repetitions = kAttempts;
    tasks.push_back(std::move(task));
  }
  return tasks;
}

}  // namespace semg
