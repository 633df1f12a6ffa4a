// SPDX-License-Identifier: BSD-3-Clause
// What was odd, in words on stderr.
#pragma once

#include <string>
#include <vector>

#include "io/formats/signal_file.hpp"

namespace semg {

/// What is odd about one channel is often odd about all 128: three are named, the others counted.
void print_warnings(const std::vector<ForeignWarning>& warnings, const std::string& file);

struct FileWarnings {
  std::string file;
  std::vector<ForeignWarning> warnings;
};
/// What is odd about one file of a study is often odd about all of them: three are named for each kind, the others counted.
void print_warnings(const std::vector<FileWarnings>& files, const std::string& manifest);

}  // namespace semg
