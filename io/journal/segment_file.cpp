// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/segment_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

constexpr std::int64_t kWindow = 4 << 20;  // blocks begin in it; the last of them may reach beyond
constexpr std::size_t kPage = 4096;

/// Fills `bytes` from `from` on. What a bad disk does not give stays zero, page by page.
void read_all(int file, std::int64_t from, std::span<std::byte> bytes) {
  std::fill(bytes.begin(), bytes.end(), std::byte{0});
  std::size_t done = 0, most = bytes.size();
  while (done < bytes.size()) {
    const auto part = bytes.subspan(done, std::min(most, bytes.size() - done));
    const ssize_t got = ::pread(file, part.data(), part.size(), from + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) return;  // the file has become shorter
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (part.size() > kPage) {
      most = kPage;
    } else {
      done += part.size();
    }
  }
}

}  // namespace

SegmentFile::SegmentFile(const std::filesystem::path& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
  struct stat about {};
  if (file_ < 0 || ::fstat(file_, &about) != 0) {
    const std::string why = std::strerror(errno);
    if (file_ >= 0) ::close(file_);
    throw Error(Fault::no_input, fmt::format("{}: cannot be read: {}", path.string(), why));
  }
  if (S_ISREG(about.st_mode)) size_ = about.st_size;  // anything else holds no block
  load();
}

SegmentFile::~SegmentFile() {
  ::close(file_);
}

void SegmentFile::load() {
  const std::int64_t rest = size_ - base_;
  window_.resize(static_cast<std::size_t>(std::min(rest, kWindow + static_cast<std::int64_t>(kMaxBlockBytes))));
  read_all(file_, base_, window_);
  const bool is_last = window_.size() == static_cast<std::size_t>(rest);
  scanner_ = is_last ? JournalScanner(window_) : JournalScanner(window_, kWindow);
}

bool SegmentFile::next(JournalBlock& block) {
  skipped_before_ = skipped_bytes();
  while (!scanner_.next(block)) {
    const auto stands = base_ + static_cast<std::int64_t>(scanner_.position());
    if (stands >= size_) return false;
    skipped_ += static_cast<std::int64_t>(scanner_.skipped_bytes());
    base_ = stands;
    load();
  }
  return true;
}

}  // namespace semg
