// SPDX-License-Identifier: BSD-3-Clause
#include "io/table.hpp"

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {

TableWriter::TableWriter(const std::filesystem::path& folder, const TableDefinition& definition)
    : name_(std::string(definition.name) + ".csv"),
      output_(folder / name_, Existing::replace),
      file_(output_.temporary(), std::ios::binary),
      columns_(definition.columns.size()) {
  for (const TableColumn& column : definition.columns) text(column.name);
  end_row();
}

void TableWriter::cell(std::string_view text) {
  if (cells_++ > 0) line_ += ',';
  line_ += text;
}

TableWriter& TableWriter::text(std::string_view value) {
  if (value.find_first_of(",\"\n\r") == std::string_view::npos) {
    cell(value);
    return *this;
  }
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  cell(quoted + '"');
  return *this;
}

TableWriter& TableWriter::number(double value) {
  if (std::isfinite(value)) {
    cell(fmt::format("{:.9g}", value));
  } else {
    cell({});
  }
  return *this;
}

TableWriter& TableWriter::number(std::optional<double> value) {
  return number(value.value_or(std::nan("")));
}

TableWriter& TableWriter::precise(std::optional<double> value) {
  if (value && std::isfinite(*value)) {
    cell(fmt::format("{:.12g}", *value));
  } else {
    cell({});
  }
  return *this;
}

TableWriter& TableWriter::integer(std::int64_t value) {
  cell(std::to_string(value));
  return *this;
}

TableWriter& TableWriter::logical(bool value) {
  cell(value ? "TRUE" : "FALSE");
  return *this;
}

TableWriter& TableWriter::empty() {
  cell({});
  return *this;
}

void TableWriter::end_row() {
  if (cells_ != columns_) throw std::logic_error(fmt::format("{}: a row of {} cells, expected {}", name_, cells_, columns_));
  line_ += '\n';
  file_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
  line_.clear();
  cells_ = 0;
}

void TableWriter::finish() {
  file_.flush();
  file_.close();
  if (!file_) throw Error(Fault::write_failed, fmt::format("{}: could not be written whole", name_));
  output_.keep();
}

void write_codebook(const std::filesystem::path& folder, const std::vector<TableDefinition>& tables) {
  TableWriter out(folder, {"codebook",
                           {{"table", "text", "", "", "", ""},
                            {"column", "text", "", "", "", ""},
                            {"type", "text", "", "", "", ""},
                            {"unit", "text", "", "", "", ""},
                            {"levels", "text", "", "", "", ""},
                            {"meaning_en", "text", "", "", "", ""},
                            {"meaning_zh", "text", "", "", "", ""}}});
  for (const TableDefinition& table : tables) {
    for (const TableColumn& c : table.columns) {
      out.text(table.name).text(c.name).text(c.type).text(c.unit).text(c.levels).text(c.meaning).text(c.meaning_zh).end_row();
    }
  }
  out.finish();
}

}  // namespace semg
