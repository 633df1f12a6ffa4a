// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/hdf5_attributes.hpp"

#include <hdf5.h>

namespace semg {

std::vector<double> numbers_of(const Hdf5Input& input, const std::string& path, const std::string& attribute) {
  const Hdf5Object object = input.open(path);
  if (!object || H5Aexists(object.id(), attribute.c_str()) <= 0) return {};
  const Hdf5Object found(H5Aopen(object.id(), attribute.c_str(), H5P_DEFAULT));
  const Hdf5Object type(H5Aget_type(found.id())), space(H5Aget_space(found.id()));
  if (!type || !space) return {};
  const H5T_class_t kind = H5Tget_class(type.id());
  const hssize_t count = H5Sget_simple_extent_npoints(space.id());
  if ((kind != H5T_INTEGER && kind != H5T_FLOAT) || count < 1 || count > Hdf5Input::kMaxTextBytes / 8) return {};
  std::vector<double> numbers(static_cast<std::size_t>(count));
  if (H5Aread(found.id(), H5T_NATIVE_DOUBLE, numbers.data()) < 0) return {};
  return numbers;
}

}  // namespace semg
