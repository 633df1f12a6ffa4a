// SPDX-License-Identifier: BSD-3-Clause
// The detectors there are, by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace semg {

enum class ActivationMethod { first_departure, hodges_bui, bonato, lidierth, tkeo, aglr_step };

/// In the order of the enumeration.
const std::vector<std::string>& activation_method_names();
const std::string& to_string(ActivationMethod method);
std::optional<ActivationMethod> activation_method_from(const std::string& name);

/// What a detector other than the default is set to; none for first_departure.
struct MethodParameter {
  const char* name;
  double value;
};
std::vector<MethodParameter> parameters_of(ActivationMethod method);

}  // namespace semg
