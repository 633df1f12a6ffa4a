// SPDX-License-Identifier: BSD-3-Clause
// HDF5 files made by the C library, that are there as long as their test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <type_traits>
#include <vector>

#include <hdf5.h>

#include "io/hdf5_object.hpp"
#include "tests/io/formats/text_file.hpp"

namespace semg {

template <class Number>
hid_t native_type() {
  if constexpr (std::is_same_v<Number, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<Number, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<Number, std::int16_t>) return H5T_NATIVE_INT16;
  if constexpr (std::is_same_v<Number, std::uint16_t>) return H5T_NATIVE_UINT16;
  if constexpr (std::is_same_v<Number, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<Number, std::uint32_t>) return H5T_NATIVE_UINT32;
  if constexpr (std::is_same_v<Number, std::int64_t>) return H5T_NATIVE_INT64;
}

class MadeHdf5 {
 public:
  MadeHdf5() : place_("", "scan.h5"), file_(H5Fcreate(place_.path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}

  /// Writes all of it and gives the path.
  const std::filesystem::path& path() {
    file_ = Hdf5Object();
    return place_.path();
  }
  const std::filesystem::path& folder() const { return place_.folder(); }
  hid_t id() const { return file_.id(); }

  void group(const std::string& path) {
    const Hdf5Object made(H5Gcreate2(file_.id(), path.c_str(), parents().id(), H5P_DEFAULT, H5P_DEFAULT));
  }
  template <class Number>
  void dataset(const std::string& path, const std::vector<hsize_t>& size, const std::vector<Number>& values) {
    dataset(path, native_type<Number>(), size, values.data(), Hdf5Object(H5Pcreate(H5P_DATASET_CREATE)));
  }
  void dataset(const std::string& path, hid_t type, const std::vector<hsize_t>& size, const void* values, const Hdf5Object& layout) {
    const Hdf5Object space(size.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr));
    const Hdf5Object made(H5Dcreate2(file_.id(), path.c_str(), type, space.id(), parents().id(), layout.id(), H5P_DEFAULT));
    if (values != nullptr) H5Dwrite(made.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  }
  template <class Number>
  void numbers(const std::string& path, const std::string& attribute, const std::vector<Number>& values) {
    const hsize_t count = values.size();
    const Hdf5Object space(H5Screate_simple(1, &count, nullptr));
    put_attribute(path, attribute, native_type<Number>(), space, values.data());
  }
  template <class Number>
  void number(const std::string& path, const std::string& attribute, Number value) {
    put_attribute(path, attribute, native_type<Number>(), Hdf5Object(H5Screate(H5S_SCALAR)), &value);
  }
  void text(const std::string& path, const std::string& attribute, const std::string& value) {
    const Hdf5Object type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.id(), value.size() + 1);
    put_attribute(path, attribute, type.id(), Hdf5Object(H5Screate(H5S_SCALAR)), value.c_str());
  }
  void text_dataset(const std::string& path, const std::vector<hsize_t>& size, const std::vector<const char*>& values) {
    const Hdf5Object type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.id(), H5T_VARIABLE);
    dataset(path, type.id(), size, values.data(), Hdf5Object(H5Pcreate(H5P_DATASET_CREATE)));
  }

 private:
  static Hdf5Object parents() {
    Hdf5Object made(H5Pcreate(H5P_LINK_CREATE));
    H5Pset_create_intermediate_group(made.id(), 1);
    return made;
  }
  void put_attribute(const std::string& path, const std::string& attribute, hid_t type, const Hdf5Object& space, const void* value) {
    const Hdf5Object owner(H5Oopen(file_.id(), path.c_str(), H5P_DEFAULT));
    const Hdf5Object made(H5Acreate2(owner.id(), attribute.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT));
    H5Awrite(made.id(), type, value);
  }

  TextFile place_;
  Hdf5Object file_;
};

}  // namespace semg
