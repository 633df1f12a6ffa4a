// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace semg {

/// "0.2.0"; results of two versions may differ, see CHANGELOG "Results that change".
inline constexpr const char* kVersion = "0.2.0";

inline std::string version_line() {
  return std::string("semg ") + kVersion;
}

}  // namespace semg
