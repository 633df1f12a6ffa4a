// SPDX-License-Identifier: BSD-3-Clause
// Small parts of an HDF5 file that we write: groups, attributes, columns. Nothing in them depends on when or where they are written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "io/hdf5_object.hpp"

namespace semg {

/// Names are full paths inside the file. Throws Error(write_failed) from every call that did not reach the file.
class Hdf5Output {
 public:
  /// `path` is written, `shown` is how the file is called in sentences. Readable by HDF5 1.8 and later.
  Hdf5Output(const std::filesystem::path& path, const std::string& shown);

  const Hdf5Object& file() const noexcept { return file_; }
  Hdf5Object open(const std::string& path) const;

  void group(const std::string& path);
  void soft_link(const std::string& path, const std::string& target);

  void attribute(const std::string& path, const std::string& name, const std::string& text);
  void attribute(const std::string& path, const std::string& name, const std::vector<std::string>& texts);
  void attribute(const std::string& path, const std::string& name, double value);
  void attribute(const std::string& path, const std::string& name, std::int32_t value);
  void reference(const std::string& path, const std::string& name, const std::string& target);

  void scalar(const std::string& path, const std::string& text);
  void scalar(const std::string& path, double value);
  void column(const std::string& path, const std::vector<std::string>& texts);
  void column(const std::string& path, const std::vector<double>& values);
  void column(const std::string& path, const std::vector<std::int32_t>& values);
  void column(const std::string& path, const std::vector<std::int64_t>& values);
  void references(const std::string& path, const std::vector<std::string>& targets);

  /// All bytes are with the operating system afterwards; the file is closed.
  void close();
  /// Throws Error(write_failed) where `worked` is false.
  void check(bool worked) const;

 private:
  struct Values;
  void dataset(const std::string& path, const Values& values);
  void attribute(const std::string& path, const std::string& name, const Values& values);

  std::string shown_;
  Hdf5Object file_;
};

/// A dataset creation list without times, so that the same input gives the same bytes.
Hdf5Object dataset_without_times();

}  // namespace semg
