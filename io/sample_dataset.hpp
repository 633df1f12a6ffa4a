// SPDX-License-Identifier: BSD-3-Clause
// The dataset that samples are stored in: what it may be, and its rows in order at full speed and in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/hdf5_input.hpp"
#include "io/hdf5_object.hpp"

namespace semg {

enum class StoredType { int8, uint8, int16, uint16, int32, float32, float64 };

/// Stored counts to values: float(count * factor), rounded once, or with an offset float(count * factor + offset).
struct CountScale {
  std::vector<double> factor;  ///< [1] for all channels, or [channels]
  std::vector<double> offset;  ///< empty, or [channels]
};

/// [rows] or [rows x channels] of whole numbers or floats of either byte order, plain, chunked or compressed. Whatever its chunks, reading
/// rows in order decompresses each chunk once where a row of chunks fits 64 MiB, and more often, never in more memory, where it does not.
class SampleDataset {
 public:
  static constexpr std::int64_t kMaxChannels = 4096;
  static constexpr std::int64_t kMaxRows = std::int64_t{1} << 36;
  static constexpr std::int64_t kMaxBytes = std::int64_t{64} << 30;
  static constexpr std::int64_t kMaxChunkBytes = 64 << 20;

  /// Checks every limit before anything is allocated; throws Error(data).
  SampleDataset(const Hdf5Input& input, const std::string& path);

  std::int64_t rows() const noexcept { return rows_; }
  std::size_t channels() const noexcept { return channels_; }
  StoredType type() const noexcept { return type_; }
  std::int64_t rows_at_once() const noexcept { return rows_at_once_; }  ///< most that one read() may ask for

  /// Rows [first, first + out.size() / channels) in the order they are stored. Throws Error(data) where they are damaged.
  void read(std::int64_t first, const CountScale& scale, std::span<float> out);
  /// The same as they are stored.
  void read(std::int64_t first, std::span<double> out);

 private:
  void check_shape(const Hdf5Input& input);
  void check_storage(const Hdf5Input& input);
  void fetch(std::int64_t first, std::int64_t rows);

  std::string name_;  // of the file
  std::string path_;
  std::int64_t rows_ = 0;
  std::size_t channels_ = 0;
  int dimensions_ = 0;
  StoredType type_ = StoredType::float32;
  std::int64_t rows_at_once_ = 1;
  Hdf5Object data_;
  Hdf5Object memory_type_;
  std::vector<std::byte> stored_;  // rows of one fetch, as they are stored, in this machine's byte order
};

/// Bytes of one stored sample.
std::size_t size_of(StoredType type) noexcept;

}  // namespace semg
