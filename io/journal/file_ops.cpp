// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/file_ops.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace semg {

int FileOps::make_folder(const std::filesystem::path& path) {
  return ::mkdir(path.c_str(), 0755);
}

int FileOps::open_new(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
}

std::int64_t FileOps::write(int file, std::span<const std::byte> bytes) {
  return ::write(file, bytes.data(), bytes.size());
}

int FileOps::sync_data(int file) {
  return ::fdatasync(file);
}

int FileOps::sync_folder(const std::filesystem::path& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  const int done = ::fsync(folder);
  const int why = errno;
  ::close(folder);
  errno = why;
  return done;
}

int FileOps::close(int file) {
  return ::close(file);
}

FileOps& real_files() {
  static FileOps files;
  return files;
}

}  // namespace semg
