// SPDX-License-Identifier: BSD-3-Clause
#include "engine/summary_group.hpp"

#include <algorithm>

namespace semg {

std::vector<SummaryGroup> summary_groups(const std::vector<Period>& periods) {
  SummaryGroup all{.task = {}, .repetition = 0, .parts = {}};
  for (std::size_t p = 0; p < std::max<std::size_t>(periods.size(), 1); ++p) all.parts.push_back(p);
  std::vector<SummaryGroup> groups = {all};
  std::vector<std::string> tasks;
  for (std::size_t p = 0; p < periods.size(); ++p) {
    groups.push_back({.task = periods[p].task, .repetition = periods[p].repetition, .parts = {p}});
    if (std::find(tasks.begin(), tasks.end(), periods[p].task) == tasks.end()) tasks.push_back(periods[p].task);
  }
  for (const std::string& task : tasks) {
    SummaryGroup whole{.task = task, .repetition = 0, .parts = {}, .over_repetitions = true};
    for (std::size_t p = 0; p < periods.size(); ++p) {
      if (periods[p].task == task && periods[p].repetition > 0) whole.parts.push_back(p);
    }
    if (whole.parts.size() > 1) groups.push_back(whole);
  }
  return groups;
}

}  // namespace semg
