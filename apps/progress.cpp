// SPDX-License-Identifier: BSD-3-Clause
#include "apps/progress.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "dsp/error.hpp"

namespace semg {

ProgressStyle progress_style_from(const std::string& word) {
  if (word == "auto") return ProgressStyle::automatic;
  if (word == "json") return ProgressStyle::json;
  if (word == "none") return ProgressStyle::none;
  throw Error(Fault::usage, "--progress: found '" + word + "', expected auto, json or none");
}

Progress::Progress(ProgressStyle style, std::string what, std::int64_t total) : style_(style), what_(std::move(what)), total_(total) {
  if (style_ == ProgressStyle::automatic && isatty(STDERR_FILENO) == 0) style_ = ProgressStyle::none;
}

Progress::~Progress() {
  if (style_ == ProgressStyle::json) draw(true);
  if (style_ == ProgressStyle::automatic && drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::int64_t steps) {
  const std::lock_guard lock(mutex_);
  done_ += steps;
  if (style_ == ProgressStyle::none) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  draw(false);
}

void Progress::draw(bool last) {
  if (style_ == ProgressStyle::json) {
    const nlohmann::ordered_json line = {{"what", what_}, {"done", done_}, {"total", total_}, {"finished", last}};
    fmt::print(stderr, "{}\n", line.dump());
  } else {
    const double share = total_ > 0 ? 100.0 * static_cast<double>(done_) / static_cast<double>(total_) : 0.0;
    fmt::print(stderr, "\r\033[K{} {:3.0f} %", what_, share);
  }
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace semg
