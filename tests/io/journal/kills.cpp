// SPDX-License-Identifier: BSD-3-Clause
// Writers that are killed. SEMG_KILLS in the environment says how many of them, 50 where it does not.
#include <atomic>
#include <csignal>
#include <cstdlib>

#include <doctest/doctest.h>
#include <sys/mman.h>

#include "tests/io/journal/journal_stream.hpp"

using namespace semg;

namespace {

std::int64_t kills_wanted() {
  const char* wanted = std::getenv("SEMG_KILLS");
  return wanted != nullptr ? std::atoll(wanted) : 50;
}

/// A number that a killed process leaves behind.
class SharedCounter {
 public:
  SharedCounter() : page_(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~SharedCounter() { ::munmap(page_, 4096); }
  SharedCounter(const SharedCounter&) = delete;
  SharedCounter& operator=(const SharedCounter&) = delete;
  std::atomic<std::int64_t>& value() const { return *static_cast<std::atomic<std::int64_t>*>(page_); }

 private:
  void* page_;
};

/// Writes as fast as it can until it is killed.
[[noreturn]] void write_for_ever(const std::filesystem::path& place, std::atomic<std::int64_t>& acknowledged) {
  JournalWriter writer(place, stream_head(), {.segment_s = 1, .sync_s = 0.002});
  for (std::int64_t k = 0;; ++k) {
    if (!append_stream(writer, k * kStreamRows)) ::_exit(1);
    acknowledged.store(writer.acknowledged_rows());
  }
}

}  // namespace

TEST_CASE("a writer that is killed at any moment loses no block that was acknowledged, and keeps nobody out") {
  const TemporaryFolder folder;
  const std::int64_t kills = kills_wanted();
  Dice dice(9);
  std::int64_t lost = 0, wrong = 0, broken = 0, acknowledged_rows = 0, more_blocks = 0, segments = 0;
  for (std::int64_t k = 0; k < kills; ++k) {
    const auto place = folder / std::to_string(k);
    const SharedCounter counter;
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) write_for_ever(place, counter.value());
    while (counter.value() == 0 && ::waitpid(child, nullptr, WNOHANG) == 0) ::usleep(100);
    if (k % 10 == 0)
      CHECK(read_back(place).refusal == place.filename().string() + ": found it being written just now, expected a writer that is gone");
    ::usleep(static_cast<useconds_t>(dice.roll(25'000)));
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    const std::int64_t acknowledged = counter.value();
    const CameBack back = read_back(place);
    lost += std::max<std::int64_t>(acknowledged - back.good_rows, 0) + !back.has(0, acknowledged);
    wrong += back.wrong_samples;
    broken += back.findings.broken_places;
    more_blocks = std::max(more_blocks, (back.good_rows - acknowledged) / kStreamRows);
    acknowledged_rows += acknowledged;
    segments += back.findings.segments;
    std::filesystem::remove_all(place);
  }
  MESSAGE(kills << " kills, " << acknowledged_rows / kStreamRows << " acknowledged blocks in " << segments << " segments, " << lost
                << " lost");
  CHECK(lost == 0);
  CHECK(wrong == 0);
  CHECK(broken == 0);
  CHECK(more_blocks <= 1);  // the one in hand
  CHECK(acknowledged_rows > kills * kStreamRows);
}
