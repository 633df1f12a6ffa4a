// SPDX-License-Identifier: BSD-3-Clause
// Ids of participants, visits and recordings: words that every file system and table takes.
#pragma once

#include <string>

namespace semg {

/// A letter, then letters, digits, `_`, `-` or `.` of ASCII.
bool is_id(const std::string& id);
/// Throws Error(usage) naming `field`.
void check_id(const std::string& field, const std::string& id);
/// A name as an id: what an id may not hold becomes _, and one that does not begin with a letter gets R_ before it.
std::string id_from(std::string name);

}  // namespace semg
