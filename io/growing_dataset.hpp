// SPDX-License-Identifier: BSD-3-Clause
// A dataset that grows row by row while something is measured, in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "io/hdf5_output.hpp"

namespace semg {

enum class CellType { u8, i32, i64, f32 };

/// [rows] or [rows x columns], chunked by 256 rows, shuffled and deflated. append() one row; close() writes what is still held.
class GrowingDataset {
 public:
  /// `columns` 0: one value a row.
  GrowingDataset(Hdf5Output& file, std::string path, CellType type, std::size_t columns);

  void append(const void* row);
  void close();

 private:
  void flush();

  Hdf5Output& file_;
  std::string path_;
  CellType type_;
  std::size_t columns_;
  std::size_t row_bytes_;
  std::size_t held_ = 0;
  std::int64_t written_ = 0;
  std::vector<std::byte> rows_;  // [256 x row_bytes]
  Hdf5Object data_;
};

}  // namespace semg
