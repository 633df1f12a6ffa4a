// SPDX-License-Identifier: BSD-3-Clause
#include "io/hdf5_output.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <hdf5.h>

#include "dsp/error.hpp"

namespace semg {

/// What an attribute or a dataset holds: one value, or a column of them.
struct Hdf5Output::Values {
  hid_t type;
  const void* data;
  std::size_t count;
  H5S_class_t shape;  // H5S_SCALAR or H5S_SIMPLE

  Hdf5Object space() const {
    const hsize_t rows = count;
    return Hdf5Object(shape == H5S_SCALAR ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &rows, nullptr));
  }
};

namespace {

Hdf5Object text_type() {
  Hdf5Object type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

Hdf5Object create_file(const std::filesystem::path& path) {
  quiet_hdf5();
  const Hdf5Object access = file_access_in_constant_memory();
  const Hdf5Object creation(H5Pcreate(H5P_FILE_CREATE));
  H5Pset_libver_bounds(access.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
  H5Pset_obj_track_times(creation.id(), false);
  return Hdf5Object(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()));
}

}  // namespace

Hdf5Object dataset_without_times() {
  Hdf5Object list(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(list.id(), false);
  return list;
}

Hdf5Output::Hdf5Output(const std::filesystem::path& path, const std::string& shown) : shown_(shown), file_(create_file(path)) {
  check(static_cast<bool>(file_));
}

void Hdf5Output::check(bool worked) const {
  if (worked) return;
  const std::string why = errno != 0 ? std::strerror(errno) : "HDF5 refused";
  throw Error(Fault::write_failed, fmt::format("{}: could not be written whole: {}", shown_, why));
}

Hdf5Object Hdf5Output::open(const std::string& path) const {
  Hdf5Object object(H5Oopen(file_.id(), path.c_str(), H5P_DEFAULT));
  check(static_cast<bool>(object));
  return object;
}

void Hdf5Output::group(const std::string& path) {
  const Hdf5Object list(H5Pcreate(H5P_GROUP_CREATE));
  H5Pset_obj_track_times(list.id(), false);
  check(static_cast<bool>(Hdf5Object(H5Gcreate2(file_.id(), path.c_str(), H5P_DEFAULT, list.id(), H5P_DEFAULT))));
}

void Hdf5Output::soft_link(const std::string& path, const std::string& target) {
  check(H5Lcreate_soft(target.c_str(), file_.id(), path.c_str(), H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

void Hdf5Output::attribute(const std::string& path, const std::string& name, const Values& values) {
  const Hdf5Object object = open(path), space = values.space();
  const Hdf5Object at(H5Acreate2(object.id(), name.c_str(), values.type, space.id(), H5P_DEFAULT, H5P_DEFAULT));
  check(at && H5Awrite(at.id(), values.type, values.data) >= 0);
}

void Hdf5Output::dataset(const std::string& path, const Values& values) {
  const Hdf5Object list = dataset_without_times(), space = values.space();
  const Hdf5Object data(H5Dcreate2(file_.id(), path.c_str(), values.type, space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT));
  check(data && H5Dwrite(data.id(), values.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data) >= 0);
}

void Hdf5Output::attribute(const std::string& path, const std::string& name, const std::string& text) {
  const char* bytes = text.c_str();
  attribute(path, name, Values{text_type().id(), &bytes, 1, H5S_SCALAR});
}

void Hdf5Output::attribute(const std::string& path, const std::string& name, const std::vector<std::string>& texts) {
  const auto pointers = pointers_to(texts);
  attribute(path, name, Values{text_type().id(), pointers.data(), texts.size(), H5S_SIMPLE});
}

void Hdf5Output::attribute(const std::string& path, const std::string& name, double value) {
  attribute(path, name, Values{H5T_NATIVE_DOUBLE, &value, 1, H5S_SCALAR});
}

void Hdf5Output::attribute(const std::string& path, const std::string& name, std::int32_t value) {
  attribute(path, name, Values{H5T_NATIVE_INT32, &value, 1, H5S_SCALAR});
}

void Hdf5Output::reference(const std::string& path, const std::string& name, const std::string& target) {
  hobj_ref_t pointer = 0;
  check(H5Rcreate(&pointer, file_.id(), target.c_str(), H5R_OBJECT, -1) >= 0);
  attribute(path, name, Values{H5T_STD_REF_OBJ, &pointer, 1, H5S_SCALAR});
}

void Hdf5Output::scalar(const std::string& path, const std::string& text) {
  const char* bytes = text.c_str();
  dataset(path, Values{text_type().id(), &bytes, 1, H5S_SCALAR});
}

void Hdf5Output::scalar(const std::string& path, double value) {
  dataset(path, Values{H5T_NATIVE_DOUBLE, &value, 1, H5S_SCALAR});
}

void Hdf5Output::column(const std::string& path, const std::vector<std::string>& texts) {
  const auto pointers = pointers_to(texts);
  dataset(path, Values{text_type().id(), pointers.data(), texts.size(), H5S_SIMPLE});
}

void Hdf5Output::column(const std::string& path, const std::vector<double>& values) {
  dataset(path, Values{H5T_NATIVE_DOUBLE, values.data(), values.size(), H5S_SIMPLE});
}

void Hdf5Output::column(const std::string& path, const std::vector<std::int32_t>& values) {
  dataset(path, Values{H5T_NATIVE_INT32, values.data(), values.size(), H5S_SIMPLE});
}

void Hdf5Output::column(const std::string& path, const std::vector<std::int64_t>& values) {
  dataset(path, Values{H5T_NATIVE_INT64, values.data(), values.size(), H5S_SIMPLE});
}

void Hdf5Output::references(const std::string& path, const std::vector<std::string>& targets) {
  std::vector<hobj_ref_t> pointers(targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) check(H5Rcreate(&pointers[i], file_.id(), targets[i].c_str(), H5R_OBJECT, -1) >= 0);
  dataset(path, Values{H5T_STD_REF_OBJ, pointers.data(), pointers.size(), H5S_SIMPLE});
}

void Hdf5Output::close() {
  errno = 0;
  check(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL) >= 0);
  check(H5Fclose(file_.release()) >= 0);
}

}  // namespace semg
