// SPDX-License-Identifier: BSD-3-Clause
// The style sheet of a recording's page.
#pragma once

#include <string_view>

namespace semg {

extern const std::string_view kRecordingPageStyle;

}  // namespace semg
