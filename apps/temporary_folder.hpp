// SPDX-License-Identifier: BSD-3-Clause
// A folder for what is measured on the way to something else.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "dsp/error.hpp"

namespace semg {

/// A new folder, gone with all that is in it at the end. Throws Error(cannot_create).
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "semg-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw Error(Fault::cannot_create, "no temporary folder can be made");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace semg
