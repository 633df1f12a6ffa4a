// SPDX-License-Identifier: BSD-3-Clause
// A disk that fails once, falls short, or is full: whatever call it is.
#include <atomic>
#include <csignal>

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "tests/io/journal/logged_files.hpp"

using namespace semg;

namespace {

namespace fs = std::filesystem;

enum class Failure { refused, after_effect, short_write, forever };

/// The k-th call fails, counted from 1.
class FaultyFiles : public FileOps {
 public:
  FaultyFiles(std::int64_t k, Failure kind, int why) : k_(k), kind_(kind), why_(why) {}
  bool fired() const { return count_ >= k_; }

  int make_folder(const fs::path& path) override { return is_refused() ? failed() : FileOps::make_folder(path); }
  int open_new(const fs::path& path) override { return is_refused() ? failed() : FileOps::open_new(path); }
  std::int64_t write(int file, std::span<const std::byte> bytes) override {
    if (!is_hit()) return FileOps::write(file, bytes);
    if (kind_ == Failure::short_write) return FileOps::write(file, bytes.first(std::max<std::size_t>(bytes.size() / 3, 1)));
    if (kind_ == Failure::after_effect) FileOps::write(file, bytes);
    return failed();
  }
  int sync_data(int) override { return is_refused() ? failed() : 0; }
  int sync_folder(const fs::path&) override { return is_refused() ? failed() : 0; }

 private:
  bool is_hit() {
    const std::int64_t count = ++count_;
    return kind_ == Failure::forever ? count >= k_ : count == k_;
  }
  bool is_refused() { return is_hit() && kind_ != Failure::short_write; }
  int failed() {
    errno = why_;
    return -1;
  }

  std::atomic<std::int64_t> count_{0};
  const std::int64_t k_;
  const Failure kind_;
  const int why_;
};

struct FaultyRun {
  bool is_made = false, ended = false;
  std::vector<std::int64_t> acknowledged;
  std::size_t refused = 0;
  std::int64_t rows = 0, synced_rows = 0;
  std::string trouble;
};

/// 24 blocks in segments of 6; what is refused is offered once more.
FaultyRun run_on(FaultyFiles& files, const fs::path& place) {
  FaultyRun run;
  try {
    JournalWriter writer(place, stream_head(), {.segment_s = 6 * kStreamRows / stream_head().stream.fs_hz, .sync_s = 0.001}, files);
    run.is_made = true;
    for (std::int64_t k = 0; k < 24; ++k) {
      const std::int64_t first = k * kStreamRows;
      bool taken = append_stream(writer, first);
      if (!taken) {
        ++run.refused;
        run.trouble = writer.trouble();
        taken = append_stream(writer, first);
      }
      if (taken) run.acknowledged.push_back(first);
      if (k % 5 == 2) writer.append_event({.t_s = static_cast<double>(k), .duration_s = 0, .text = "event"});
      std::this_thread::sleep_for(std::chrono::microseconds(150));
    }
    run.ended = writer.finish();
    run.rows = writer.acknowledged_rows();
    run.synced_rows = writer.synced_rows();
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::cannot_create);
  }
  return run;
}

struct Toll {
  std::int64_t runs = 0;
  std::size_t not_made = 0, refused = 0, missing = 0, wrong = 0, miscounted = 0, not_ended = 0, falsely_ended = 0;
};

/// Every k until a run in which there was no k-th call any more.
Toll every_call(Failure kind, int why, const std::string& sentence) {
  Toll toll;
  for (std::int64_t k = 1; k < 1000; ++k) {
    const TemporaryFolder folder;
    FaultyFiles files(k, kind, why);
    const FaultyRun run = run_on(files, folder / "j");
    ++toll.runs;
    if (!run.is_made) {
      ++toll.not_made;
      toll.missing += names_in(folder.path()).size();  // what could not be begun leaves nothing that is in the way of the next try
      continue;
    }
    const CameBack back = read_back(folder / "j");
    toll.refused += run.refused;
    toll.missing += missing_blocks({.calls = 0, .blocks = run.acknowledged, .synced_rows = 0, .events = 0}, back);
    toll.wrong += static_cast<std::size_t>(back.wrong_samples);
    toll.miscounted += run.rows != std::ssize(run.acknowledged) * kStreamRows || run.synced_rows > run.rows;
    toll.not_ended += !run.ended;
    toll.falsely_ended += run.ended && !back.findings.ended;
    if (!run.trouble.empty()) CHECK(run.trouble == sentence);
    if (!files.fired()) return toll;
  }
  FAIL("the calls had no end");
  return toll;
}

