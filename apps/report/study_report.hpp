// SPDX-License-Identifier: BSD-3-Clause
// A study on one page: struct in, HTML out, no script and no network.
#pragma once

#include <string>
#include <vector>

#include "engine/study/results.hpp"

namespace semg {

struct StudyReport {
  const StudyResults& results;
  std::string plan_toml;  ///< canonical
  std::string plan_sha256;
  std::string settings_toml;  ///< canonical
  std::string settings_sha256;
  std::string engine_version;  ///< version_line()
  std::string definitions;     ///< plain text: how each number was made
  std::string response = {};   ///< HTML: what the filter does, as a figure; empty: not shown
};

/// UTF-8. The same struct gives the same bytes. Text is escaped; numbers that are missing read as missing.
std::string study_report(const StudyReport& report);

}  // namespace semg
