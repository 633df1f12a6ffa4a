// SPDX-License-Identifier: BSD-3-Clause
// What tests of `semg extract` and of what follows it share: tables as cells, features files as datasets, samples changed or cut by hand.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <hdf5.h>

#include "io/hdf5_object.hpp"
#include "tests/apps/import/command.hpp"
#include "tests/io/formats/hdf5_made.hpp"

namespace semg {

using CommandFolder = ImportFolder;

using TableRow = std::map<std::string, std::string>;

struct ReadTable {
  std::vector<std::string> columns;
  std::vector<TableRow> rows;
};

/// One line of cells, quotes taken off.
inline std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  return cells;
}

inline ReadTable table_of(const CommandFolder& folder, const std::string& name) {
  std::ifstream file(folder.path(name), std::ios::binary);
  ReadTable table;
  std::string line;
  if (std::getline(file, line)) table.columns = cells_of(line);
  while (std::getline(file, line)) {
    const auto cells = cells_of(line);
    REQUIRE(cells.size() == table.columns.size());
    TableRow row;
    for (std::size_t k = 0; k < cells.size(); ++k) row[table.columns[k]] = cells[k];
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Rows in which every named cell has its value.
inline std::vector<TableRow> rows_where(const ReadTable& table, const TableRow& wanted) {
  std::vector<TableRow> rows;
  for (const TableRow& row : table.rows) {
    bool fits = true;
    for (const auto& [column, value] : wanted) fits = fits && row.at(column) == value;
    if (fits) rows.push_back(row);
  }
  return rows;
}

inline double number_in(const TableRow& row, const std::string& column) {
  return std::stod(row.at(column));
}

/// Every dataset of a file: its path, and its size and values as bytes.
inline std::map<std::string, std::string> datasets_of(const std::filesystem::path& path) {
  std::map<std::string, std::string> datasets;
  const Hdf5Object file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const auto visit = [](hid_t root, const char* name, const H5O_info_t* about, void* out) -> herr_t {
    if (about->type != H5O_TYPE_DATASET) return 0;
    const Hdf5Object data(H5Dopen2(root, name, H5P_DEFAULT));
    const Hdf5Object space(H5Dget_space(data.id()));
    const Hdf5Object type(H5Dget_type(data.id()));
    hsize_t size[2] = {0, 0};
    H5Sget_simple_extent_dims(space.id(), size, nullptr);
    std::string content = std::to_string(size[0]) + "x" + std::to_string(size[1]) + ":";
    const auto values = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.id()));
    if (values > 0 && H5Tis_variable_str(type.id()) > 0) {
      std::vector<char*> texts(values);
      H5Dread(data.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data());
      for (const char* text : texts) content += std::string(text) + '\n';
      H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, texts.data());
    } else {
      std::vector<char> bytes(values * H5Tget_size(type.id()));
      H5Dread(data.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
      content.append(bytes.begin(), bytes.end());
    }
    (*static_cast<std::map<std::string, std::string>*>(out))[name] = content;
    return 0;
  };
  H5Ovisit2(file.id(), H5_INDEX_NAME, H5_ITER_NATIVE, visit, &datasets, H5O_INFO_BASIC);
  return datasets;
}

/// All values of a dataset of numbers, row by row.
inline std::vector<double> numbers_of(const std::filesystem::path& path, const std::string& dataset) {
  const Hdf5Object file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const Hdf5Object data(H5Dopen2(file.id(), dataset.c_str(), H5P_DEFAULT));
  const Hdf5Object space(H5Dget_space(data.id()));
  std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.id())));
  H5Dread(data.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  return values;
}

/// Adds `counts` to one stored sample of a recording, as a slip of a tool might.
inline void change_sample(const std::filesystem::path& recording, hsize_t row, hsize_t channel, int counts) {
  const Hdf5Object file(H5Fopen(recording.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  const Hdf5Object data(H5Dopen2(file.id(), "/acquisition/emg/data", H5P_DEFAULT));
  const Hdf5Object space(H5Dget_space(data.id()));
  const hsize_t first[2] = {row, channel};
  const hsize_t count[2] = {1, 1};
  H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, first, nullptr, count, nullptr);
  const Hdf5Object one(H5Screate_simple(2, count, nullptr));
  int value = 0;
  REQUIRE(H5Dread(data.id(), H5T_NATIVE_INT, one.id(), space.id(), H5P_DEFAULT, &value) >= 0);
  value += counts;
  REQUIRE(H5Dwrite(data.id(), H5T_NATIVE_INT, one.id(), space.id(), H5P_DEFAULT, &value) >= 0);
}

/// [rows x channels] of a recording without gaps, first row `first`.
inline std::vector<float> rows_of(const std::filesystem::path& recording, std::int64_t first, std::int64_t rows) {
  RecordingReader reader(recording);
  const std::size_t channels = reader.info().channels.size();
  std::vector<float> samples;
  Block block(channels, 4096);
  reader.seek(first);
  while (samples.size() < static_cast<std::size_t>(rows) * channels && reader.read(block)) {
    samples.insert(samples.end(), block.samples().begin(), block.samples().end());
  }
  samples.resize(static_cast<std::size_t>(rows) * channels);
  return samples;
}

/// A plain HDF5 file with /emg [rows x channels] in microvolts: what somebody's own script would write.
inline void write_plain_hdf5(const std::filesystem::path& path, const std::vector<float>& samples, std::size_t channels) {
  MadeHdf5 made;
  made.dataset("/emg", {samples.size() / channels, channels}, samples);
  std::filesystem::copy_file(made.path(), path);
}

/// False, with a word that marks the test as skipped, where the real recordings are not there.
inline bool real_data_is_there() {
  if (std::filesystem::exists(SEMG_REAL_DATA)) return true;
  MESSAGE("[semg-skip] no real recordings at SEMG_REAL_DATA");
  return false;
}

inline std::string real(const std::string& file) {
  return "'" SEMG_REAL_DATA "/" + file + "'";
}

}  // namespace semg
