// SPDX-License-Identifier: BSD-3-Clause
#include "io/hdf5_storage.hpp"

#include <array>

#include <fmt/format.h>
#include <hdf5.h>

namespace semg {

void refuse_unsafe_storage(const Hdf5Input& input, const Hdf5Object& data, const std::string& path, std::int64_t bytes) {
  const Hdf5Object layout(H5Dget_create_plist(data.id()));
  if (!layout) input.refuse(path, "a damaged dataset", "samples");
  if (H5Pget_layout(layout.id()) == H5D_VIRTUAL) input.refuse(path, "a virtual dataset", "samples in this place");
  if (H5Pget_external_count(layout.id()) != 0) input.refuse(path, "samples in another file", "samples in this one");
  for (int i = 0; i < H5Pget_nfilters(layout.id()); ++i) {
    unsigned flags = 0, config = 0;
    std::size_t values = 0;
    std::array<char, 64> filter{};
    const H5Z_filter_t id =
        H5Pget_filter2(layout.id(), static_cast<unsigned>(i), &flags, &values, nullptr, filter.size(), filter.data(), &config);
    if (id != H5Z_FILTER_DEFLATE && id != H5Z_FILTER_SHUFFLE && id != H5Z_FILTER_FLETCHER32) {
      input.refuse(path, fmt::format("filter {} ({})", id, filter.data()), "deflate, shuffle or fletcher32; h5repack -f GZIP=4 makes them");
    }
  }
  const hsize_t stored = H5Dget_storage_size(data.id());
  if (stored < static_cast<hsize_t>(bytes / 1100)) {
    input.refuse(path, fmt::format("{} bytes of samples in {} bytes of the file", bytes, stored), "a ratio of 1100 at most");
  }
}

void reopen_with_cache(const Hdf5Input& input, Hdf5Object& data, const std::string& path, std::int64_t chunks, std::int64_t cache_bytes) {
  const Hdf5Object access(H5Pcreate(H5P_DATASET_ACCESS));
  const std::size_t slots = chunks < 50 ? 5003 : 500009;  // prime, a hundred times the chunks in it
  H5Pset_chunk_cache(access.id(), slots, static_cast<std::size_t>(cache_bytes), 1.0);
  data = Hdf5Object();  // the cache is laid out when a dataset is opened first
  data = Hdf5Object(H5Dopen2(input.file().id(), path.c_str(), access.id()));
  if (!data) input.refuse(path, "a damaged dataset", "samples");
}

}  // namespace semg
