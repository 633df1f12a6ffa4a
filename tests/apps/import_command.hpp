// SPDX-License-Identifier: BSD-3-Clause
// `semg import` as a user runs it: the program itself, in a folder of its own.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "dsp/block.hpp"
#include "io/recording_reader.hpp"

namespace semg {

struct Outcome {
  int code = -1;
  std::string words;    ///< stderr
  std::string results;  ///< stdout
};

class ImportFolder {
 public:
  ImportFolder() {
    static int folders = 0;
    path_ = std::filesystem::temp_directory_path() / ("semg_import_" + std::to_string(::getpid()) + "_" + std::to_string(++folders));
    std::filesystem::create_directories(path_);
  }
  ~ImportFolder() { std::filesystem::remove_all(path_); }
  ImportFolder(const ImportFolder&) = delete;
  ImportFolder& operator=(const ImportFolder&) = delete;

  std::filesystem::path path(const std::string& name) const { return path_ / name; }
  void write(const std::string& name, std::string_view content) const { std::ofstream(path(name), std::ios::binary) << content; }
  std::string bytes(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
  }

  /// `semg ARGUMENTS`, run in the folder; the arguments as a shell reads them.
  Outcome run(const std::string& arguments) const {
    const std::string command = "cd '" + path_.string() + "' && '" SEMG_BINARY "' " + arguments + " >.out 2>.err";
    const int status = std::system(command.c_str());
    Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : -1, bytes(".err"), bytes(".out")};
    std::filesystem::remove(path(".err"));
    std::filesystem::remove(path(".out"));
    return outcome;
  }

 private:
  std::filesystem::path path_;
};

/// All samples of one channel, NaN where rows are missing.
inline std::vector<float> samples_of(const std::filesystem::path& path, std::size_t channel) {
  RecordingReader reader(path);
  std::vector<float> samples(static_cast<std::size_t>(reader.recording().rows), std::numeric_limits<float>::quiet_NaN());
  Block block(reader.info().channels.size(), 4096);
  while (reader.read(block)) {
    for (std::size_t r = 0; r < block.rows(); ++r) samples[static_cast<std::size_t>(block.first) + r] = block.row(r)[channel];
  }
  return samples;
}

}  // namespace semg
