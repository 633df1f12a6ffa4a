// SPDX-License-Identifier: BSD-3-Clause
#include "io/sample_dataset.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <hdf5.h>

#include "dsp/error.hpp"
#include "io/hdf5_storage.hpp"

namespace semg {
namespace {

struct StoredKind {
  StoredType type;
  hid_t little, big, native;
};

std::array<StoredKind, 7> stored_kinds() {
  return {{{StoredType::int8, H5T_STD_I8LE, H5T_STD_I8BE, H5T_NATIVE_INT8},
           {StoredType::uint8, H5T_STD_U8LE, H5T_STD_U8BE, H5T_NATIVE_UINT8},
           {StoredType::int16, H5T_STD_I16LE, H5T_STD_I16BE, H5T_NATIVE_INT16},
           {StoredType::uint16, H5T_STD_U16LE, H5T_STD_U16BE, H5T_NATIVE_UINT16},
           {StoredType::int32, H5T_STD_I32LE, H5T_STD_I32BE, H5T_NATIVE_INT32},
           {StoredType::float32, H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_NATIVE_FLOAT},
           {StoredType::float64, H5T_IEEE_F64LE, H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE}}};
}

std::optional<StoredKind> kind_of(hid_t type) {
  for (const StoredKind& kind : stored_kinds()) {
    if (H5Tequal(type, kind.little) > 0 || H5Tequal(type, kind.big) > 0) return kind;
  }
  return {};
}

/// What a type we do not take is called.
std::string type_in_words(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return fmt::format("{}-bit whole numbers", 8 * H5Tget_size(type));
    case H5T_FLOAT: return fmt::format("{}-bit floats", 8 * H5Tget_size(type));
    case H5T_STRING: return "text";
    case H5T_COMPOUND: return "a compound type";
    default: return "another type";
  }
}

/// Calls f with the counts in their own type.
template <class F>
void with_counts(StoredType type, const std::byte* bytes, F&& f) {
  switch (type) {
    case StoredType::int8: return f(reinterpret_cast<const std::int8_t*>(bytes));
    case StoredType::uint8: return f(reinterpret_cast<const std::uint8_t*>(bytes));
    case StoredType::int16: return f(reinterpret_cast<const std::int16_t*>(bytes));
    case StoredType::uint16: return f(reinterpret_cast<const std::uint16_t*>(bytes));
    case StoredType::int32: return f(reinterpret_cast<const std::int32_t*>(bytes));
    case StoredType::float32: return f(reinterpret_cast<const float*>(bytes));
    case StoredType::float64: return f(reinterpret_cast<const double*>(bytes));
  }
}

}  // namespace

std::size_t size_of(StoredType type) noexcept {
  static constexpr std::array<std::size_t, 7> kSizes = {1, 1, 2, 2, 4, 4, 8};
  return kSizes[static_cast<std::size_t>(type)];
}

SampleDataset::SampleDataset(const Hdf5Input& input, const std::string& path) : name_(input.name()), path_(path) {
  data_ = input.open(path);
  if (!data_ || H5Iget_type(data_.id()) != H5I_DATASET) input.refuse(path, "no dataset", "samples");
  check_shape(input);
  check_storage(input);
}

void SampleDataset::check_shape(const Hdf5Input& input) {
  const Hdf5Object type(H5Dget_type(data_.id())), space(H5Dget_space(data_.id()));
  if (!type || !space) input.refuse(path_, "a damaged dataset", "samples");
  const auto kind = kind_of(type.id());
  if (!kind) input.refuse(path_, type_in_words(type.id()), "int8 to int32, uint8, uint16, float32 or float64");
  type_ = kind->type;
  memory_type_ = Hdf5Object(H5Tcopy(kind->native));

  dimensions_ = H5Sget_simple_extent_ndims(space.id());
  if (dimensions_ < 1 || dimensions_ > 2) input.refuse(path_, fmt::format("{} dimensions", dimensions_), "[rows] or [rows x channels]");
  std::array<hsize_t, 2> extent = {0, 1};
  H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr);
  if (extent[0] == 0) input.refuse(path_, "no rows", "at least one");
  if (extent[1] == 0) input.refuse(path_, "no channels", "at least one");
  if (extent[1] > kMaxChannels) input.refuse(path_, fmt::format("{} channels", extent[1]), fmt::format("{} at most", kMaxChannels));
  if (extent[0] > kMaxRows) input.refuse(path_, fmt::format("{} rows", extent[0]), fmt::format("{} at most", kMaxRows));
  const hsize_t bytes = extent[0] * extent[1] * size_of(type_);  // below 2^51
  if (bytes > kMaxBytes) input.refuse(path_, fmt::format("{} bytes", bytes), fmt::format("{} at most", kMaxBytes));
  rows_ = static_cast<std::int64_t>(extent[0]);
  channels_ = static_cast<std::size_t>(extent[1]);
}

