// SPDX-License-Identifier: BSD-3-Clause
// Who writes a journal, and who reads it: a lock on its folder, gone with the process that held it.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

namespace semg {

class FolderLock {
 public:
  /// None where another one holds it. A file system that has no locks is taken as it is: there nobody can be kept out.
  static std::optional<FolderLock> to_write(const std::filesystem::path& folder);
  static std::optional<FolderLock> to_read(const std::filesystem::path& folder);  ///< readers do not exclude each other
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(int folder) noexcept : folder_(folder) {}
  static std::optional<FolderLock> take(const std::filesystem::path& folder, int how);
  int folder_ = -1;
};

}  // namespace semg
