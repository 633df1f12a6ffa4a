// SPDX-License-Identifier: BSD-3-Clause
// Nothing is allocated in the device's and the signal thread once a stream flows.
#include <atomic>
#include <cstdlib>
#include <new>

#include <doctest/doctest.h>

#include "apps/live/live_run.hpp"
#include "dsp/quality/glance.hpp"
#include "tests/apps/extract_command.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
TEST_CASE("live: no allocation in the device's and the signal thread once a stream flows") {
  MESSAGE("[semg-skip] sanitizers bring an allocator of their own");
}
#else

namespace {
thread_local std::int64_t t_allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++t_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace semg {
namespace {

/// Files that know how often the thread that writes has asked for memory: append() is called by the signal thread.
class CountingFiles : public FileOps {
 public:
  std::int64_t write(int file, std::span<const std::byte> bytes) override {
    if (++writes_ == 400) at_start = t_allocations;
    at_end = t_allocations;
    return FileOps::write(file, bytes);
  }
  std::atomic<std::int64_t> at_start = -1, at_end = -1;

 private:
  std::int64_t writes_ = 0;
};

}  // namespace

TEST_CASE("live: no allocation in the device's and the signal thread once a stream flows") {
  constexpr std::size_t kChannels = 8;
  std::atomic<std::int64_t> device_allocations = -1;
  const DeviceReader device = [&](Intake& to, std::stop_token stop) {
    Recording head;
    head.device = "test";
    head.sample_type = SampleType::int16;
    head.conversion = 1e-7;
    head.stream.fs_hz = 2000;
    head.stream.channels.resize(kChannels);
    for (std::size_t c = 0; c < kChannels; ++c)
      head.stream.channels[c].label = head.stream.channels[c].muscle = "CH" + std::to_string(c + 1);
    to.begin(head);
    std::vector<std::int16_t> rows(20 * kChannels);
    std::uint32_t state = 1;
    std::int64_t before = 0;
    for (std::int64_t packet = 0; packet < 3000 && !stop.stop_requested(); ++packet) {
      if (packet == 400) before = t_allocations;
      const int strong = packet / 200 % 2 == 1 ? 20 : 1;  // bursts, so that activations are found
      for (std::int16_t& sample : rows)
        sample = static_cast<std::int16_t>(static_cast<int>((state = state * 1664525 + 1013904223) >> 24) * strong);
      while (to.counts().waiting_s > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (packet % 97 != 5) to.push_counted(static_cast<std::uint32_t>(packet * 20), 16, std::as_bytes(std::span(rows)));
    }
    device_allocations = t_allocations - before;
    to.end();
  };
  CommandFolder folder;
  CountingFiles files;
  LiveRun run(device);
  const Recording* head = run.wait_for_head(std::chrono::seconds(10));
  REQUIRE(head != nullptr);
  LiveRun::Plan plan;
  plan.chain = chain_for({}, 2000);
  plan.briefs.resize(kChannels);
  for (ChannelBrief& brief : plan.briefs)
    brief.rest = RestReference{.level_db = 17, .spread_db = 1, .power = 54, .power_above_50 = 50, .active_db = {}, .active_power_db = {}};
  std::atomic<int> activations = 0, bins = 0;
  plan.listeners.push_back({.frame = [](const FeatureFrame&) {},
                            .activation = [&](const Activation&) { ++activations; },
                            .bin = [&](const GlanceBin&) { ++bins; }});
  Recording named = *head;
  named.recording_id = "R1";
  JournalWriter journal(folder.path("x.nwb.journal"), named, {}, files);
  plan.journal = &journal;
  run.start(std::move(plan));
  while (!run.is_over()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  run.end();
  CHECK(activations > 0);
  CHECK(bins > 2000);
  CHECK(device_allocations == 0);
  REQUIRE(files.at_start >= 0);
  CHECK(files.at_end - files.at_start == 0);
}

}  // namespace semg
#endif
