// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/warning_words.hpp"

#include <cstdio>
#include <map>

#include <fmt/format.h>

namespace semg {

void print_warnings(const std::vector<ForeignWarning>& warnings, const std::string& file) {
  constexpr int kNamed = 3;
  std::map<std::string, int> of_code;
  for (const ForeignWarning& warning : warnings) {
    if (++of_code[warning.code] > kNamed && !warning.channel.empty()) continue;
    fmt::print(stderr, "semg: {}: {}: {}{}\n", file, warning.code, warning.channel.empty() ? "" : warning.channel + ": ", warning.text);
  }
  for (const auto& [code, count] : of_code) {
    if (count > kNamed) fmt::print(stderr, "semg: {}: {}: {} more channels\n", file, code, count - kNamed);
  }
}

void print_warnings(const std::vector<FileWarnings>& files, const std::string& manifest) {
  constexpr int kNamed = 3;
  std::map<std::string, int> of_code;
  for (const FileWarnings& one : files) {
    std::map<std::string, std::vector<ForeignWarning>> kinds;
    for (const ForeignWarning& warning : one.warnings) kinds[warning.code].push_back(warning);
    for (const auto& [code, warnings] : kinds) {
      if (++of_code[code] <= kNamed) print_warnings(warnings, one.file);
    }
  }
  for (const auto& [code, count] : of_code) {
    if (count > kNamed) fmt::print(stderr, "semg: {}: {}: {} more files\n", manifest, code, count - kNamed);
  }
}

}  // namespace semg
