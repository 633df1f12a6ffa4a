// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/hdf5_columns.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <hdf5.h>

#include "dsp/error.hpp"
#include "io/formats/utf8.hpp"
#include "io/hdf5_storage.hpp"
#include "io/sample_dataset.hpp"

namespace semg {
namespace {

constexpr std::int64_t kHeld = 1 << 20;  // most numbers that are held
constexpr int kMaxFields = 4096;

/// "int16", "float64"; empty for what is no number.
std::string type_name(hid_t type) {
  const std::size_t bytes = H5Tget_size(type);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_FLOAT && (bytes == 2 || bytes == 4 || bytes == 8)) return fmt::format("float{}", 8 * bytes);
  if (kind == H5T_INTEGER && (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8)) {
    return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", 8 * bytes);
  }
  return {};
}

/// A number, or a fixed array of numbers with one side.
std::optional<Hdf5Field> field_of(hid_t type, std::string name) {
  Hdf5Field field{std::move(name), type_name(type), 1};
  if (H5Tget_class(type) == H5T_ARRAY && H5Tget_array_ndims(type) == 1) {
    hsize_t width = 0;
    H5Tget_array_dims2(type, &width);
    const Hdf5Object element(H5Tget_super(type));
    field.type = type_name(element.id());
    field.width = static_cast<std::int64_t>(std::min<hsize_t>(width, 1U << 20U));
  }
  if (field.type.empty() || field.width < 1) return std::nullopt;
  return field;
}

/// Reads a field as doubles, out of a compound by its name.
Hdf5Object memory_type_of(hid_t stored, const Hdf5Field& field) {
  if (field.name.empty()) return Hdf5Object(H5Tcopy(H5T_NATIVE_DOUBLE));
  const int member = H5Tget_member_index(stored, field.name.c_str());
  const bool is_array = H5Tget_member_class(stored, static_cast<unsigned>(member)) == H5T_ARRAY;
  const auto width = static_cast<hsize_t>(field.width);
  const Hdf5Object numbers(is_array ? H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &width) : H5Tcopy(H5T_NATIVE_DOUBLE));
  Hdf5Object type(H5Tcreate(H5T_COMPOUND, sizeof(double) * width));
  H5Tinsert(type.id(), field.name.c_str(), 0, numbers.id());
  return type;
}

}  // namespace

std::optional<Hdf5Shape> shape_of(const Hdf5Input& input, const std::string& path) {
  const Hdf5Object data = input.open(path);
  if (!data || H5Iget_type(data.id()) != H5I_DATASET) return std::nullopt;
  const Hdf5Object type(H5Dget_type(data.id())), space(H5Dget_space(data.id()));
  Hdf5Shape shape;
  const int sides = H5Sget_simple_extent_ndims(space.id());
  if (sides < 1) return shape;
  std::array<hsize_t, H5S_MAX_RANK> size{};
  H5Sget_simple_extent_dims(space.id(), size.data(), nullptr);
  for (int i = 0; i < sides; ++i)
    shape.size.push_back(static_cast<std::int64_t>(std::min<hsize_t>(size[static_cast<std::size_t>(i)], INT64_MAX)));
  if (H5Tget_class(type.id()) != H5T_COMPOUND) {
    if (auto field = field_of(type.id(), ""); field && H5Tget_class(type.id()) != H5T_ARRAY) shape.fields.push_back(*field);
    return shape;
  }
  for (int i = 0; i < std::min(H5Tget_nmembers(type.id()), kMaxFields); ++i) {
    char* name = H5Tget_member_name(type.id(), static_cast<unsigned>(i));
    const Hdf5Object member(H5Tget_member_type(type.id(), static_cast<unsigned>(i)));
    if (auto field = field_of(member.id(), name == nullptr ? "" : name); field && !field->name.empty()) shape.fields.push_back(*field);
    H5free_memory(name);
  }
  return shape;
}