void SampleDataset::check_storage(const Hdf5Input& input) {
  refuse_unsafe_storage(input, data_, path_, rows_ * static_cast<std::int64_t>(channels_ * size_of(type_)));

  constexpr std::int64_t kSlab = 256 << 10;  // samples of one fetch: a mebibyte of floats
  const auto width = static_cast<std::int64_t>(channels_);
  rows_at_once_ = std::clamp(kSlab / width, std::int64_t{1}, rows_);
  const Hdf5Object layout(H5Dget_create_plist(data_.id()));
  if (H5Pget_layout(layout.id()) != H5D_CHUNKED) return;
  std::array<hsize_t, 2> chunk = {0, 1};
  if (H5Pget_chunk(layout.id(), 2, chunk.data()) != dimensions_) input.refuse(path_, "damaged chunks", "samples");
  const hsize_t most = kMaxChunkBytes / size_of(type_);
  if (chunk[0] == 0 || chunk[1] == 0 || chunk[0] > most || chunk[1] > most / chunk[0]) {
    input.refuse(path_, fmt::format("chunks of {} x {}", chunk[0], chunk[1]),
                 "64 MiB at most; h5repack -l CHUNK=2048x" + std::to_string(width) + " makes them");
  }
  // The cache holds all chunks that a row crosses, so that none is decompressed twice. Where they are too many it holds none, and as many
  // rows as fit are fetched at once.
  const auto chunk_bytes = static_cast<std::int64_t>(chunk[0] * chunk[1] * size_of(type_));
  const std::int64_t across = (width + static_cast<std::int64_t>(chunk[1]) - 1) / static_cast<std::int64_t>(chunk[1]);
  std::int64_t cache_bytes = chunk_bytes * across;
  if (cache_bytes > kMaxChunkBytes) {
    cache_bytes = 0;
    rows_at_once_ =
        std::clamp((std::int64_t{24} << 20) / (width * static_cast<std::int64_t>(size_of(type_) + sizeof(float))), std::int64_t{1}, rows_);
  }
  reopen_with_cache(input, data_, path_, across, cache_bytes);
}

void SampleDataset::fetch(std::int64_t first, std::int64_t rows) {
  quiet_hdf5();
  stored_.resize(static_cast<std::size_t>(rows) * channels_ * size_of(type_));
  const std::array<hsize_t, 2> from = {static_cast<hsize_t>(first), 0}, count = {static_cast<hsize_t>(rows), channels_};
  const Hdf5Object file_space(H5Dget_space(data_.id())), memory_space(H5Screate_simple(dimensions_, count.data(), nullptr));
  H5Sselect_hyperslab(file_space.id(), H5S_SELECT_SET, from.data(), nullptr, count.data(), nullptr);
  if (H5Dread(data_.id(), memory_type_.id(), memory_space.id(), file_space.id(), H5P_DEFAULT, stored_.data()) < 0) {
    throw Error(Fault::data,
                fmt::format("{}: {}: found damaged samples in rows {} to {}, expected whole ones", name_, path_, first, first + rows - 1));
  }
}

void SampleDataset::read(std::int64_t first, const CountScale& scale, std::span<float> out) {
  fetch(first, static_cast<std::int64_t>(out.size() / channels_));
  with_counts(type_, stored_.data(), [&](const auto* counts) {
    if (scale.factor.size() == 1 && scale.offset.empty()) {
      const double factor = scale.factor.front();
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(static_cast<double>(counts[i]) * factor);
      return;
    }
    const std::size_t step = scale.factor.size() == 1 ? 0 : 1;
    for (std::size_t i = 0; i < out.size();) {
      for (std::size_t channel = 0; channel < channels_; ++channel, ++i) {
        const double product = static_cast<double>(counts[i]) * scale.factor[channel * step];
        out[i] = static_cast<float>(scale.offset.empty() ? product : product + scale.offset[channel]);
      }
    }
  });
}

void SampleDataset::read(std::int64_t first, std::span<double> out) {
  fetch(first, static_cast<std::int64_t>(out.size() / channels_));
  with_counts(type_, stored_.data(), [&](const auto* counts) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(counts[i]);
  });
}

}  // namespace semg
