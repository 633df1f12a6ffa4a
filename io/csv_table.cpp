// SPDX-License-Identifier: BSD-3-Clause
#include "io/csv_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/text_cells.hpp"
#include "io/formats/text_lines.hpp"

namespace semg {
namespace {

const std::string kNothing;

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

/// Lines joined where a quote goes on in the next one, cut into cells.
class Rows {
 public:
  Rows(const std::filesystem::path& path, const std::string& name) : lines_(path, text_encoding_of(path)), name_(name) {}

  /// False at the end. `line` is where the row begins.
  bool next(char delimiter, std::vector<std::string>& cells, int& line) {
    cells.clear();
    std::string_view text;
    do {
      if (!lines_.next(text)) return false;
      line = ++number_;
    } while (trimmed(text).empty());
    std::string cell;
    bool quoted = false, was_quoted = false;
    const auto end_cell = [&] {
      cells.emplace_back(was_quoted ? cell : std::string(trimmed(cell)));
      cell.clear();
      was_quoted = false;
    };
    for (std::size_t k = 0;; ++k) {
      if (k == text.size()) {
        if (!quoted) break;
        cell += '\n';
        if (!lines_.next(text))
          throw Error(Fault::data, fmt::format("{}: line {}: found a quote that never ends, expected a second one", name_, line));
        ++number_;
        k = static_cast<std::size_t>(-1);
        continue;
      }
      const char c = text[k];
      if (quoted) {
        if (c != '"') {
          cell += c;
        } else if (k + 1 < text.size() && text[k + 1] == '"') {
          cell += text[++k];
        } else {
          quoted = false;
        }
      } else if (c == '"' && trimmed(cell).empty()) {
        cell.clear();
        quoted = was_quoted = true;
      } else if (c == delimiter) {
        end_cell();
      } else if (!was_quoted) {
        cell += c;
      } else if (!trimmed(std::string_view(&c, 1)).empty()) {
        throw Error(Fault::data,
                    fmt::format("{}: line {}: found letters after a closing quote, expected a '{}'", name_, number_, delimiter));
      }
    }
    end_cell();
    return true;
  }

 private:
  TextLines lines_;
  const std::string& name_;
  int number_ = 0;
};

char delimiter_of(const std::filesystem::path& path) {
  TextLines lines(path, text_encoding_of(path));
  std::string_view first;
  while (lines.next(first)) {
    if (!trimmed(first).empty()) break;
  }
  return first.find(',') == std::string_view::npos && first.find(';') != std::string_view::npos ? ';' : ',';
}

}  // namespace

CsvTable::CsvTable(const std::filesystem::path& path, const std::vector<std::string>& known, std::size_t required)
    : name_(path.filename().string()) {
  if (!std::filesystem::is_regular_file(path)) throw Error(Fault::no_input, name_ + ": no such file");
  const char delimiter = delimiter_of(path);
  Rows rows(path, name_);
  int line = 0;
  if (!rows.next(delimiter, header_, line)) throw Error(Fault::data, fmt::format("{}: found no line, expected {}", name_, listed(known)));
  while (header_.size() > 1 && header_.back().empty()) header_.pop_back();  // spreadsheets write columns that were once used
  for (std::size_t k = 0; k < header_.size(); ++k) {
    const std::string& word = header_[k];
    if (std::find(known.begin(), known.end(), word) == known.end())
      throw Error(Fault::data, fmt::format("{}: line {}: found the column '{}', expected {}", name_, line, word, listed(known)));
    if (std::find(header_.begin(), header_.begin() + static_cast<std::ptrdiff_t>(k), word) !=
        header_.begin() + static_cast<std::ptrdiff_t>(k))
      throw Error(Fault::data, fmt::format("{}: line {}: found the column {} twice, expected each once", name_, line, word));
  }
  for (std::size_t k = 0; k < required; ++k) {
    if (std::find(header_.begin(), header_.end(), known[k]) == header_.end())
      throw Error(Fault::data, fmt::format("{}: line {}: found no column {}, expected {}", name_, line, known[k], listed(known)));
  }
  Row row;
  while (rows.next(delimiter, row.cells, row.line)) {
    while (row.cells.size() > header_.size() && row.cells.back().empty()) row.cells.pop_back();
    if (row.cells.size() > header_.size()) {
      throw Error(Fault::data, fmt::format("{}: line {}: found {} cells, expected {}; a cell that holds a '{}' stands in quotes", name_,
                                           row.line, row.cells.size(), header_.size(), delimiter));
    }
    if (std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& cell) { return cell.empty(); })) continue;
    rows_.push_back(row);
  }
}

const std::string& CsvTable::cell(std::size_t row, std::string_view column) const {
  const auto at = static_cast<std::size_t>(std::find(header_.begin(), header_.end(), column) - header_.begin());
  return at < rows_[row].cells.size() ? rows_[row].cells[at] : kNothing;
}

std::string CsvTable::where(std::size_t row) const {
  return fmt::format("{}: line {}", name_, rows_[row].line);
}

}  // namespace semg
