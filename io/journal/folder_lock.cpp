// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/folder_lock.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace semg {

std::optional<FolderLock> FolderLock::take(const std::filesystem::path& folder, int how) {
  FolderLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.folder_ >= 0 && ::flock(lock.folder_, how | LOCK_NB) != 0 && errno == EWOULDBLOCK) return {};
  return lock;
}

std::optional<FolderLock> FolderLock::to_write(const std::filesystem::path& folder) {
  return take(folder, LOCK_EX);
}

std::optional<FolderLock> FolderLock::to_read(const std::filesystem::path& folder) {
  return take(folder, LOCK_SH);
}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace semg
