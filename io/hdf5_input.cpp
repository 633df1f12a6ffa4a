// SPDX-License-Identifier: BSD-3-Clause
#include "io/hdf5_input.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <hdf5.h>

#include "dsp/error.hpp"
#include "io/formats/utf8.hpp"

namespace semg {
namespace {

std::vector<std::string> steps_of(const std::string& path) {
  std::vector<std::string> steps;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) steps.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return steps;
}

/// Fixed text ends at its first NUL or has none.
std::string fixed_text(const char* bytes, std::size_t size) {
  const std::string_view text(bytes, size);
  return std::string(text.substr(0, text.find('\0')));
}

Hdf5Object memory_text_type(hid_t stored) {
  Hdf5Object type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), H5Tis_variable_str(stored) > 0 ? H5T_VARIABLE : H5Tget_size(stored));
  H5Tset_cset(type.id(), H5Tget_cset(stored));
  H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  return type;
}

bool is_number(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT;
}

extern "C" herr_t add_hard_link(hid_t, const char* name, const H5L_info_t* info, void* names) {
  if (info->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return static_cast<std::vector<std::string>*>(names)->size() > 10'000 ? -1 : 0;
}

/// Memory for texts of variable length, out of the bytes that are left in `room`.
extern "C" void* allocate_within(std::size_t size, void* room) {
  auto& left = *static_cast<std::size_t*>(room);
  if (size > left) return nullptr;
  left -= size;
  return std::malloc(size);
}

extern "C" void release_again(void* bytes, void*) {
  std::free(bytes);
}

Hdf5Object open_file(const std::filesystem::path& path, const std::string& name) {
  std::error_code fault;
  const auto status = std::filesystem::status(path, fault);
  if (!std::filesystem::exists(status)) throw Error(Fault::no_input, name + ": no such file");
  if (std::filesystem::is_directory(status)) throw Error(Fault::no_input, name + ": found a folder, expected a file");
  if (!std::filesystem::is_regular_file(status)) throw Error(Fault::no_input, name + ": found no regular file, expected a recording");
  quiet_hdf5();
  H5PLset_loading_state(0);  // no file makes us load a filter from disk
  const htri_t known = H5Fis_hdf5(path.c_str());
  if (known < 0) throw Error(Fault::no_input, name + ": cannot be read");
  if (known == 0) throw Error(Fault::data, name + ": format: found no HDF5 file, expected a recording; make one with: semg import " + name);

  const Hdf5Object access = file_access_in_constant_memory();  // the index of a long recording must not fill memory
  Hdf5Object file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
  if (!file) throw Error(Fault::data, name + ": file: found a damaged or truncated HDF5 file, expected a whole one");
  return file;
}

}  // namespace

Hdf5Input::Hdf5Input(const std::filesystem::path& path) : name_(path.filename().string()), file_(open_file(path, name_)) {}

void Hdf5Input::refuse(const std::string& field, const std::string& found, const std::string& expected) const {
  throw Error(Fault::data, fmt::format("{}: {}: found {}, expected {}", name_, field, found, expected));
}

bool Hdf5Input::has(const std::string& path) const {
  std::string so_far;
  for (const std::string& step : steps_of(path)) {
    so_far += "/" + step;
    if (H5Lexists(file_.id(), so_far.c_str(), H5P_DEFAULT) <= 0) return false;
    H5L_info_t link;
    if (H5Lget_info(file_.id(), so_far.c_str(), &link, H5P_DEFAULT) < 0) refuse(so_far, "a damaged link", "data");
    if (link.type != H5L_TYPE_HARD) refuse(so_far, "a link that leads elsewhere", "data in this place");
  }
  return true;
}

Hdf5Object Hdf5Input::open(const std::string& path) const {
  if (!has(path)) return {};
  Hdf5Object object(H5Oopen(file_.id(), path.c_str(), H5P_DEFAULT));
  if (!object) refuse(path, "a damaged object", "a whole one");
  return object;
}

