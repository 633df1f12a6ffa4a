// SPDX-License-Identifier: BSD-3-Clause
// Samples out of one HDF5 dataset that somebody else laid out, column by column.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/hdf5_input.hpp"
#include "io/hdf5_object.hpp"
#include "io/nwb_clock.hpp"

namespace semg {

/// Numbers in a dataset: one field of a compound one, or all there is (then the name is empty).
struct Hdf5Field {
  std::string name;
  std::string type;        ///< "int16", "float32", ...
  std::int64_t width = 1;  ///< numbers in one element
};

struct Hdf5Shape {
  std::vector<std::int64_t> size;  ///< [rows], [rows x channels] or [channels x rows]
  std::vector<Hdf5Field> fields;   ///< those that hold numbers; empty where there are none
};
/// None where `path` is no dataset.
std::optional<Hdf5Shape> shape_of(const Hdf5Input& input, const std::string& path);

/// Which side of a dataset is time; of equal sides the first is the longer one.
enum class TimeSide { longer, first };

/// A dataset of one or two sides, or a compound dataset of one side.
class Hdf5Columns {
 public:
  /// `field` chooses in a compound dataset. Throws Error(data), before memory of the stated size is taken, for: external or virtual
  /// storage, filters but deflate, shuffle and fletcher32, more than 4096 channels, 2^36 rows, 64 GiB or chunks of 64 MiB, and for fewer
  /// stored bytes than deflate could have made of the samples.
  Hdf5Columns(const Hdf5Input& input, const std::string& path, const std::string& field, TimeSide time);

  std::int64_t rows() const noexcept { return rows_; }
  std::int64_t columns() const noexcept { return columns_; }
  /// Whole numbers that fit int32. Where the type holds larger ones all samples are read to tell.
  bool fits_int32();
  /// Values [first, first + out.size()) of one column, NaN past the end. Throws Error(data).
  void read(std::int64_t column, std::int64_t first, std::span<double> out);

 private:
  void check_size(const Hdf5Input& input, const Hdf5Shape& shape, TimeSide time);
  void check_storage(const Hdf5Input& input);
  void hold(std::int64_t column, std::int64_t first, std::int64_t rows);

  std::string name_;  // of the file
  std::string path_;
  Hdf5Object data_;
  Hdf5Object memory_type_;
  Hdf5Field field_;
  std::size_t sides_ = 1;
  std::int64_t rows_ = 0;
  std::int64_t columns_ = 1;
  bool time_is_second_ = false;

  // What was read last. Who asked for a column will ask for its neighbours in the same rows.
  std::int64_t held_first_ = 0;
  std::int64_t held_rows_ = 0;
  std::int64_t held_column_ = 0;
  std::int64_t held_columns_ = 0;
  std::vector<double> held_;  // [rows x columns], or [columns x rows] as in the file
};

/// Rows [first, first + out.size()) on a grid of which only `stretches` (in order) are stored; NaN between them.
void read_stretches(Hdf5Columns& samples, std::int64_t column, std::span<const Stretch> stretches, std::int64_t first,
                    std::span<double> out);

}  // namespace semg
