// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/nwb_checker.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include <hdf5.h>

#include "dsp/error.hpp"
#include "io/hdf5_input.hpp"

namespace semg {
namespace {

class NwbChecker {
 public:
  explicit NwbChecker(const std::filesystem::path& path) : input_(path) {}

  std::vector<std::string> run() {
    check_root();
    walk("");
    return faults_;
  }

 private:
  void demand(bool holds, const std::string& sentence) {
    if (!holds) faults_.push_back(sentence);
  }

  std::string word(const std::string& path, const char* attribute) {
    return path.empty() ? "" : input_.text_attribute(path, attribute).value_or("");
  }

  bool is_dataset(const std::string& path) {
    const Hdf5Object object = input_.open(path);
    return object && H5Iget_type(object.id()) == H5I_DATASET;
  }

  /// Dimensions of a dataset; -1 where there is none.
  int dimensions(const std::string& path) {
    if (!is_dataset(path)) return -1;
    const Hdf5Object data = input_.open(path), space(H5Dget_space(data.id()));
    return H5Sget_simple_extent_ndims(space.id());
  }

  std::array<hsize_t, 2> extent(const std::string& path) {
    std::array<hsize_t, 2> extent = {0, 0};
    const Hdf5Object data = input_.open(path), space(H5Dget_space(data.id()));
    if (H5Sget_simple_extent_ndims(space.id()) <= 2) H5Sget_simple_extent_dims(space.id(), extent.data(), nullptr);
    return extent;
  }

  H5T_class_t type_class(const std::string& path) {
    const Hdf5Object data = input_.open(path), type(H5Dget_type(data.id()));
    return H5Tget_class(type.id());
  }

  void check_root() {
    demand(word("/", "neurodata_type") == "NWBFile", "/: is no NWBFile");
    demand(word("/", "nwb_version") == "2.7.0", "/@nwb_version: is not 2.7.0");
    for (const char* text : {"/identifier", "/session_description", "/session_start_time", "/timestamps_reference_time"}) {
      demand(dimensions(text) == 0 && type_class(text) == H5T_STRING, std::string(text) + ": is no text");
    }
    demand(dimensions("/file_create_date") == 1, "/file_create_date: is no list of texts");
    static const std::regex kIsoDateTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))");
    for (const char* time : {"/session_start_time", "/timestamps_reference_time", "/file_create_date"}) {
      if (is_dataset(time))
        demand(std::regex_match(input_.text(time).value_or(""), kIsoDateTime), std::string(time) + ": is no date and time");
    }
    for (const char* group :
         {"/acquisition", "/analysis", "/general", "/processing", "/stimulus", "/stimulus/presentation", "/stimulus/templates"}) {
      demand(input_.is_group(group), std::string(group) + ": is no group");
    }
  }

  void walk(const std::string& path) {
    const std::string here = path.empty() ? "/" : path;
    check_object(here);
    if (!input_.is_group(here)) return;
    for (const std::string& name : input_.members(here)) walk(path + "/" + name);
  }

  void check_object(const std::string& path) {
    const std::string type = word(path, "neurodata_type");
    if (type.empty()) {
      const bool must = path.starts_with("/acquisition/") && input_.is_group(path);
      demand(!must, path + "@neurodata_type: is missing");
      return;
    }
    static const std::set<std::string> kCommon = {"DynamicTable", "VectorData", "ElementIdentifiers", "DynamicTableRegion"};
    demand(word(path, "namespace") == (kCommon.contains(type) ? "hdmf-common" : "core"),
           path + "@namespace: is not where " + type + " is defined");
    static const std::regex kUuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    const std::string id = word(path, "object_id");
    demand(std::regex_match(id, kUuid), path + "@object_id: is no UUID");
    demand(ids_.insert(id).second, path + "@object_id: is another object's too");
    if (type == "ElectricalSeries" || type == "TimeSeries") check_series(path, type);
    if (type == "DynamicTable" || type == "TimeIntervals") check_table(path, type);
    if (type == "ElectrodeGroup") check_electrode_group(path);
  }

  void check_series(const std::string& path, const std::string& type) {
    const std::string data = path + "/data", start = path + "/starting_time";
    const int shape = dimensions(data);
    demand(shape == 1 || shape == 2, data + ": is not [rows] or [rows x channels]");
    if (shape < 1) return;
    const std::string unit = word(data, "unit");
    demand(type == "TimeSeries" ? !unit.empty() : unit == "volts", data + "@unit: is not what " + type + " wants");
    for (const char* number : {"conversion", "offset", "resolution"})
      demand(input_.number_attribute(data, number).has_value(), data + "@" + number + ": is missing");
    const bool rated = dimensions(start) == 0 && input_.number_attribute(start, "rate").value_or(0) > 0 && word(start, "unit") == "seconds";
    demand(rated || dimensions(path + "/timestamps") == 1, path + ": has neither a rate nor timestamps");
    if (type == "TimeSeries") return;
    const std::string electrodes = path + "/electrodes";
    demand(dimensions(electrodes) == 1 && word(electrodes, "neurodata_type") == "DynamicTableRegion",
           electrodes + ": is no DynamicTableRegion");
    if (dimensions(electrodes) != 1) return;
    const std::string table = target_of(electrodes, "table");
    demand(!word(electrodes, "description").empty(), electrodes + "@description: is missing");
    demand(word(table, "neurodata_type") == "DynamicTable", electrodes + "@table: leads to no DynamicTable");
    demand(extent(electrodes)[0] == std::max<hsize_t>(extent(data)[1], 1), electrodes + ": has not one row for each channel");
    if (!is_dataset(table + "/id")) return;
    const std::int64_t rows = input_.column_rows(table + "/id");
    for (const std::int64_t row : input_.integer_column(electrodes, input_.column_rows(electrodes))) {
      demand(row >= 0 && row < rows, electrodes + ": points beyond its table");
    }
  }