bool Hdf5Input::is_group(const std::string& path) const {
  const Hdf5Object object = open(path);
  return object && H5Iget_type(object.id()) == H5I_GROUP;
}

std::vector<std::string> Hdf5Input::members(const std::string& group) const {
  const Hdf5Object object = open(group);
  if (!object || H5Iget_type(object.id()) != H5I_GROUP) return {};
  std::vector<std::string> names;
  if (H5Literate(object.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add_hard_link, &names) < 0) {
    refuse(group, names.size() > 10'000 ? "more than 10000 members" : "a damaged group", "a group of 10000 members at most");
  }
  return names;
}

std::optional<std::string> Hdf5Input::text_attribute(const std::string& path, const std::string& attribute) const {
  const Hdf5Object object = open(path);
  if (!object || H5Aexists(object.id(), attribute.c_str()) <= 0) return {};
  const std::string field = path + "@" + attribute;
  const Hdf5Object at(H5Aopen(object.id(), attribute.c_str(), H5P_DEFAULT));
  const Hdf5Object stored(H5Aget_type(at.id())), space(H5Aget_space(at.id()));
  if (!at || !stored || !space) refuse(field, "a damaged attribute", "text");
  if (H5Tget_class(stored.id()) != H5T_STRING || H5Sget_simple_extent_npoints(space.id()) != 1) refuse(field, "something else", "one text");
  const Hdf5Object type = memory_text_type(stored.id());
  std::string text;
  if (H5Tis_variable_str(stored.id()) > 0) {
    char* bytes = nullptr;
    if (H5Aread(at.id(), type.id(), &bytes) < 0) refuse(field, "a damaged attribute", "text");
    if (bytes) text = bytes;
    H5free_memory(bytes);
  } else {
    const std::size_t size = H5Tget_size(stored.id());
    if (size > static_cast<std::size_t>(kMaxTextBytes)) refuse(field, fmt::format("{} bytes", size), "64 KiB at most");
    std::vector<char> bytes(size);
    if (H5Aread(at.id(), type.id(), bytes.data()) < 0) refuse(field, "a damaged attribute", "text");
    text = fixed_text(bytes.data(), size);
  }
  if (text.size() > static_cast<std::size_t>(kMaxTextBytes)) refuse(field, fmt::format("{} bytes", text.size()), "64 KiB at most");
  return valid_utf8(text);
}

std::optional<double> Hdf5Input::number_attribute(const std::string& path, const std::string& attribute) const {
  const Hdf5Object object = open(path);
  if (!object || H5Aexists(object.id(), attribute.c_str()) <= 0) return {};
  const std::string field = path + "@" + attribute;
  const Hdf5Object at(H5Aopen(object.id(), attribute.c_str(), H5P_DEFAULT));
  const Hdf5Object type(H5Aget_type(at.id())), space(H5Aget_space(at.id()));
  double value = 0;
  if (!at || !type || !space || !is_number(type.id()) || H5Sget_simple_extent_npoints(space.id()) != 1) {
    refuse(field, "something else", "one number");
  }
  if (H5Aread(at.id(), H5T_NATIVE_DOUBLE, &value) < 0) refuse(field, "a damaged attribute", "one number");
  return value;
}

std::optional<std::string> Hdf5Input::text(const std::string& path) const {
  if (!has(path)) return {};
  return text_column(path, 1).front();
}

std::optional<double> Hdf5Input::number(const std::string& path) const {
  if (!has(path)) return {};
  return number_column(path, 1).front();
}

std::int64_t Hdf5Input::column_rows(const std::string& path) const {
  const Hdf5Object object = open(path);
  if (!object) refuse(path, "nothing", "a column");
  if (H5Iget_type(object.id()) != H5I_DATASET) refuse(path, "no dataset", "a column");
  const Hdf5Object space(H5Dget_space(object.id())), layout(H5Dget_create_plist(object.id()));
  if (!space || !layout) refuse(path, "a damaged dataset", "a column");
  if (H5Sget_simple_extent_ndims(space.id()) > 1) refuse(path, "a table of several dimensions", "a column");
  if (H5Pget_layout(layout.id()) == H5D_VIRTUAL || H5Pget_external_count(layout.id()) != 0) {
    refuse(path, "values outside of the file", "values in it");
  }
  if (H5Pget_layout(layout.id()) == H5D_CHUNKED) {
    hsize_t chunk = 0;
    if (H5Pget_chunk(layout.id(), 1, &chunk) != 1 || chunk > static_cast<hsize_t>(kMaxColumnBytes / 8)) {
      refuse(path, fmt::format("chunks of {} values", chunk), "8388608 at most");
    }
  }
  const hssize_t rows = H5Sget_simple_extent_npoints(space.id());
  if (rows < 0 || rows > kMaxColumnRows) refuse(path, fmt::format("{} rows", rows), fmt::format("{} at most", kMaxColumnRows));
  return rows;
}

Hdf5Object Hdf5Input::open_column(const std::string& path, std::int64_t rows) const {
  const std::int64_t found = column_rows(path);
  if (found != rows) refuse(path, fmt::format("{} rows", found), fmt::format("{}", rows));
  return open(path);
}

std::vector<std::string> Hdf5Input::text_column(const std::string& path, std::int64_t rows) const {
  const Hdf5Object data = open_column(path, rows);
  std::vector<std::string> texts;
  if (rows == 0) return texts;
  const Hdf5Object stored(H5Dget_type(data.id())), space(H5Dget_space(data.id()));
  if (H5Tget_class(stored.id()) != H5T_STRING) refuse(path, "no text", "text");
  const Hdf5Object type = memory_text_type(stored.id());
  const auto count = static_cast<std::size_t>(rows);
  texts.reserve(count);
  if (H5Tis_variable_str(stored.id()) > 0) {
    auto room = static_cast<std::size_t>(kMaxColumnBytes);
    const Hdf5Object transfer(H5Pcreate(H5P_DATASET_XFER));
    H5Pset_vlen_mem_manager(transfer.id(), allocate_within, &room, release_again, nullptr);
    std::vector<char*> values(count, nullptr);
    const bool whole = H5Dread(data.id(), type.id(), H5S_ALL, H5S_ALL, transfer.id(), values.data()) >= 0;
    for (const char* value : values) texts.push_back(valid_utf8(value ? value : ""));
    for (char* value : values) std::free(value);
    if (!whole) refuse(path, "damaged text, or more than 64 MiB of it", "text");
  } else {
    const std::size_t size = H5Tget_size(stored.id());
    if (size == 0 || size > static_cast<std::size_t>(kMaxColumnBytes) / count) {
      refuse(path, fmt::format("{} texts of {} bytes", rows, size), "64 MiB at most");
    }
    std::vector<char> bytes(count * size);
    if (H5Dread(data.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) refuse(path, "damaged text", "text");
    for (std::size_t i = 0; i < count; ++i) texts.push_back(valid_utf8(fixed_text(bytes.data() + i * size, size)));
  }
  return texts;
}

std::vector<double> Hdf5Input::number_column(const std::string& path, std::int64_t rows) const {
  const Hdf5Object data = open_column(path, rows);
  const Hdf5Object type(H5Dget_type(data.id()));
  if (!is_number(type.id())) refuse(path, "something else", "numbers");
  std::vector<double> values(static_cast<std::size_t>(rows));
  if (rows > 0 && H5Dread(data.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    refuse(path, "damaged numbers", "numbers");
  }
  return values;
}

std::vector<std::int64_t> Hdf5Input::integer_column(const std::string& path, std::int64_t rows) const {
  const Hdf5Object data = open_column(path, rows);
  const Hdf5Object type(H5Dget_type(data.id()));
  if (H5Tget_class(type.id()) != H5T_INTEGER) refuse(path, "something else", "whole numbers");
  std::vector<std::int64_t> values(static_cast<std::size_t>(rows));
  if (rows > 0 && H5Dread(data.id(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
    refuse(path, "damaged numbers", "whole numbers");
  }
  return values;
}

}  // namespace semg
