// SPDX-License-Identifier: BSD-3-Clause
// How a foreign dataset lies in its file: what is refused before a byte of it is read.
#pragma once

#include <cstdint>
#include <string>

#include "io/hdf5_input.hpp"
#include "io/hdf5_object.hpp"

namespace semg {

/// Refuses virtual datasets, samples in another file, filters other than deflate, shuffle and fletcher32, and `bytes` of samples in a file
/// that stores too few to hold them (deflate never reaches 1100:1). Throws Error(data).
void refuse_unsafe_storage(const Hdf5Input& input, const Hdf5Object& data, const std::string& path, std::int64_t bytes);

/// The dataset opened anew with a cache of `cache_bytes` for the `chunks` that one instant crosses; `data` must be the only one open.
void reopen_with_cache(const Hdf5Input& input, Hdf5Object& data, const std::string& path, std::int64_t chunks, std::int64_t cache_bytes);

}  // namespace semg
