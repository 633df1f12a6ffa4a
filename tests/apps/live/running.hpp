// SPDX-License-Identifier: BSD-3-Clause
// `semg` in the background, while a test looks on.
#pragma once

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/apps/extract_command.hpp"

namespace semg {

/// `semg` in the background, in a folder of its own; its stderr goes to words.txt.
class Running {
 public:
  Running(const CommandFolder& folder, std::vector<std::string> words, rlim_t largest_file = RLIM_INFINITY) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    if (::chdir(folder.path("").c_str()) != 0) std::_Exit(99);
    const int words_file = ::open("words.txt", O_CREAT | O_WRONLY | O_TRUNC, 0644);
    const int results = ::open("results.txt", O_CREAT | O_WRONLY | O_TRUNC, 0644);
    ::dup2(words_file, STDERR_FILENO);
    ::dup2(results, STDOUT_FILENO);
    if (largest_file != RLIM_INFINITY) {
      const rlimit limit{.rlim_cur = largest_file, .rlim_max = largest_file};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    words.insert(words.begin(), SEMG_BINARY);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(SEMG_BINARY, arguments.data());
    std::_Exit(99);
  }
  ~Running() {
    if (pid_ > 0) wait_after(SIGKILL);
  }
  pid_t pid() const { return pid_; }
  void signal(int number) const { ::kill(pid_, number); }
  /// The exit code, or -1 where a signal ended it.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int wait_after(int number) {
    signal(number);
    return wait();
  }

 private:
  pid_t pid_ = -1;
};

/// Rows that were acknowledged by the last whole line of --progress json.
inline std::int64_t acknowledged(const std::string& words) {
  std::int64_t rows = 0;
  for (std::size_t at = 0, end; (end = words.find('\n', at)) != std::string::npos; at = end + 1) {
    const auto line = nlohmann::json::parse(words.substr(at, end - at), nullptr, false);
    if (line.is_object() && line.contains("rows") && line["rows"].is_number()) rows = line["rows"];
  }
  return rows;
}

}  // namespace semg
