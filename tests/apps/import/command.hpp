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

#include <doctest/doctest.h>
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

/// unibo.csv in the folder, a hardware envelope of four channels; false, with a message, where there is no SciPy.
inline bool write_envelope(const ImportFolder& folder) {
  const std::string make = "/usr/bin/python3 -c \"import scipy.io, numpy; x = scipy.io.loadmat('" SEMG_REAL_DATA
                           "/unibo/user_1_day_1_posture_1.mat')['emg'][:50000]; numpy.savetxt('" +
                           folder.path("unibo.csv").string() +
                           "', x, fmt='%.4f', delimiter=',', header='a,b,c,d', comments='')\" 2>/dev/null";
  if (std::system(make.c_str()) == 0) return true;
  MESSAGE("[semg-skip] no SciPy at /usr/bin/python3");
  return false;
}

}  // namespace semg