Hdf5Columns::Hdf5Columns(const Hdf5Input& input, const std::string& path, const std::string& field, TimeSide time)
    : name_(input.name()), path_(path) {
  const std::optional<Hdf5Shape> shape = shape_of(input, path);
  if (!shape) input.refuse(path, "no dataset", "samples");
  const auto chosen = std::find_if(shape->fields.begin(), shape->fields.end(), [&](const Hdf5Field& f) { return f.name == field; });
  if (chosen == shape->fields.end())
    input.refuse(path, "no numbers", field.empty() ? "whole numbers or floats" : "a field '" + field + "'");
  field_ = *chosen;
  data_ = input.open(path);
  check_size(input, *shape, time);
  check_storage(input);
  memory_type_ = memory_type_of(Hdf5Object(H5Dget_type(data_.id())).id(), field_);
}

void Hdf5Columns::check_size(const Hdf5Input& input, const Hdf5Shape& shape, TimeSide time) {
  sides_ = shape.size.size();
  const bool compound = !field_.name.empty();
  if (sides_ < 1 || sides_ > (compound ? 1U : 2U)) {
    input.refuse(path_, fmt::format("{} dimensions", sides_), compound ? "[rows]" : "[rows], [rows x channels] or [channels x rows]");
  }
  rows_ = shape.size[0];
  columns_ = compound ? field_.width : sides_ == 2 ? shape.size[1] : 1;
  time_is_second_ = time == TimeSide::longer && !compound && columns_ > rows_;
  if (time_is_second_) std::swap(rows_, columns_);
  if (rows_ < 1 || columns_ < 1) input.refuse(path_, "no samples", "at least one");
  if (columns_ > SampleDataset::kMaxChannels) {
    input.refuse(path_, fmt::format("{} channels", columns_), fmt::format("{} at most", SampleDataset::kMaxChannels));
  }
  if (rows_ > SampleDataset::kMaxRows)
    input.refuse(path_, fmt::format("{} rows", rows_), fmt::format("{} at most", SampleDataset::kMaxRows));
}

void Hdf5Columns::check_storage(const Hdf5Input& input) {
  const Hdf5Object layout(H5Dget_create_plist(data_.id())), type(H5Dget_type(data_.id()));
  const auto element = static_cast<std::int64_t>(std::min<std::size_t>(H5Tget_size(type.id()), SampleDataset::kMaxChunkBytes));
  const std::int64_t per_row = element * (field_.name.empty() ? columns_ : 1);  // below 2^26
  if (rows_ > SampleDataset::kMaxBytes / per_row) {
    input.refuse(path_, fmt::format("{} rows of {} bytes", rows_, per_row), fmt::format("{} bytes at most", SampleDataset::kMaxBytes));
  }
  refuse_unsafe_storage(input, data_, path_, rows_ * per_row);
  if (H5Pget_layout(layout.id()) != H5D_CHUNKED) return;

  std::array<hsize_t, 2> chunk = {0, 1};
  if (H5Pget_chunk(layout.id(), 2, chunk.data()) != static_cast<int>(sides_)) input.refuse(path_, "damaged chunks", "samples");
  const auto most = static_cast<hsize_t>(SampleDataset::kMaxChunkBytes / element);
  if (chunk[0] == 0 || chunk[1] == 0 || chunk[0] > most || chunk[1] > most / chunk[0]) {
    input.refuse(path_, fmt::format("chunks of {} x {}", chunk[0], chunk[1]), "64 MiB at most; h5repack -l CHUNK makes smaller ones");
  }
  // All chunks that one instant crosses are cached, so that reading rows in order decompresses none twice.
  const auto across_side = static_cast<std::int64_t>(sides_ == 1 ? 1 : chunk[time_is_second_ ? 0 : 1]);
  const std::int64_t across = sides_ == 1 ? 1 : (columns_ + across_side - 1) / across_side;
  const std::int64_t cache =
      std::min(static_cast<std::int64_t>(chunk[0] * chunk[1]) * element * (across + 1), SampleDataset::kMaxChunkBytes);
  reopen_with_cache(input, data_, path_, across, cache);
}

