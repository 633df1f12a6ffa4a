// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ids.hpp"

#include <algorithm>
#include <cctype>

#include "dsp/error.hpp"

namespace semg {

bool is_id(const std::string& id) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
  return !id.empty() && letter(id[0]) && std::all_of(id.begin(), id.end(), fits);
}

void check_id(const std::string& field, const std::string& id) {
  if (!is_id(id)) {
    throw Error(Fault::usage, field + ": found " + (id.empty() ? "none" : id) + ", expected a letter, then letters, digits, _ - or .");
  }
}

std::string id_from(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
  }
  return name.empty() || std::isalpha(static_cast<unsigned char>(name[0])) == 0 ? "R_" + name : name;
}

}  // namespace semg
