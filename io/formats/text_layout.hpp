// SPDX-License-Identifier: BSD-3-Clause
// How a text file lays out its table: what separates cells, which sign is decimal, where the numbers begin.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/formats/text_lines.hpp"

namespace semg {

/// What the user declares; everything else is found in the file.
struct TextOptions {
  std::optional<char> delimiter;  ///< kBlanks: runs of spaces and tabs
  std::optional<char> decimal;
  std::optional<TextEncoding> encoding;
  std::int64_t skip_rows = 0;   ///< lines at the top that are not looked at
  std::optional<double> fs_hz;  ///< settles a contradiction inside the file
};

/// "tab", "comma", "semicolon", "blanks" or the sign itself; throws Error(usage).
char delimiter_from(const std::string& word);
/// "." or "point", "," or "comma"; throws Error(usage).
char decimal_from(const std::string& word);

struct TextLayout {
  char delimiter = ',';
  char decimal = '.';
  std::int64_t data_line = 0;  ///< lines before the first row of numbers
  std::size_t columns = 0;
  std::vector<std::string> names;  ///< [columns]; empty where there is no header row
  std::vector<std::string> units;  ///< [columns] from a row of units; empty where there is none
};

/// From the first lines of a file; `from` is the first line that may hold numbers, `stated_columns` how many a header above the table
/// speaks of (0: none does). None where no line holds numbers. Throws Error(data), beginning with `name`, where a comma may be a delimiter
/// as well as a decimal sign and nothing tells which, and where other rows of numbers stand above the table and no header explains them.
std::optional<TextLayout> find_layout(std::span<const std::string> lines, std::int64_t from, const TextOptions& options,
                                      std::size_t stated_columns, const std::string& name);

/// A line that is no row: blank, or a comment (#).
bool is_comment(std::string_view line) noexcept;

}  // namespace semg
