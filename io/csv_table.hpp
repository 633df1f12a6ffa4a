// SPDX-License-Identifier: BSD-3-Clause
// A small table that a person keeps in a spreadsheet, read whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace semg {

/// Cells as text, by the names in the first line. UTF-8 (a mark at the start is dropped) or what text_encoding_of() finds; `,` or, where
/// the first line has none, `;` between cells; quoted cells as in RFC 4180; blank lines and empty columns after the last named one are left
/// out; cells are trimmed unless they are quoted.
class CsvTable {
 public:
  /// `known`: the columns there may be, of which the first `required` must be. Throws Error(no_input), Error(data) with file and line: a
  /// column that is missing, unknown or there twice (with the columns there may be), a row with more cells than columns, a quote that never
  /// ends or is followed by letters.
  CsvTable(const std::filesystem::path& path, const std::vector<std::string>& known, std::size_t required);

  const std::string& name() const noexcept { return name_; }  ///< of the file, without folder
  std::size_t rows() const noexcept { return rows_.size(); }
  /// Empty where the row or the table has no such cell.
  const std::string& cell(std::size_t row, std::string_view column) const;
  int line(std::size_t row) const noexcept { return rows_[row].line; }  ///< in the file, from 1
  std::string where(std::size_t row) const;                             ///< "sessions.csv: line 3"

 private:
  struct Row {
    int line = 0;
    std::vector<std::string> cells;
  };
  std::string name_;
  std::vector<std::string> header_;
  std::vector<Row> rows_;
};

}  // namespace semg
