// SPDX-License-Identifier: BSD-3-Clause
// Which of the readers an HDF5 file is for.
#pragma once

#include <filesystem>

namespace semg {

enum class Hdf5Kind { opensignals, nwb, plain };

/// nwb: the root says its `nwb_version`. opensignals: a group of the root holds `raw/channel_N`. plain: any other.
/// Throws Error(no_input), or Error(data) where it is no HDF5 file.
Hdf5Kind kind_of_hdf5(const std::filesystem::path& path);

}  // namespace semg
