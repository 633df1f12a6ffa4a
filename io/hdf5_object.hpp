// SPDX-License-Identifier: BSD-3-Clause
// The owner of an HDF5 identifier. hdf5.h stays out of this header, so that whoever includes it needs no HDF5.
#pragma once

#include <cstdint>
#include <utility>

namespace semg {

/// Owns one identifier (hid_t) of any kind: file, group, dataset, attribute, type, space or property list.
class Hdf5Object {
 public:
  Hdf5Object() = default;
  explicit Hdf5Object(std::int64_t id) noexcept : id_(id) {}
  Hdf5Object(Hdf5Object&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Hdf5Object& operator=(Hdf5Object&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Hdf5Object();

  std::int64_t id() const noexcept { return id_; }
  explicit operator bool() const noexcept { return id_ >= 0; }  ///< false: HDF5 refused, or nothing is there
  std::int64_t release() noexcept { return std::exchange(id_, -1); }

 private:
  std::int64_t id_ = -1;
};

/// No words from HDF5 on stderr in the calling thread: our sentences say what went wrong.
void quiet_hdf5() noexcept;

/// An access list for files whose metadata cache stays small however long the file: HDF5 would let it grow to 32 MiB.
Hdf5Object file_access_in_constant_memory();

}  // namespace semg
