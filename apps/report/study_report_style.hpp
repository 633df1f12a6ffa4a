// SPDX-License-Identifier: BSD-3-Clause
// What a study's report adds to the style that all pages share.
#pragma once

#include <string_view>

namespace semg {

extern const std::string_view kStudyReportStyle;

}  // namespace semg
