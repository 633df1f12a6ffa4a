// SPDX-License-Identifier: BSD-3-Clause
// The known word a mistyped one was probably meant to be.
#pragma once

#include <string>
#include <vector>

namespace semg {

/// The known word with the fewest letters to change (Levenshtein distance), the first of equals.
std::string nearest_word(const std::string& word, const std::vector<std::string>& known);

}  // namespace semg
