// SPDX-License-Identifier: BSD-3-Clause
// A journal that ends after any system call, in the middle of any write, or with the power.
#include <doctest/doctest.h>

#include "tests/io/journal/logged_files.hpp"

using namespace semg;

namespace {

constexpr std::size_t kPage = 4096;

/// Counts what a crash cost that it must not cost.
struct Toll {
  std::size_t points = 0, missing_blocks = 0, missing_events = 0, wrong_samples = 0, broken_places = 0;

  void take(const Promise& promise, const CameBack& back) {
    ++points;
    missing_blocks += semg::missing_blocks(promise, back);
    missing_events += back.recording.events.size() < promise.events;
    wrong_samples += static_cast<std::size_t>(back.wrong_samples);
    broken_places += static_cast<std::size_t>(back.findings.broken_places);
  }
};

void check(const Toll& toll) {
  CHECK(toll.missing_blocks == 0);
  CHECK(toll.missing_events == 0);
  CHECK(toll.wrong_samples == 0);
}

/// What a power cut may leave of a file: everything up to the last sync, then any length, and each page as it was after any of the writes
/// since, independently.
std::vector<std::byte> after_power_cut(const std::vector<std::byte>& whole, const std::vector<std::size_t>& sizes_since, std::size_t page,
                                       Dice& dice) {
  const std::size_t durable = sizes_since.front();
  std::vector<std::byte> left(durable + dice.roll(whole.size() - durable + 1));
  if (dice.roll(2) == 0) left.resize(sizes_since[dice.roll(sizes_since.size())]);
  std::copy_n(whole.begin(), std::min(durable, left.size()), left.begin());
  for (std::size_t from = durable / page * page; from < left.size(); from += page) {
    const std::size_t version = sizes_since[dice.roll(sizes_since.size())];
    const std::size_t to = std::min({from + page, left.size(), version});
    for (std::size_t k = std::max(from, durable); k < to; ++k) left[k] = whole[k];
  }
  return left;
}

}  // namespace

TEST_CASE("a journal that ends after any system call, or inside any write, holds every block that was acknowledged, and no wrong row") {
  const TemporaryFolder folder;
  const LoggedRun run = logged_run(folder / "run", 60);
  REQUIRE(run.promises.back().blocks.size() == 60);
  CHECK(run.promises.back().events == 7);
  const auto whole = read_back(folder / "run");
  CHECK(whole.findings.ended);
  CHECK(whole.findings.segments >= 3);

  Toll toll;
  Dice dice(1);
  Disk disk;
  const auto crash = [&](const Disk& left, std::size_t made) {
    write_disk(folder / "crashed", left);
    toll.take(run.promise_at(made), read_back(folder / "crashed"));
  };
  for (std::size_t made = 0; made < run.calls.size(); ++made) {
    crash(disk, made);
    const DiskCall& call = run.calls[made];
    if (call.what == DiskCall::What::write) {
      const std::size_t before = disk[call.name].size(), after = before + call.bytes.size();
      std::set<std::size_t> cuts;
      for (std::size_t page = before / kPage * kPage + kPage; page < after; page += kPage) cuts.insert(page);
      for (int k = 0; k < 3; ++k) cuts.insert(before + 1 + dice.roll(call.bytes.size() - 1));
      for (const std::size_t cut : cuts) {
        Disk torn = disk;
        torn[call.name].insert(torn[call.name].end(), call.bytes.begin(), call.bytes.begin() + static_cast<std::ptrdiff_t>(cut - before));
        crash(torn, made);
        torn[call.name].resize(after);  // the size came first, and the rest of the pages never
        crash(torn, made);
      }
    }
    apply(disk, call);
  }
  crash(disk, run.calls.size());
  MESSAGE(toll.points << " crash points");
  check(toll);
  CHECK(toll.broken_places == 0);  // a torn last block is never called damage
  CHECK(toll.points > 500);
}

TEST_CASE("a power cut at any time keeps what was synced, and gives no wrong row") {
  const TemporaryFolder folder;
  const LoggedRun run = logged_run(folder / "run", 60);
  Dice dice(2);
  Toll toll;
  std::size_t kept_rows = 0, rows_beyond = 0;
  for (const std::size_t page : {kPage, std::size_t{512}}) {
    for (int sample = 0; sample < 300; ++sample) {
      const std::size_t made = 1 + dice.roll(run.calls.size());
      Disk disk;
      std::map<std::string, std::vector<std::size_t>> sizes;  // of each file at its last sync, and after each write since
      std::set<std::string> named;                            // whose names are in the folder on the disk
      for (std::size_t k = 0; k < made; ++k) {
        const DiskCall& call = run.calls[k];
        apply(disk, call);
        switch (call.what) {
          case DiskCall::What::open: sizes[call.name] = {0}; break;
          case DiskCall::What::write: sizes[call.name].push_back(disk[call.name].size()); break;
          case DiskCall::What::sync_data: {
            auto& since = sizes[call.name];
            std::erase_if(since, [&](std::size_t size) { return size < call.size; });
            break;
          }
          case DiskCall::What::sync_folder:
            for (const auto& [name, bytes] : disk) named.insert(name);
        }
      }
      Disk left;
      for (const auto& [name, bytes] : disk) {
        if (named.contains(name) || dice.roll(2) == 0) left[name] = after_power_cut(bytes, sizes[name], page, dice);
      }
      write_disk(folder / "cut", left);
      const CameBack back = read_back(folder / "cut");
      Promise promise = run.promise_at(made);
      promise.blocks.resize(static_cast<std::size_t>(promise.synced_rows / kStreamRows));
      promise.events = 0;  // words are synced soon, and promised no more than that
      toll.take(promise, back);
      kept_rows += static_cast<std::size_t>(promise.synced_rows);
      rows_beyond += static_cast<std::size_t>(back.good_rows - promise.synced_rows);
    }
  }
  check(toll);
  CHECK(toll.points == 600);
  CHECK(kept_rows > 100'000);   // the syncs did promise something
  CHECK(rows_beyond > 10'000);  // and the power cut left more than that here and there
  MESSAGE(toll.points << " power cuts, " << kept_rows << " synced rows, " << rows_beyond << " more came back");
}
