// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/text_cells.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace semg {
namespace {

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

bool is_missing_word(std::string_view cell) noexcept {
  if (cell.size() > 4) return false;
  const std::string word = lowered(cell);  // so short that it does not allocate
  return word == "nan" || word == "-nan" || word == "na" || word == "n/a" || word == "null";
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

void split_cells(std::string_view line, char delimiter, std::vector<std::string_view>& cells) {
  cells.clear();
  const bool blanks = delimiter == kBlanks;
  std::size_t i = 0;
  while (true) {
    while (i < line.size() && is_blank(line[i]) && (blanks || line[i] != delimiter)) ++i;
    if (blanks && i >= line.size()) return;
    const std::size_t start = i;
    if (i < line.size() && line[i] == '"') {
      std::size_t close = i + 1;
      while (close < line.size() && (line[close] != '"' || (close + 1 < line.size() && line[close + 1] == '"'))) {
        close += line[close] == '"' ? 2 : 1;
      }
      const std::size_t stop = std::min(close, line.size());
      cells.push_back(trimmed(line.substr(start + 1, stop - start - 1)));
      i = std::min(stop + 1, line.size());
      while (i < line.size() && !(blanks ? is_blank(line[i]) : line[i] == delimiter)) ++i;
    } else {
      while (i < line.size() && !(blanks ? is_blank(line[i]) : line[i] == delimiter)) ++i;
      cells.push_back(trimmed(line.substr(start, i - start)));
    }
    if (i >= line.size()) return;
    ++i;  // over the delimiter; a line that ends with one has an empty last cell
  }
}

CellKind read_cell(std::string_view cell, char decimal, double& value) noexcept {
  value = std::numeric_limits<double>::quiet_NaN();
  if (cell.empty() || is_missing_word(cell)) return CellKind::missing;
  std::array<char, 64> copy;
  if (decimal != '.') {
    if (cell.size() > copy.size() || cell.back() == decimal || cell.find('.') != std::string_view::npos) return CellKind::text;
    std::replace_copy(cell.begin(), cell.end(), copy.begin(), decimal, '.');
    cell = std::string_view(copy.data(), cell.size());
  }
  if (cell.front() == '+') {
    cell.remove_prefix(1);
    if (cell.starts_with('-')) return CellKind::text;
  }
  double number = 0;
  const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (end != cell.data() + cell.size() || fault == std::errc::invalid_argument) return CellKind::text;
  if (fault == std::errc::result_out_of_range) number = std::numeric_limits<double>::infinity();
  if (std::isnan(number)) return CellKind::missing;
  value = number;
  return CellKind::number;
}

}  // namespace semg
