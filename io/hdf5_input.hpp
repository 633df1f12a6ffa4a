// SPDX-License-Identifier: BSD-3-Clause
// An HDF5 file somebody gave us: its small parts, read with suspicion. Samples are SampleDataset's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/hdf5_object.hpp"

namespace semg {

/// Names are full paths inside the file ("/general/subject"). Only hard links are followed: a soft or external link, which may lead out
/// of the file, counts as refused, not as missing. All reading is bounded; whatever is larger than its limit is refused unread.
class Hdf5Input {
 public:
  static constexpr std::int64_t kMaxTextBytes = 64 << 10;    ///< of one attribute or scalar text
  static constexpr std::int64_t kMaxColumnRows = 1'000'000;  ///< of a table beside the samples
  static constexpr std::int64_t kMaxColumnBytes = 64 << 20;

  /// Throws Error(no_input) where there is no file, Error(data) where it is no HDF5 file, damaged or truncated.
  explicit Hdf5Input(const std::filesystem::path& path);

  const std::string& name() const noexcept { return name_; }  ///< the file's name, to begin a sentence with
  const Hdf5Object& file() const noexcept { return file_; }

  /// `NAME: FIELD: found X, expected Y`
  [[noreturn]] void refuse(const std::string& field, const std::string& found, const std::string& expected) const;

  bool has(const std::string& path) const;
  Hdf5Object open(const std::string& path) const;  ///< empty where nothing is there
  bool is_group(const std::string& path) const;
  /// Names in a group, in the order of their bytes; links that lead elsewhere are left out.
  std::vector<std::string> members(const std::string& group) const;

  // Attributes and datasets of one value. None where they are missing; refused where they are of another kind.
  std::optional<std::string> text_attribute(const std::string& path, const std::string& attribute) const;
  std::optional<double> number_attribute(const std::string& path, const std::string& attribute) const;
  std::optional<std::string> text(const std::string& path) const;
  std::optional<double> number(const std::string& path) const;

  // Columns [rows] of a table. Refused where they are missing, or have another length than `rows`.
  std::int64_t column_rows(const std::string& path) const;
  std::vector<std::string> text_column(const std::string& path, std::int64_t rows) const;
  std::vector<double> number_column(const std::string& path, std::int64_t rows) const;
  std::vector<std::int64_t> integer_column(const std::string& path, std::int64_t rows) const;

 private:
  Hdf5Object open_column(const std::string& path, std::int64_t rows) const;

  std::string name_;
  Hdf5Object file_;
};

}  // namespace semg
