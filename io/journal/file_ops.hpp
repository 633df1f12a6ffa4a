// SPDX-License-Identifier: BSD-3-Clause
// The few calls by which a journal touches the disk, so that a test can let each of them fail, fall short, or be the last before a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace semg {

/// As the system calls of the same names: -1 and errno where they fail. The only virtual class of the house: its second body is the tests'.
class FileOps {
 public:
  virtual ~FileOps() = default;
  virtual int make_folder(const std::filesystem::path& path);              ///< mkdir 0755
  virtual int open_new(const std::filesystem::path& path);                 ///< O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0644
  virtual std::int64_t write(int file, std::span<const std::byte> bytes);  ///< one call; may write less
  virtual int sync_data(int file);                                         ///< fdatasync
  virtual int sync_folder(const std::filesystem::path& path);              ///< fsync of the folder itself
  virtual int close(int file);
};

FileOps& real_files();

}  // namespace semg
