// SPDX-License-Identifier: BSD-3-Clause
#include "io/hdf5_object.hpp"

#include <hdf5.h>

namespace semg {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

Hdf5Object::~Hdf5Object() {
  if (id_ >= 0) H5Idec_ref(id_);
}

void quiet_hdf5() noexcept {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Object file_access_in_constant_memory() {
  // Counted as on disk: a node of a chunk index takes seven times as much in memory.
  constexpr std::size_t kBytes = 64 << 10;
  Hdf5Object access(H5Pcreate(H5P_FILE_ACCESS));
  H5AC_cache_config_t config;
  config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  if (H5Pget_mdc_config(access.id(), &config) >= 0) {
    config.set_initial_size = true;
    config.initial_size = config.min_size = config.max_size = kBytes;
    config.incr_mode = H5C_incr__off;
    config.flash_incr_mode = H5C_flash_incr__off;
    config.decr_mode = H5C_decr__off;
    H5Pset_mdc_config(access.id(), &config);
  }
  return access;
}

}  // namespace semg
