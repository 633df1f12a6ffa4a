// SPDX-License-Identifier: BSD-3-Clause
// The paragraph that a paper could take over.
#include <fmt/format.h>

#include "apps/page/readable.hpp"
#include "apps/report/study_findings.hpp"

namespace semg {

std::string methods_paragraph(const StudyView& view) {
  std::vector<std::string> muscles, tasks;
  std::vector<int> baselines;
  for (int m = 0; m < static_cast<int>(view.plan.muscles.size()); ++m) muscles.push_back(view.muscle(m));
  for (int t = 0; t < static_cast<int>(view.plan.tasks.size()); ++t) {
    if (view.plan.tasks[static_cast<std::size_t>(t)].kind != TaskKind::rest) tasks.push_back(view.task(t));
  }
  for (int v = 0; v < view.visits(); ++v) {
    if (!view.is_follow_up(v)) baselines.push_back(v);
  }
  std::string words = fmt::format("Surface EMG of {} was recorded in {} at {} (baseline: {}) during {}. ", joined(muscles),
                                  counted(view.participants(), "participant", "participants"), counted(view.visits(), "visit", "visits"),
                                  baselines.empty() ? "none" : view.visits_named(baselines), joined(tasks));
  words +=
      "A visit's value is the geometric mean over repetitions for amplitudes and the mean for any other measure; of a hold, the mean over "
      "its "
      "seconds. Amplitudes were corrected for the noise at rest of the same visit by subtracting powers, and changes of them are ratios to "
      "the baseline, computed as logarithms; any other change is a difference. ";
  words += view.plan.change_from == "mean_of_baselines" ? "The baseline is the mean of all valid baseline visits. "
                                                        : fmt::format("The baseline is visit {}. ", view.plan.change_from);
  const std::string percent = readable_number(100 * view.confidence());
  switch (view.plan.reliability.source) {
    case ReliabilitySource::none:
      words += "No source of day-to-day variation was given, so no change was called an increase or a decrease. ";
      break;
    case ReliabilitySource::visits:
      words += fmt::format(
          "A change was called an increase or a decrease only beyond the minimal detectable change, t(df) · √(1 + 1/m) · SEM at {} %, with "
          "m "
          "baselines, and SEM the standard deviation within participants between visits {}. ",
          percent, joined(view.plan.reliability.visits));
      break;
    case ReliabilitySource::stated:
      words += fmt::format(
          "A change was called an increase or a decrease only beyond the minimal detectable change, t(df) · √(1 + 1/m) · SEM at {} %, with "
          "m "
          "baselines, and SEM as stated in the plan. ",
          percent);
  }
  return words +
         "The spread inside visits (95 % interval by t over repetitions, by block bootstrap over a hold) is given beside each change and "
         "never made a verdict. Verdicts are per comparison and not corrected for their number; how many are expected by chance is stated. "
         "Missing values were not filled in; recordings whose settings, unit, rate or band differ from the baseline's were not compared "
         "where "
         "that matters.";
}

}  // namespace semg
