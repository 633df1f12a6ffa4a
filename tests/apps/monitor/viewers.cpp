// SPDX-License-Identifier: BSD-3-Clause
// A run with viewers: 256 channels reach the disk whole and a healthy viewer in time, whatever another viewer does; a page knows how old it
// is.
#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <regex>
#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>

#include "apps/live/live_device.hpp"
#include "apps/live/live_options.hpp"
#include "apps/monitor/live_monitor.hpp"
#include "io/recording_reader.hpp"
#include "tests/apps/extract_command.hpp"
#include "tests/apps/live/running.hpp"
#include "tests/apps/monitor/page_client.hpp"

namespace semg {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeepsWhatIsFreed = true;  // memory grows for that reason alone; and it is slow
constexpr int kChannels = 64;
#else
constexpr bool kKeepsWhatIsFreed = false;
constexpr int kChannels = 256;
#endif

double resident_mb(pid_t pid) {
  std::int64_t all = 0, resident = 0;
  std::ifstream("/proc/" + std::to_string(pid) + "/statm") >> all >> resident;
  return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / 1e6;
}

/// Port and token of the page, from the link that record prints.
std::pair<int, std::string> link_in(const CommandFolder& folder) {
  const std::regex link("http://127\\.0\\.0\\.1:([0-9]+)/#t=([0-9a-f]+)");
  std::smatch found;
  for (int k = 0; k < 1000; ++k, std::this_thread::sleep_for(std::chrono::milliseconds(10))) {
    const std::string words = folder.bytes("words.txt");
    if (std::regex_search(words, found, link)) return {std::stoi(found[1]), found[2]};
  }
  return {};
}

template <class T>
T number_at(const std::string& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace

TEST_CASE("a viewer that never reads costs a healthy one no bin, the disk no row, and no memory") {
  CommandFolder folder;
  Running running(folder, {"record", "--from", "synthetic:?fs=2000&seed=3&channels=" + std::to_string(kChannels), "-o", "x.nwb", "--serve",
                           "127.0.0.1:0", "--progress", "json"});
  const auto [port, token] = link_in(folder);
  REQUIRE(port > 0);
  PageClient stuck(port), healthy(port);
  stuck.bring(token);
  healthy.bring(token);
  const auto begun = std::chrono::steady_clock::now();
  const auto since_s = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
  std::int64_t bins = 0, next_bin = -1, jumps = 0, left_out = 0, viewers = 0;
  double bin_s = 0, early_mb = 0;
  while (since_s() < 12) {
    const std::string message = healthy.hear();
    if (healthy.stream.got_text()) {
      const auto told = nlohmann::json::parse(message);
      if (told["kind"] == "status") viewers = told["viewers"];
    } else {
      const auto bin = number_at<std::int64_t>(message, 16);
      if (next_bin >= 0) jumps += bin != next_bin;
      const auto some = number_at<std::uint32_t>(message, 28);
      next_bin = bin + some;
      bins += some;
      bin_s = number_at<float>(message, 32);
      left_out = number_at<std::uint32_t>(message, 36);
    }
    if (early_mb == 0 && since_s() > 3) early_mb = resident_mb(running.pid());
  }
  CHECK(viewers == 1);  // the stuck one was dropped after 5 s
  CHECK(jumps == 0);
  CHECK(left_out == 0);
  CHECK(static_cast<double>(bins) * bin_s > 11);
  const double late_mb = resident_mb(running.pid());
  CAPTURE(early_mb);
  CAPTURE(late_mb);
  if (!kKeepsWhatIsFreed) CHECK(late_mb < early_mb + 4);
  CHECK(running.wait_after(SIGTERM) == 143);
  const RecordingReader recorded(folder.path("x.nwb"));
  CHECK(recorded.recording().gaps.empty());
  CHECK(recorded.recording().rows >= acknowledged(folder.bytes("words.txt")));
  CHECK(recorded.recording().rows > 11 * 2000);
}

TEST_CASE("a page whose feeding is held up tells an age that greys it, while the stream goes on") {
  LiveRun run(open_live("synthetic:?channels=2"));
  const Recording* head = run.wait_for_head(std::chrono::seconds(10));
  REQUIRE(head != nullptr);
  LiveRun::Plan plan;
  plan.chain = chain_for({}, head->stream.fs_hz);
  plan.briefs.resize(2);
  std::atomic<bool> held = false;
  LiveListener slow;  // as tables on a disk that does not answer
  slow.bin = [&](const GlanceBin&) {
    while (held) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  };
  plan.listeners.push_back(slow);
  LiveMonitor monitor(run, *head, plan, {});
  plan.listeners.push_back(monitor.listener());
  PageSettings settings;
  settings.token = "the-secret-of-the-page";
  monitor.serve(settings);
  run.start(std::move(plan));
  monitor.start();
  PageClient page(monitor.port());
  page.bring(settings.token);
  // Of the statuses of five seconds, the first that is right, or else the last.
  const auto first_status = [&](const auto& is_right) {
    nlohmann::json status;
    for (int k = 0; k < 50 && !is_right(status = nlohmann::json::parse(page.hear_of("status"))); ++k) {
    }
    return status;
  };
  const auto is_fresh = [](const auto& status) { return status["t_s"] > 0 && status["data_age_ms"] < kStopped_ms; };
  const auto is_old = [](const auto& status) { return status["data_age_ms"] > kStopped_ms; };
  CHECK(is_fresh(first_status(is_fresh)));
  held = true;
  const auto old = first_status(is_old);
  CHECK(is_old(old));
  CHECK(old["trouble"] == "this page lags behind; samples are taken all the same");
  held = false;
  CHECK(is_fresh(first_status(is_fresh)));
  run.end();
}

}  // namespace semg