void Hdf5Columns::hold(std::int64_t column, std::int64_t first, std::int64_t rows) {
  const bool compound = !field_.name.empty();
  held_rows_ = 0;
  held_first_ = first;
  held_column_ = compound ? 0 : column;
  held_columns_ = compound ? columns_ : std::clamp(kHeld / rows, std::int64_t{1}, columns_ - column);
  held_.resize(static_cast<std::size_t>(rows * held_columns_));
  std::array<hsize_t, 2> from = {static_cast<hsize_t>(first), static_cast<hsize_t>(held_column_)};
  std::array<hsize_t, 2> count = {static_cast<hsize_t>(rows), static_cast<hsize_t>(held_columns_)};
  if (time_is_second_) {
    std::swap(from[0], from[1]);
    std::swap(count[0], count[1]);
  }
  const Hdf5Object there(H5Dget_space(data_.id())), here(H5Screate_simple(static_cast<int>(sides_), count.data(), nullptr));
  H5Sselect_hyperslab(there.id(), H5S_SELECT_SET, from.data(), nullptr, count.data(), nullptr);
  quiet_hdf5();
  if (H5Dread(data_.id(), memory_type_.id(), here.id(), there.id(), H5P_DEFAULT, held_.data()) < 0) {
    throw Error(Fault::data,
                fmt::format("{}: {}: found damaged samples in rows {} to {}, expected whole ones", name_, path_, first, first + rows - 1));
  }
  held_rows_ = rows;
}

void Hdf5Columns::read(std::int64_t column, std::int64_t first, std::span<double> out) {
  const std::int64_t end = std::min(first + static_cast<std::int64_t>(out.size()), rows_);
  const std::int64_t most = std::max<std::int64_t>(1, field_.name.empty() ? 1 << 16 : kHeld / columns_);
  std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
  for (std::int64_t row = first; row < end;) {
    const std::int64_t rows = std::min(end - row, most);
    const bool held = held_rows_ == rows && held_first_ == row && column >= held_column_ && column < held_column_ + held_columns_;
    if (!held) hold(column, row, rows);
    const std::int64_t at = column - held_column_;
    for (std::int64_t i = 0; i < rows; ++i) {
      const std::int64_t index = time_is_second_ ? at * rows + i : i * held_columns_ + at;
      out[static_cast<std::size_t>(row - first + i)] = held_[static_cast<std::size_t>(index)];
    }
    row += rows;
  }
}

bool Hdf5Columns::fits_int32() {
  if (!field_.type.starts_with("int") && !field_.type.starts_with("uint")) return false;
  if (field_.type != "uint32" && !field_.type.ends_with("64")) return true;
  std::vector<double> part(4096);
  for (std::int64_t row = 0; row < rows_; row += 4096) {
    for (std::int64_t column = 0; column < columns_; ++column) {
      const auto values = std::span(part).first(static_cast<std::size_t>(std::min<std::int64_t>(4096, rows_ - row)));
      read(column, row, values);
      for (const double value : values) {
        if (value < INT32_MIN || value > INT32_MAX) return false;
      }
    }
  }
  return true;
}

void read_stretches(Hdf5Columns& samples, std::int64_t column, std::span<const Stretch> stretches, std::int64_t first,
                    std::span<double> out) {
  std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
  const std::int64_t end = first + static_cast<std::int64_t>(out.size());
  auto stretch = std::upper_bound(stretches.begin(), stretches.end(), first,
                                  [](std::int64_t row, const Stretch& s) { return row < s.first_row + s.rows; });
  for (; stretch != stretches.end() && stretch->first_row < end; ++stretch) {
    const std::int64_t from = std::max(first, stretch->first_row);
    const std::int64_t to = std::min(end, stretch->first_row + stretch->rows);
    samples.read(column, stretch->stored_row + from - stretch->first_row,
                 out.subspan(static_cast<std::size_t>(from - first), static_cast<std::size_t>(to - from)));
  }
}

}  // namespace semg
