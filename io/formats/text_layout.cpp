// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/text_layout.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/text_cells.hpp"
#include "io/formats/voltage_unit.hpp"

namespace semg {
namespace {

struct Candidate {
  char delimiter;
  char decimal;
};
// Where two explain a file equally well, the earlier one is taken.
constexpr std::array<Candidate, 7> kCandidates = {
    {{'\t', '.'}, {';', '.'}, {',', '.'}, {'\t', ','}, {';', ','}, {kBlanks, '.'}, {kBlanks, ','}}};

// How much of a row must be numbers: all of it, or, where no row of a file is so (it may hold a column of clock times), more than half.
enum class Row { all_numbers, mostly_numbers };

struct Cells {
  std::size_t count = 0;
  std::size_t numbers = 0;
  std::size_t text = 0;
};

Cells count_cells(std::string_view line, Candidate as, std::vector<std::string_view>& cells) {
  split_cells(line, as.delimiter, cells);
  Cells result{cells.size(), 0, 0};
  double value = 0;
  for (const auto cell : cells) {
    const CellKind kind = read_cell(cell, as.decimal, value);
    result.numbers += kind == CellKind::number ? 1 : 0;
    result.text += kind == CellKind::text ? 1 : 0;
  }
  return result;
}

bool is_row(const Cells& cells, Row wanted) {
  return cells.numbers > 0 && (wanted == Row::all_numbers ? cells.text == 0 : cells.numbers > cells.text);
}

struct Fit {
  std::size_t rows = 0;     // lines that are rows of the usual number of cells
  std::size_t columns = 0;  // that number
};

Fit fit(std::span<const std::string> lines, std::int64_t from, Candidate as, Row wanted) {
  std::map<std::size_t, std::size_t> lines_with;  // number of cells -> how many lines
  std::vector<std::string_view> cells;
  for (std::size_t i = static_cast<std::size_t>(from); i < lines.size(); ++i) {
    if (is_comment(lines[i])) continue;
    const Cells found = count_cells(lines[i], as, cells);
    if (is_row(found, wanted)) ++lines_with[found.count];
  }
  Fit best;
  for (const auto& [count, rows] : lines_with) {
    if (rows >= best.rows) best = {rows, count};
  }
  return best;
}

std::vector<std::string> names_in(std::string_view line, const TextLayout& layout) {
  std::vector<std::string_view> cells;
  split_cells(line, layout.delimiter, cells);
  if (cells.size() != layout.columns) return {};
  std::size_t words = 0;
  double value = 0;
  for (const auto cell : cells) words += read_cell(cell, layout.decimal, value) == CellKind::text ? 1 : 0;
  if (words == 0) return {};
  return {cells.begin(), cells.end()};
}

bool all_units(const std::vector<std::string>& cells) {
  const auto known = [](const std::string& cell) {
    return cell.empty() || microvolts_per(cell) || cell == "s" || cell == "ms" || cell == "g" || cell == "deg";
  };
  return !cells.empty() && std::any_of(cells.begin(), cells.end(), [](const auto& c) { return microvolts_per(c).has_value(); }) &&
         std::all_of(cells.begin(), cells.end(), known);
}

// The header row stands right above the numbers; a row of units may stand between. A comment serves where it has a name for every column.
void find_names(std::span<const std::string> lines, std::int64_t from, TextLayout& layout) {
  for (std::int64_t i = layout.data_line - 1; i >= from; --i) {
    std::string_view line = trimmed(lines[static_cast<std::size_t>(i)]);
    if (line.empty()) continue;
    if (line.starts_with('#')) {
      line.remove_prefix(1);
      if (layout.columns < 2) return;
    }
    std::vector<std::string> found = names_in(line, layout);
    if (found.empty()) return;
    if (layout.units.empty() && all_units(found)) {
      layout.units = std::move(found);
      continue;
    }
    layout.names = std::move(found);
    return;
  }
}

}  // namespace

char delimiter_from(const std::string& word) {
  if (word == "tab" || word == "\t" || word == "\\t") return '\t';
  if (word == "comma" || word == ",") return ',';
  if (word == "semicolon" || word == ";") return ';';
  if (word == "blanks" || word == " ") return kBlanks;
  throw Error(Fault::usage, "--delimiter: found " + word + ", expected tab, comma, semicolon or blanks");
}

char decimal_from(const std::string& word) {
  if (word == "." || word == "point") return '.';
  if (word == "," || word == "comma") return ',';
  throw Error(Fault::usage, "--decimal: found " + word + ", expected point or comma");
}

bool is_comment(std::string_view line) noexcept {
  const std::string_view text = trimmed(line);
  return text.empty() ? line.find('\t') == std::string_view::npos : text.front() == '#';
}

std::optional<TextLayout> find_layout(std::span<const std::string> lines, std::int64_t from, const TextOptions& options,
                                      std::size_t stated_columns, const std::string& name) {
  const auto allowed = [&](Candidate c) {
    return (!options.delimiter || *options.delimiter == c.delimiter) && (!options.decimal || *options.decimal == c.decimal);
  };
  std::vector<Candidate> candidates;
  std::copy_if(kCandidates.begin(), kCandidates.end(), std::back_inserter(candidates), allowed);
  if (candidates.empty()) candidates.push_back({options.delimiter.value_or(','), options.decimal.value_or('.')});

  for (const Row wanted : {Row::all_numbers, Row::mostly_numbers}) {
    Fit best;
    Candidate chosen{};
    for (const Candidate c : candidates) {
      const Fit found = fit(lines, from, c, wanted);
      if (found.rows > best.rows || (found.rows == best.rows && found.columns > best.columns)) {
        best = found;
        chosen = c;
      }
    }
    if (best.rows == 0) continue;

    TextLayout layout{chosen.delimiter, chosen.decimal, 0, best.columns, {}, {}};
    std::vector<std::string_view> cells;
    bool point = false;
    layout.data_line = -1;
    for (std::size_t i = static_cast<std::size_t>(from); i < lines.size(); ++i) {
      if (is_comment(lines[i])) continue;
      const Cells found = count_cells(lines[i], chosen, cells);
      if (!is_row(found, wanted) || found.count != best.columns) continue;
      if (layout.data_line < 0) layout.data_line = static_cast<std::int64_t>(i);
      point = point || lines[i].find('.') != std::string::npos;
    }
    find_names(lines, from, layout);
    // `1,5` on every line is two whole numbers or one and a half, unless something says that there are two columns.
    const bool said = options.delimiter || options.decimal || !layout.names.empty() || stated_columns == 2;
    if (chosen.delimiter == ',' && best.columns == 2 && !point && !said && fit(lines, from, {kBlanks, ','}, wanted).rows >= best.rows) {
      throw Error(Fault::data,
                  name +
                      ": delimiter: found one comma in every row, which may separate or be the decimal sign, expected --delimiter "
                      "comma or --decimal comma");
    }
    for (std::int64_t i = from; stated_columns == 0 && i < layout.data_line; ++i) {
      const std::string& above = lines[static_cast<std::size_t>(i)];
      if (is_comment(above) || !is_row(count_cells(above, chosen, cells), Row::all_numbers)) continue;
      throw Error(Fault::data,
                  fmt::format("{}: line {}: found {} numbers above a table of {} columns, expected --skip-rows {} to leave them out", name,
                              i + 1, cells.size(), best.columns, layout.data_line));
    }
    return layout;
  }
  return std::nullopt;
}

}  // namespace semg
