// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/journal_segments.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/journal/crc32c.hpp"
#include "io/journal/journal_format.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

/// The disk has no more room: another file would have none either.
bool is_full(int why) {
  return why == ENOSPC || why == EDQUOT || why == EFBIG;
}

}  // namespace

JournalSegments::JournalSegments(Plan plan, FileOps& files) : plan_(std::move(plan)), files_(files) {
  const auto refuse = [&](const std::string& why) { throw Error(Fault::cannot_create, fmt::format("{}: {}", plan_.folder.string(), why)); };
  if (files_.make_folder(plan_.folder) != 0) {
    if (errno == EEXIST) refuse("found it there already, expected a new name; a journal is never written to again");
    refuse(fmt::format("cannot be made: {}", std::strerror(errno)));
  }
  if (auto lock = FolderLock::to_write(plan_.folder)) lock_.emplace(std::move(*lock));
  const fs::path parent = plan_.folder.has_parent_path() ? plan_.folder.parent_path() : fs::path(".");
  int why = lock_ ? sync_names(parent) : EWOULDBLOCK;
  if (why == 0) why = make_next();
  if (why != 0) {
    if (unready_ >= 0) files_.close(unready_);
    std::error_code ignored;
    fs::remove(plan_.folder / segment_name(1), ignored);
    fs::remove(plan_.folder, ignored);
    refuse(fmt::format("cannot be written: {}", std::strerror(why)));
  }
  file_ = std::exchange(next_, -1);
  thread_ = std::thread([this] { work(); });
}

JournalSegments::~JournalSegments() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
  sync_round();
  for (const int file : {file_, next_, unready_}) {
    if (file >= 0) files_.close(file);
  }
}

int JournalSegments::write(std::span<const std::byte> block, std::int64_t good_rows) noexcept {
  int file = -1;
  {
    const std::lock_guard lock(mutex_);
    if (next_ >= 0 && (leave_ || written_rows_ - rows_before_ >= plan_.segment_rows)) {
      left_ = std::exchange(file_, std::exchange(next_, -1));  // it is free: the next segment is made only when the left one is closed
      rows_before_ = written_rows_;
      leave_ = false;
      hurry_ = true;
    }
    file = file_;
  }
  const int why = write_whole(file, block);
  const std::lock_guard lock(mutex_);
  is_dirty_ = true;
  if (why == 0) written_rows_ = good_rows;
  if (why != 0 && !is_full(why)) leave_ = hurry_ = true;
  if (hurry_) wake_.notify_one();
  return why;
}

int JournalSegments::write_whole(int file, std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    const std::int64_t taken = files_.write(file, bytes);
    if (taken < 0 && errno != EINTR) return errno;
    if (taken == 0) return ENOSPC;
    if (taken > 0) bytes = bytes.subspan(static_cast<std::size_t>(taken));
  }
  return 0;
}

/// Called again only where nothing was tried: after a failure the system may have dropped the data and forgotten about it.
int JournalSegments::sync_whole(int file) {
  while (files_.sync_data(file) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

/// File systems that cannot sync a folder at all hold its names otherwise.
int JournalSegments::sync_names(const fs::path& folder) {
  while (files_.sync_folder(folder) != 0) {
    if (errno == EINVAL || errno == ENOTSUP || errno == ENOSYS) return 0;
    if (errno != EINTR) return errno;
  }
  return 0;
}

int JournalSegments::make_next() {
  if (unready_ < 0) {
    unready_ = files_.open_new(plan_.folder / segment_name(last_number_ + 1));
    if (unready_ < 0) return errno;
    ++last_number_;
    head_.resize(kBlockHeaderBytes + plan_.head.size());
    std::memcpy(head_.data() + kBlockHeaderBytes, plan_.head.data(), plan_.head.size());
    const auto payload = std::span<const std::byte>(head_).subspan(kBlockHeaderBytes);
    seal_block({.type = BlockType::head, .rows = static_cast<std::uint32_t>(last_number_), .journal = crc32c(payload)}, head_);
  }
  // What fails here is done anew with the next round: a head that stands there twice, or after a part of one, does no harm.
  if (const int why = write_whole(unready_, head_); why != 0) return why;
  if (const int why = sync_whole(unready_); why != 0) {
    files_.close(std::exchange(unready_, -1));
    return why;
  }
  if (const int why = sync_names(plan_.folder); why != 0) return why;
  const std::lock_guard lock(mutex_);
  next_ = std::exchange(unready_, -1);
  return 0;
}

int JournalSegments::sync_round() {
  const std::lock_guard round(round_);
  int left = -1, file = -1;
  bool is_dirty = false;
  std::int64_t rows = 0;
  {
    const std::lock_guard lock(mutex_);
    left = std::exchange(left_, -1);
    file = file_;
    is_dirty = std::exchange(is_dirty_, false);
    rows = written_rows_;
  }
  int why_left = 0;
  if (left >= 0) {
    why_left = sync_whole(left);
    files_.close(left);
  }
  const int why = is_dirty ? sync_whole(file) : 0;
  bool wants_next = false;
  int lost = 0;
  {
    const std::lock_guard lock(mutex_);
    if (lost_ == 0) lost_ = why_left != 0 ? why_left : why;
    if (lost_ == 0) synced_rows_ = rows;
    if (why != 0) leave_ = true;
    wants_next = next_ < 0 && left_ < 0 && !stop_ && (leave_ || (written_rows_ - rows_before_) * 2 >= plan_.segment_rows);
    lost = lost_;
  }
  if (wants_next) make_next();
  return lost;
}

void JournalSegments::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wake_.wait_for(lock, std::chrono::duration<double>(plan_.sync_s), [&] { return hurry_ || stop_; });
    hurry_ = false;
    if (stop_) return;
    lock.unlock();
    sync_round();
    lock.lock();
  }
}

void JournalSegments::sync_soon() noexcept {
  const std::lock_guard lock(mutex_);
  hurry_ = true;
  wake_.notify_one();
}

int JournalSegments::sync_now() {
  return sync_round();
}

std::int64_t JournalSegments::written_rows() const noexcept {
  const std::lock_guard lock(mutex_);
  return written_rows_;
}

std::int64_t JournalSegments::synced_rows() const noexcept {
  const std::lock_guard lock(mutex_);
  return synced_rows_;
}

}  // namespace semg
