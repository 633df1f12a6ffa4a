// SPDX-License-Identifier: BSD-3-Clause
// Files that are not ours, and files that nobody should make: an NWB series with any dataset in it.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <hdf5.h>

#include "io/hdf5_object.hpp"
#include "io/hdf5_output.hpp"

namespace semg {

/// An NWB file with one series at /acquisition/<name>; `data` of it is up to the test. Written when it goes.
class ForeignNwb {
 public:
  explicit ForeignNwb(const std::filesystem::path& path, const std::string& name = "emg", const std::string& type = "ElectricalSeries")
      : output(path, path.filename().string()), series("/acquisition/" + name), data(series + "/data") {
    output.attribute("/", "neurodata_type", std::string("NWBFile"));
    output.group("/acquisition");
    add_series(name, type);
  }

  void add_series(const std::string& name, const std::string& type) {
    output.group("/acquisition/" + name);
    output.attribute("/acquisition/" + name, "neurodata_type", type);
  }

  void rate(double fs_hz, double start_s = 0) {
    output.scalar(series + "/starting_time", start_s);
    output.attribute(series + "/starting_time", "rate", fs_hz);
  }

  /// A dataset of `extent`, of the values where they are given.
  void samples(hid_t stored, const std::vector<hsize_t>& extent, hid_t native = H5I_INVALID_HID, const void* values = nullptr,
               hid_t creation = H5P_DEFAULT) {
    std::vector<hsize_t> most = extent;
    if (creation != H5P_DEFAULT && H5Pget_layout(creation) == H5D_CHUNKED) most[0] = H5S_UNLIMITED;  // a chunk may be longer than the data
    const Hdf5Object space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), most.data()));
    const Hdf5Object made(H5Dcreate2(output.file().id(), data.c_str(), stored, space.id(), H5P_DEFAULT, creation, H5P_DEFAULT));
    output.check(static_cast<bool>(made));
    if (values) output.check(H5Dwrite(made.id(), native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  }

  /// Chunked as `chunk` says.
  static Hdf5Object chunked(const std::vector<hsize_t>& chunk) {
    Hdf5Object list(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(list.id(), static_cast<int>(chunk.size()), chunk.data());
    return list;
  }

  Hdf5Output output;
  std::string series;
  std::string data;
};

}  // namespace semg
