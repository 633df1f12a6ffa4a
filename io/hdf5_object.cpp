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

}  // namespace semg
