// SPDX-License-Identifier: BSD-3-Clause
// load.R: the tables of a study in R, with types and labels, each change computed once more.
#pragma once

#include <string_view>

namespace semg {

extern const std::string_view kStudyScript;

}  // namespace semg
