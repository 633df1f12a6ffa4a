// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/hdf5_kind.hpp"

#include <algorithm>

#include <hdf5.h>

#include "io/hdf5_input.hpp"

namespace semg {

Hdf5Kind kind_of_hdf5(const std::filesystem::path& path) {
  const Hdf5Input input(path);
  const Hdf5Object root = input.open("/");
  if (H5Aexists(root.id(), "nwb_version") > 0) return Hdf5Kind::nwb;
  for (const std::string& group : input.members("/")) {
    const std::vector<std::string> raw = input.members("/" + group + "/raw");
    if (std::any_of(raw.begin(), raw.end(), [](const std::string& name) { return name.starts_with("channel_"); })) {
      return Hdf5Kind::opensignals;
    }
  }
  return Hdf5Kind::plain;
}

}  // namespace semg
