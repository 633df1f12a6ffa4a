// SPDX-License-Identifier: BSD-3-Clause
// Pieces of HTML that the parts of a study's report are put together from. All text is escaped in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace semg {

std::string element(std::string_view tag, std::string_view text);
std::string heading(std::string_view id, std::string_view words);
/// Up to 60 sentences; how many more there are, and where ("in changes.csv").
std::string bullet_list(const std::vector<std::string>& sentences, std::string_view rest);
/// `html` behind a line that opens it; empty where it is empty.
std::string details(std::string_view summary, const std::string& html);
/// Its first letter a capital.
std::string as_sentence(const std::string& text);

}  // namespace semg
