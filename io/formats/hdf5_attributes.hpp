// SPDX-License-Identifier: BSD-3-Clause
// Numbers that foreign HDF5 files keep in attributes, which may be missing, arrays, or no numbers after all.
#pragma once

#include <string>
#include <vector>

#include "io/hdf5_input.hpp"

namespace semg {

/// All numbers of an attribute; empty where it is missing, holds something else, or more than 64 KiB.
std::vector<double> numbers_of(const Hdf5Input& input, const std::string& path, const std::string& attribute);

}  // namespace semg