  void check_table(const std::string& path, const std::string& type) {
    demand(!word(path, "description").empty(), path + "@description: is missing");
    demand(is_dataset(path + "/id") && word(path + "/id", "neurodata_type") == "ElementIdentifiers",
           path + "/id: are no ElementIdentifiers");
    const auto columns = text_list(path, "colnames");
    demand(!columns.empty(), path + "@colnames: is missing");
    for (const std::string& column : columns) {
      const std::string at = path + "/" + column;
      demand(is_dataset(at) && word(at, "neurodata_type") == "VectorData", at + ": is no VectorData");
      if (!is_dataset(at)) continue;
      demand(!word(at, "description").empty(), at + "@description: is missing");
      if (is_dataset(path + "/id")) demand(extent(at)[0] == extent(path + "/id")[0], at + ": is not as long as its table");
    }
    for (const std::string& name : input_.members(path)) {
      demand(name == "id" || std::find(columns.begin(), columns.end(), name) != columns.end(), path + "/" + name + ": is not in colnames");
    }
    const auto must_have = [&](const char* column) { demand(is_dataset(path + "/" + column), path + "/" + column + ": is missing"); };
    if (type == "TimeIntervals") {
      for (const char* column : {"start_time", "stop_time"}) {
        must_have(column);
        if (is_dataset(path + "/" + column)) demand(type_class(path + "/" + column) == H5T_FLOAT, path + "/" + column + ": are no floats");
      }
    }
    if (!path.ends_with("/electrodes")) return;
    for (const char* column : {"location", "group", "group_name"}) must_have(column);
    if (is_dataset(path + "/group")) check_group_references(path + "/group");
  }

  void check_group_references(const std::string& path) {
    const Hdf5Object data = input_.open(path), type(H5Dget_type(data.id()));
    demand(H5Tequal(type.id(), H5T_STD_REF_OBJ) > 0, path + ": are no references");
    if (H5Tequal(type.id(), H5T_STD_REF_OBJ) <= 0) return;
    std::vector<hobj_ref_t> references(extent(path)[0]);
    H5Dread(data.id(), H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data());
    for (const hobj_ref_t& reference : references)
      demand(word(name_of(data, reference), "neurodata_type") == "ElectrodeGroup", path + ": leads to no ElectrodeGroup");
  }

  void check_electrode_group(const std::string& path) {
    for (const char* text : {"description", "location"}) demand(!word(path, text).empty(), path + "@" + text + ": is missing");
    std::array<char, 1000> target{};
    H5L_info_t link;
    const std::string device = path + "/device";
    const bool linked = H5Lexists(input_.file().id(), device.c_str(), H5P_DEFAULT) > 0 &&
                        H5Lget_info(input_.file().id(), device.c_str(), &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_SOFT &&
                        H5Lget_val(input_.file().id(), device.c_str(), target.data(), target.size() - 1, H5P_DEFAULT) >= 0;
    demand(linked && word(target.data(), "neurodata_type") == "Device", device + ": leads to no Device");
  }

  std::string name_of(const Hdf5Object& from, const hobj_ref_t& reference) {
    const Hdf5Object object(H5Rdereference2(from.id(), H5P_DEFAULT, H5R_OBJECT, &reference));
    std::array<char, 1000> name{};
    if (object) H5Iget_name(object.id(), name.data(), name.size() - 1);
    return name.data();
  }

  /// Where a reference in an attribute leads; empty where there is none.
  std::string target_of(const std::string& path, const char* attribute) {
    const Hdf5Object object = input_.open(path);
    if (H5Aexists(object.id(), attribute) <= 0) return "";
    const Hdf5Object at(H5Aopen(object.id(), attribute, H5P_DEFAULT)), type(H5Aget_type(at.id()));
    hobj_ref_t reference = 0;
    if (H5Tequal(type.id(), H5T_STD_REF_OBJ) <= 0 || H5Aread(at.id(), H5T_STD_REF_OBJ, &reference) < 0) return "";
    return name_of(object, reference);
  }

  std::vector<std::string> text_list(const std::string& path, const char* attribute) {
    const Hdf5Object object = input_.open(path);
    if (H5Aexists(object.id(), attribute) <= 0) return {};
    const Hdf5Object at(H5Aopen(object.id(), attribute, H5P_DEFAULT)), type(H5Aget_type(at.id())), space(H5Aget_space(at.id()));
    if (H5Tis_variable_str(type.id()) <= 0) return {};
    std::vector<char*> texts(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.id())));
    if (H5Aread(at.id(), type.id(), texts.data()) < 0) return {};
    std::vector<std::string> list(texts.begin(), texts.end());
    H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, texts.data());
    return list;
  }

  Hdf5Input input_;
  std::set<std::string> ids_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> nwb_faults(const std::filesystem::path& path) {
  return NwbChecker(path).run();
}

}  // namespace semg
