// SPDX-License-Identifier: BSD-3-Clause
// Words to stderr while long work runs: a line that redraws itself on a terminal, JSON lines where asked, nothing in a pipe.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace semg {

enum class ProgressStyle { automatic, json, none };
/// "auto", "json", "none"; throws Error(usage).
ProgressStyle progress_style_from(const std::string& word);

/// One piece of work of `total` steps (rows, files). Safe to advance from several threads; draws at most ten times a second.
class Progress {
 public:
  Progress(ProgressStyle style, std::string what, std::int64_t total);
  ~Progress();  // clears the line
  void advance(std::int64_t steps);

 private:
  void draw(bool last);
  std::mutex mutex_;
  ProgressStyle style_;
  std::string what_;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace semg
