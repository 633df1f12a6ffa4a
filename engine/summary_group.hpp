// SPDX-License-Identifier: BSD-3-Clause
// Which periods a summary puts together: each, all of a task, the whole recording.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dsp/recording.hpp"

namespace semg {

struct SummaryGroup {
  std::string task;
  int repetition = 0;
  std::vector<std::size_t> parts;  ///< indices of periods; 0 where the recording has none
  bool over_repetitions = false;   ///< every part counts once, by its own value
};

/// The whole recording, each period, and each task that was done several times.
std::vector<SummaryGroup> summary_groups(const std::vector<Period>& periods);

}  // namespace semg
