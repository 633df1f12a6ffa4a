// SPDX-License-Identifier: BSD-3-Clause
// One line of a table into cells, one cell into a number.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace semg {

/// As a delimiter: runs of spaces and tabs.
inline constexpr char kBlanks = ' ';

std::string_view trimmed(std::string_view text) noexcept;
std::string lowered(std::string_view text);

/// The cells of a line, trimmed, views into it. A cell in double quotes may hold the delimiter; the quotes are left out.
/// With kBlanks, leading and trailing blanks make no cell. An empty line has one empty cell, with kBlanks none.
void split_cells(std::string_view line, char delimiter, std::vector<std::string_view>& cells);

enum class CellKind { number, missing, text };
/// Missing: an empty cell, NaN, NA, N/A, null. `decimal` is '.' or ','; the other sign makes a cell text (1.234,5).
/// The value of a cell that is not a number is NaN; infinities are numbers.
CellKind read_cell(std::string_view cell, char decimal, double& value) noexcept;

}  // namespace semg
