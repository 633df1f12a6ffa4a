// SPDX-License-Identifier: BSD-3-Clause
// What a recording's figures add to the style that all pages share.
#pragma once

#include <string_view>

namespace semg {

extern const std::string_view kRecordingPageStyle;

}  // namespace semg