/// Appends until the disk is full, and then some; what was taken must be readable. The exit code says what was wrong.
int fill(const fs::path& place, const fs::path& ballast) {
  std::vector<std::int64_t> acknowledged;
  std::int64_t first = 0;
  int refused = 0, more = 0;
  {
    JournalWriter writer(place, stream_head(), {.segment_s = 600, .sync_s = 0.01});
    while (refused < 20 && first < 100'000) {
      if (append_stream(writer, first)) {
        acknowledged.push_back(first);
        if (refused > 0) return 1;  // it was full, and nobody made room
      } else {
        ++refused;
        if (writer.trouble() != "No space left on device" && writer.trouble() != "File too large") return 2;
      }
      first += kStreamRows;
    }
    if (refused < 20) return 3;
    if (acknowledged.size() < 20) return 4;
    if (!ballast.empty()) {  // somebody made room
      fs::remove(ballast);
      for (int k = 0; k < 5; ++k, first += kStreamRows) {
        if (!append_stream(writer, first)) continue;
        acknowledged.push_back(first);
        ++more;
      }
      if (more != 5) return 5;
    }
    if (writer.finish() != !ballast.empty()) return 6;
  }
  const CameBack back = read_back(place);
  if (back.wrong_samples != 0) return 7;
  if (missing_blocks({.calls = 0, .blocks = acknowledged, .synced_rows = 0, .events = 0}, back) != 0) return 8;
  if (back.findings.broken_places != 0) return 9;
  return back.findings.ended == !ballast.empty() ? 0 : 10;
}

}  // namespace

TEST_CASE("a call that fails with EIO costs at most what was not acknowledged, whichever it is") {
  const Toll toll = every_call(Failure::refused, EIO, "Input/output error");
  CHECK(toll.runs > 30);
  CHECK(toll.not_made >= 6);
  CHECK(toll.refused > 15);
  CHECK(toll.missing == 0);
  CHECK(toll.wrong == 0);
  CHECK(toll.miscounted == 0);
  CHECK(toll.not_ended > 0);  // a sync that failed is never believed later
  CHECK(toll.falsely_ended == 0);
}

TEST_CASE("a write that is reported as failed but was done gives no row twice") {
  const Toll toll = every_call(Failure::after_effect, EIO, "Input/output error");
  CHECK(toll.refused > 15);
  CHECK(toll.missing == 0);
  CHECK(toll.wrong == 0);
  CHECK(toll.miscounted == 0);
  CHECK(toll.falsely_ended == 0);
}

TEST_CASE("a disk that is full for one call goes on with the next, and one that stays full says so to the end") {
  Toll toll = every_call(Failure::refused, ENOSPC, "No space left on device");
  CHECK(toll.refused > 15);
  CHECK(toll.missing == 0);
  CHECK(toll.wrong == 0);
  CHECK(toll.miscounted == 0);
  CHECK(toll.falsely_ended == 0);
  toll = every_call(Failure::forever, ENOSPC, "No space left on device");
  CHECK(toll.refused > 200);
  CHECK(toll.not_ended > 30);
  CHECK(toll.missing == 0);
  CHECK(toll.wrong == 0);
  CHECK(toll.miscounted == 0);
  CHECK(toll.falsely_ended == 0);
}

TEST_CASE("a write that falls short, and a call that was interrupted, cost nothing at all") {
  const Toll shorter = every_call(Failure::short_write, 0, "");
  CHECK(shorter.runs > 30);
  CHECK(shorter.refused == 0);
  CHECK(shorter.missing == 0);
  CHECK(shorter.wrong == 0);
  CHECK(shorter.falsely_ended == 0);
  const Toll interrupted = every_call(Failure::refused, EINTR, "");
  CHECK(interrupted.refused == 0);
  CHECK(interrupted.missing == 0);
  CHECK(interrupted.wrong == 0);
  CHECK(interrupted.falsely_ended == 0);
}

