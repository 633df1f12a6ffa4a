// SPDX-License-Identifier: BSD-3-Clause
// The files of a journal that is being written: which one is written to, which one is next, what of them is on the disk.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "io/journal/file_ops.hpp"
#include "io/journal/folder_lock.hpp"

namespace semg {

/// A thread of its own syncs the data, and makes the next segment before it is needed, so that writing waits for neither.
class JournalSegments {
 public:
  struct Plan {
    std::filesystem::path folder;
    std::string head;               ///< the text that each segment begins with
    std::int64_t segment_rows = 1;  ///< in each, or more where the next one is not there yet
    double sync_s = 1;
  };

  /// Makes the folder, locks it, and makes the first segment, all on the disk afterwards. Throws Error(cannot_create); nothing is left
  /// then.
  JournalSegments(Plan plan, FileOps& files);
  ~JournalSegments();  // syncs and closes
  JournalSegments(const JournalSegments&) = delete;
  JournalSegments& operator=(const JournalSegments&) = delete;

  /// 0, or the errno of what kept a part of the bytes from the file. `good_rows`: all that are stored when this block is. No allocation, no
  /// waiting for the disk's own time. One caller at a time.
  int write(std::span<const std::byte> block, std::int64_t good_rows) noexcept;
  void sync_soon() noexcept;
  int sync_now();  ///< 0, or an errno: of now, or of an earlier sync, as what that one lost cannot be known any more

  std::int64_t written_rows() const noexcept;
  std::int64_t synced_rows() const noexcept;

 private:
  void work();
  int sync_round();
  int make_next();
  int write_whole(int file, std::span<const std::byte> bytes) noexcept;
  int sync_whole(int file);
  int sync_names(const std::filesystem::path& folder);

  const Plan plan_;
  FileOps& files_;
  std::optional<FolderLock> lock_;

  std::mutex round_;              // one sync at a time; guards the three below
  std::int64_t last_number_ = 0;  // of the segments made
  int unready_ = -1;              // a segment whose head is not on the disk yet
  std::vector<std::byte> head_;   // the block

  mutable std::mutex mutex_;  // guards what follows; never held while the disk works
  int file_ = -1;             // written to
  int next_ = -1;             // ready to be written to
  int left_ = -1;             // no longer written to, not synced yet
  bool leave_ = false;        // the file is not trusted any more
  bool is_dirty_ = false;
  std::int64_t written_rows_ = 0, rows_before_ = 0, synced_rows_ = 0;
  int lost_ = 0;  // the errno of a sync that failed
  bool hurry_ = false, stop_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace semg
