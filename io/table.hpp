// SPDX-License-Identifier: BSD-3-Clause
// The one table writer: CSV files and the codebook that explains them, from one definition.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/output_file.hpp"

namespace semg {

struct TableColumn {
  const char* name;
  const char* type;     ///< "id", "text", "integer", "number", "logical"
  const char* unit;     ///< empty: none, or the row's own unit column
  const char* levels;   ///< allowed words joined by ';'; empty: any
  const char* meaning;  ///< English
  const char* meaning_zh;
};

struct TableDefinition {
  const char* name;  ///< "windows": the file is NAME.csv
  std::vector<TableColumn> columns;
};

/// UTF-8, LF, `.` decimal, %.9g where nothing else is said; missing is empty, logical is TRUE or FALSE. Rows are given cell by cell in the
/// order of the definition.
class TableWriter {
 public:
  /// An earlier table in the place is replaced. Throws Error(cannot_create).
  TableWriter(const std::filesystem::path& folder, const TableDefinition& definition);

  TableWriter& text(std::string_view value);
  TableWriter& number(double value);  ///< not finite: empty
  TableWriter& number(std::optional<double> value);
  TableWriter& precise(std::optional<double> value);  ///< %.12g: for what is to follow from other cells to 1e-9
  TableWriter& integer(std::int64_t value);
  TableWriter& logical(bool value);
  TableWriter& empty();
  void end_row();  ///< throws std::logic_error where cells are missing or too many

  /// Throws Error(write_failed).
  void finish();

 private:
  void cell(std::string_view text);

  std::string name_;
  OutputFile output_;
  std::ofstream file_;
  std::size_t columns_;
  std::size_t cells_ = 0;
  std::string line_;
};

/// codebook.csv: table, column, type, unit, levels, meaning_en, meaning_zh.
void write_codebook(const std::filesystem::path& folder, const std::vector<TableDefinition>& tables);

}  // namespace semg
