// SPDX-License-Identifier: BSD-3-Clause
// How every page of semg begins and looks, on a screen and on A4.
#pragma once

#include <string>
#include <string_view>

namespace semg {

/// From the document type to the opened body. `running` stands at the foot of each printed page; `style` comes after the style that all
/// pages share.
std::string page_head(std::string_view title, std::string_view running, std::string_view style);

}  // namespace semg
