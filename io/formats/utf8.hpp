// SPDX-License-Identifier: BSD-3-Clause
// UTF-8, and words whose encoding nobody states.
#pragma once

#include <string>
#include <string_view>

namespace semg {

bool is_utf8(std::string_view text) noexcept;
/// The same for the beginning of a text: its last character may be cut.
bool begins_as_utf8(std::string_view text) noexcept;
/// Bytes that are no UTF-8 become U+FFFD.
std::string valid_utf8(std::string_view bytes);

/// UTF-8 of text that should be ASCII or UTF-8 and often is Latin-1: what is no valid UTF-8 is taken as Latin-1. Control characters become
/// blanks, blanks and NULs at both ends are cut.
std::string utf8_of(std::string_view text);

}  // namespace semg