TEST_CASE("after a sync that failed no more is said to be on the disk, a new segment is begun, and the end is not believed") {
  /// The one sync that was told to fails, all others are done.
  class OneBadSync : public FileOps {
   public:
    std::atomic<bool> bad{false};
    std::atomic<int> done{0};
    int sync_data(int) override {
      ++done;
      if (!bad.exchange(false)) return 0;
      errno = EIO;
      return -1;
    }
  } files;
  const auto wait_for = [](const auto& is_so) {
    for (int k = 0; k < 5000 && !is_so(); ++k) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return is_so();
  };
  const TemporaryFolder folder;
  {
    JournalWriter writer(folder / "j", stream_head(), {.segment_s = 600, .sync_s = 0.001}, files);
    REQUIRE(append_stream(writer, 0));
    REQUIRE(wait_for([&] { return writer.synced_rows() == kStreamRows; }));
    files.bad = true;
    REQUIRE(append_stream(writer, kStreamRows));
    REQUIRE(wait_for([&] { return names_in(folder / "j").size() == 2 && !files.bad; }));
    for (std::int64_t k = 2; k < 6; ++k) {
      const int syncs = files.done;
      REQUIRE(append_stream(writer, k * kStreamRows));
      REQUIRE(wait_for([&] { return files.done > syncs; }));
    }
    CHECK(writer.acknowledged_rows() == 6 * kStreamRows);
    CHECK(writer.synced_rows() == kStreamRows);
    CHECK_FALSE(writer.finish());
    CHECK(writer.trouble() == "Input/output error");
  }
  const CameBack back = read_back(folder / "j");
  CHECK(back.findings.segments == 2);
  CHECK(back.has(0, 6 * kStreamRows));
  CHECK(back.findings.ended);  // this time the disk had everything all the same
  CHECK(bytes_at(folder.path() / "j" / segment_name(2)).size() > 4 * static_cast<std::size_t>(kStreamRows) * kStreamRowBytes);
}

TEST_CASE("a block of several writes of which one failed is completed when it is offered again") {
  const TemporaryFolder folder;
  FaultyFiles files(9, Failure::refused, ENOSPC);  // of 4: folder, its name, segment, head, two syncs come first
  {
    JournalWriter writer(folder / "j", stream_head(), {.segment_s = 600, .sync_s = 100}, files);
    CHECK_FALSE(append_stream(writer, 0, 60'000));
    const std::int64_t part = writer.acknowledged_rows();
    CHECK(part == 2 * 16'384);
    CHECK(append_stream(writer, 0, 60'000));
    CHECK(writer.acknowledged_rows() == 60'000);
    CHECK(append_stream(writer, 60'000));
    CHECK(writer.finish());
  }
  const CameBack back = read_back(folder / "j");
  CHECK(back.findings.ended);
  CHECK(back.has(0, 60'096));
  CHECK(back.wrong_samples == 0);
}

TEST_CASE("a file that may not grow any more ends no process and loses nothing that was acknowledged") {
  const TemporaryFolder folder;
  CHECK(in_child([&] {
          std::signal(SIGXFSZ, SIG_IGN);
          const rlimit limit{100'001, 100'001};
          ::setrlimit(RLIMIT_FSIZE, &limit);
          return fill(folder / "j", {});
        }) == 0);
}

TEST_CASE("a small disk that is full loses nothing that was acknowledged, and goes on when there is room again") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "disk");
  constexpr int kNoMount = 77;
  const int ended = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return kNoMount;
    ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount("tmpfs", (folder / "disk").c_str(), "tmpfs", 0, "size=300k") != 0) return kNoMount;
    const fs::path ballast = folder.path() / "disk/ballast";
    write_bytes(ballast, std::vector<std::byte>(100'000));
    return fill(folder.path() / "disk/j", ballast);
  });
  if (ended == kNoMount) {
    MESSAGE("[semg-skip] no file system can be mounted here: a small disk was not tried");
    return;
  }
  CHECK(ended == 0);
}
