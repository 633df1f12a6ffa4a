// SPDX-License-Identifier: BSD-3-Clause
// Every call that reached the disk, in order, so that a test can make the disk as it was after any of them, or after a power cut.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "io/journal/file_ops.hpp"
#include "tests/io/journal/journal_stream.hpp"

namespace semg {

struct DiskCall {
  enum class What { open, write, sync_data, sync_folder } what = What::open;
  std::string name = {};              ///< of the segment
  std::vector<std::byte> bytes = {};  ///< written
  std::size_t size = 0;               ///< of a sync: what the file held when it was asked for; it stands in the list when it was done
};

/// Does what it logs, but spares the syncs: the tests' own disk need not be waited for.
class LoggedFiles : public FileOps {
 public:
  int open_new(const std::filesystem::path& path) override {
    const int file = FileOps::open_new(path);
    const std::lock_guard lock(mutex_);
    names_[file] = path.filename().string();
    calls_.push_back({.what = DiskCall::What::open, .name = names_[file]});
    return file;
  }
  std::int64_t write(int file, std::span<const std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    const auto taken = FileOps::write(file, bytes);
    if (taken > 0) {
      const auto part = bytes.first(static_cast<std::size_t>(taken));
      calls_.push_back({.what = DiskCall::What::write, .name = names_[file], .bytes = {part.begin(), part.end()}});
      sizes_[names_[file]] += part.size();
    }
    return taken;
  }
  int sync_data(int file) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back({.what = DiskCall::What::sync_data, .name = names_[file], .size = sizes_[names_[file]]});
    return 0;
  }
  int sync_folder(const std::filesystem::path&) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back({.what = DiskCall::What::sync_folder});
    return 0;
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return calls_.size();
  }
  std::vector<DiskCall> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<DiskCall> calls_;
  std::map<int, std::string> names_;
  std::map<std::string, std::size_t> sizes_;
};

/// What the writer had promised when `calls` calls had been made.
struct Promise {
  std::size_t calls = 0;
  std::vector<std::int64_t> blocks;  ///< first rows of those acknowledged, kStreamRows each
  std::int64_t synced_rows = 0;
  std::size_t events = 0;
};

struct LoggedRun {
  std::vector<DiskCall> calls;
  std::vector<Promise> promises;

  const Promise& promise_at(std::size_t made) const {
    const auto after = std::find_if(promises.begin(), promises.end(), [&](const Promise& promise) { return promise.calls > made; });
    return *std::prev(after);
  }
};

/// Segments of 12 blocks, a gap before every tenth, an event before every eighth, a period over every fifteen.
inline LoggedRun logged_run(const std::filesystem::path& folder, std::int64_t blocks) {
  LoggedFiles files;
  LoggedRun run;
  Promise promise;
  run.promises.push_back(promise);
  {
    JournalWriter writer(folder, stream_head(), {.segment_s = 12 * kStreamRows / stream_head().stream.fs_hz, .sync_s = 0.002}, files);
    const auto keep = [&] {
      promise.synced_rows = writer.synced_rows();  // before the calls are counted: those that made it true are among them
      promise.calls = files.count();
      run.promises.push_back(promise);
    };
    std::int64_t first = 0;
    for (std::int64_t k = 0; k < blocks; ++k) {
      if (k % 10 == 9) first += 17;
      if (k % 8 == 7 && writer.append_event({.t_s = static_cast<double>(k), .duration_s = 0, .text = "event"})) ++promise.events;
      if (k % 15 == 0) writer.begin_period(first, "grip", static_cast<int>(k / 15) + 1);
      if (append_stream(writer, first)) promise.blocks.push_back(first);
      keep();
      first += kStreamRows;
      if (k % 15 == 14) writer.end_period(first);
      std::this_thread::sleep_for(std::chrono::microseconds(700));  // so that syncs and segments come between
    }
    writer.finish();
    keep();
  }
  run.calls = files.calls();
  return run;
}

using Disk = std::map<std::string, std::vector<std::byte>>;  ///< name -> what is in it

/// Makes the folder hold just this.
inline void write_disk(const std::filesystem::path& folder, const Disk& disk) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  for (const auto& [name, bytes] : disk) write_bytes(folder / name, bytes);
}

inline void apply(Disk& disk, const DiskCall& call) {
  if (call.what == DiskCall::What::open) disk[call.name];
  if (call.what == DiskCall::What::write) disk[call.name].insert(disk[call.name].end(), call.bytes.begin(), call.bytes.end());
}

/// Of what was promised, the blocks that did not come back.
inline std::size_t missing_blocks(const Promise& promise, const CameBack& back) {
  return static_cast<std::size_t>(
      std::count_if(promise.blocks.begin(), promise.blocks.end(), [&](std::int64_t first) { return !back.has(first, kStreamRows); }));
}

}  // namespace semg
