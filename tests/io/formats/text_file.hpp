// SPDX-License-Identifier: BSD-3-Clause
// A text file that lives as long as its test.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace semg {

class TextFile {
 public:
  explicit TextFile(std::string_view content, const std::string& name = "file.txt")
      : folder_(std::filesystem::temp_directory_path() / ("semg_text_" + std::to_string(::getpid()) + "_" + std::to_string(++count()))),
        path_(folder_ / name) {
    std::filesystem::create_directories(folder_);
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TextFile() { std::filesystem::remove_all(folder_); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  static int& count() {
    static int files = 0;
    return files;
  }
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace semg
