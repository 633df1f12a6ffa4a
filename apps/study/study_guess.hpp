// SPDX-License-Identifier: BSD-3-Clause
// What a study probably is, told from its recordings.
#pragma once

#include <string>
#include <vector>

#include "apps/study/study_folder.hpp"

namespace semg {

struct GuessedVisit {
  std::string id;
  bool baseline = false;
  int recordings = 0;  ///< 0: added, because there has to be something to compare with the baseline
};
struct GuessedTask {
  std::string id;
  TaskKind kind = TaskKind::repetitions;
  int repetitions = 0;               ///< of most visits; 0: not counted
  double duration_s = 0;             ///< of a hold; 0: none
  bool all_contraction = false;      ///< no rest around it, nothing for a detector to find
  std::vector<std::string> muscles;  ///< ids
};
struct GuessedMuscle {
  std::string id;
  std::vector<std::string> spellings;  ///< as the recordings have it, first seen first
  std::vector<Side> sides;
};

struct GuessedStudy {
  std::vector<std::string> participants;  ///< in natural order
  std::vector<GuessedVisit> visits;       ///< in order of their first dates where these are known and differ, else of their ids
  std::vector<GuessedTask> tasks;
  std::vector<GuessedMuscle> muscles;
  bool sides = false;    ///< whether any channel has one
  bool by_date = false;  ///< whether visits are in order of dates, which all differ
  int simulated = 0;
  double lowest_fs_hz = 0;
  std::vector<const FoundRecording*> recordings;  ///< those that are used
  std::vector<std::string> left_out;              ///< sentences
};

/// `found` must outlive the result. Throws Error(data) where no recording can be used, or none has a task or a muscle.
GuessedStudy guess_study(const std::vector<FoundRecording>& found, const std::string& folder);

}  // namespace semg
