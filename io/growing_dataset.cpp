// SPDX-License-Identifier: BSD-3-Clause
#include "io/growing_dataset.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <hdf5.h>

namespace semg {
namespace {

constexpr std::size_t kHeldRows = 256;

std::size_t bytes_of(CellType type) noexcept {
  switch (type) {
    case CellType::u8: return 1;
    case CellType::i64: return 8;
    case CellType::i32:
    case CellType::f32: break;
  }
  return 4;
}

hid_t stored_type(CellType type) noexcept {
  switch (type) {
    case CellType::u8: return H5T_STD_U8LE;
    case CellType::i32: return H5T_STD_I32LE;
    case CellType::i64: return H5T_STD_I64LE;
    case CellType::f32: break;
  }
  return H5T_IEEE_F32LE;
}

hid_t memory_type(CellType type) noexcept {
  switch (type) {
    case CellType::u8: return H5T_NATIVE_UINT8;
    case CellType::i32: return H5T_NATIVE_INT32;
    case CellType::i64: return H5T_NATIVE_INT64;
    case CellType::f32: break;
  }
  return H5T_NATIVE_FLOAT;
}

}  // namespace

GrowingDataset::GrowingDataset(Hdf5Output& file, std::string path, CellType type, std::size_t columns)
    : file_(file), path_(std::move(path)), type_(type), columns_(columns), row_bytes_(bytes_of(type) * std::max<std::size_t>(columns, 1)) {
  rows_.resize(kHeldRows * row_bytes_);
  const int rank = columns == 0 ? 1 : 2;
  const hsize_t none[2] = {0, columns};
  const hsize_t most[2] = {H5S_UNLIMITED, columns};
  const hsize_t chunk[2] = {kHeldRows, columns};
  const Hdf5Object space(H5Screate_simple(rank, none, most));
  const Hdf5Object list = dataset_without_times();
  H5Pset_chunk(list.id(), rank, chunk);
  H5Pset_shuffle(list.id());
  H5Pset_deflate(list.id(), 4);
  // A chunk is written whole and never read again: no cache, which would fill up as the file grows.
  const Hdf5Object access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_chunk_cache(access.id(), 1, 0, 1.0);
  data_ = Hdf5Object(H5Dcreate2(file_.file().id(), path_.c_str(), stored_type(type), space.id(), H5P_DEFAULT, list.id(), access.id()));
  file_.check(static_cast<bool>(data_));
}

void GrowingDataset::append(const void* row) {
  std::memcpy(rows_.data() + held_ * row_bytes_, row, row_bytes_);
  if (++held_ == kHeldRows) flush();
}

void GrowingDataset::flush() {
  if (held_ == 0) return;
  const int rank = columns_ == 0 ? 1 : 2;
  const hsize_t size[2] = {static_cast<hsize_t>(written_) + held_, columns_};
  const hsize_t first[2] = {static_cast<hsize_t>(written_), 0};
  const hsize_t count[2] = {held_, columns_};
  file_.check(H5Dset_extent(data_.id(), size) >= 0);
  const Hdf5Object space(H5Dget_space(data_.id()));
  const Hdf5Object memory(H5Screate_simple(rank, count, nullptr));
  H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, first, nullptr, count, nullptr);
  file_.check(H5Dwrite(data_.id(), memory_type(type_), memory.id(), space.id(), H5P_DEFAULT, rows_.data()) >= 0);
  written_ += static_cast<std::int64_t>(held_);
  held_ = 0;
}

void GrowingDataset::close() {
  flush();
  data_ = Hdf5Object();
}

}  // namespace semg
