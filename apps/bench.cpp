// SPDX-License-Identifier: BSD-3-Clause
// semg bench live: what this machine needs from a block of samples to its features, with disk and one viewer on.
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "apps/command.hpp"
#include "apps/live/live_device.hpp"
#include "apps/live/live_options.hpp"
#include "apps/live/live_run.hpp"
#include "apps/live/stop_signals.hpp"
#include "apps/monitor/live_monitor.hpp"
#include "dsp/error.hpp"
#include "io/devices/byte_link.hpp"

namespace semg {
namespace {

struct BenchOptions {
  int channels = 32;
  double fs_hz = 2000, duration_s = 60;
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  bool json = false;
};

/// A folder of its own, gone at the end.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& parent) : path_((parent / "semg_bench_XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw Error(Fault::cannot_create, path_ + ": cannot be made");
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
};

/// A page that takes all it is sent and looks at nothing.
void view(int port, const std::string& token, std::atomic<std::int64_t>& bytes, const std::stop_token& stop) {
  std::string trouble;
  ByteLink link = connect_tcp("127.0.0.1", port, std::chrono::seconds(2), stop, trouble);
  link.send(
      fmt::format("GET /live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                  port));
  const std::string hello = fmt::format(R"({{"do":"hello","token":"{}"}})", token);
  std::array<std::byte, 65536> room;
  if (link.receive(room, std::chrono::seconds(2), stop) == 0) return;
  // One text frame, masked with zeros as a client must.
  std::string frame = {static_cast<char>(0x81), static_cast<char>(0x80 | hello.size()), 0, 0, 0, 0};
  link.send(frame + hello);
  while (link.is_open() && !stop.stop_requested())
    bytes += static_cast<std::int64_t>(link.receive(room, std::chrono::milliseconds(100), stop));
}

double cpu_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

int bench_live(const BenchOptions& o) {
  const StopSignals signals;
  const ScratchFolder scratch(o.folder);
  LiveRun run(open_live(fmt::format("synthetic:?channels={}&fs={}&seed=1", o.channels, o.fs_hz)));
  const Recording* stream = run.wait_for_head(std::chrono::seconds(10));
  if (stream == nullptr) throw Error(Fault::try_again, "synthetic: nothing came");
  Recording head = *stream;
  head.recording_id = "SIM_bench";
  LiveRun::Plan plan;
  plan.chain = chain_for({}, head.stream.fs_hz);
  plan.briefs.resize(head.stream.channels.size());
  // Rest as it is in the made-up signal, so that activation is decided, too.
  for (ChannelBrief& brief : plan.briefs)
    brief.rest = RestReference{.level_db = 6, .spread_db = 1, .power = 4, .power_above_50 = 3.7, .active_db = {}, .active_power_db = {}};
  plan.most_rows = static_cast<std::int64_t>(o.duration_s * head.stream.fs_hz);
  JournalWriter journal(scratch.path() / "bench.nwb.journal", head);
  plan.journal = &journal;
  LiveMonitor monitor(run, head, plan, {.stored_rows = [&] { return journal.acknowledged_rows(); }});
  plan.listeners.push_back(monitor.listener());
  PageSettings page;
  page.token = new_token();
  monitor.serve(page);
  const double cpu_before = cpu_s();
  const auto begun = std::chrono::steady_clock::now();
  const double information_s = monitor.information_latency_s();
  const EndAtLast end(run);
  run.start(std::move(plan));
  monitor.start();
  std::atomic<std::int64_t> viewed = 0;
  std::jthread viewer([&](const std::stop_token& stop) { view(monitor.port(), page.token, viewed, stop); });
  while (!run.is_over() && StopSignals::received() == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (!o.json && isatty(STDERR_FILENO) != 0)
      fmt::print(stderr, "\r{:.0f} of {:g} s", static_cast<double>(run.place().rows) / head.stream.fs_hz, o.duration_s);
  }
  const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const double cpu_share = (cpu_s() - cpu_before) / wall_s;
  run.end();
  viewer = {};
  const IntakeCounts counts = run.counts();
  const LatencyTally& latency = run.place().latency;
  const auto ms = [&](double share) { return latency.quantile_s(share) * 1e3; };
  if (o.json) {
    fmt::print("{}\n", nlohmann::ordered_json({{"schema", "semg-bench-live/1"},
                                               {"channels", o.channels},
                                               {"fs_hz", o.fs_hz},
                                               {"duration_s", wall_s},
                                               {"blocks", latency.count()},
                                               {"p50_ms", ms(0.5)},
                                               {"p99_ms", ms(0.99)},
                                               {"p999_ms", ms(0.999)},
                                               {"max_ms", latency.largest_s() * 1e3},
                                               {"information_latency_ms", information_s * 1e3},
                                               {"overrun_rows", counts.overrun_rows},
                                               {"lost_rows", counts.lost_rows},
                                               {"unstored_rows", run.place().unstored_rows.load()},
                                               {"frames_left_out", run.frames_left_out()},
                                               {"viewer_bytes", viewed.load()},
                                               {"cpu_share", cpu_share}})
                           .dump(2));
  } else {
    if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\x1b[K");
    fmt::print("{} channels at {:g} Hz, blocks of {:.0f} ms, {:.1f} s; journal in {}, one viewer\n\n", o.channels, o.fs_hz, 10.0, wall_s,
               o.folder.string());
    fmt::print("from the arrival of a block to its features (n = {})\n", latency.count());
    fmt::print("  p50 {:.3f} ms   p99 {:.3f} ms   p99.9 {}   max {:.3f} ms\n", ms(0.5), ms(0.99),
               latency.count() >= 1000 ? fmt::format("{:.3f} ms", ms(0.999)) : "needs 1000 blocks", latency.largest_s() * 1e3);
    fmt::print("from an instant to the last feature that tells of it: {:.0f} ms (windows and the wait until activations are final)\n",
               information_s * 1e3);
    fmt::print("overruns {} rows, not stored {} rows, windows left out {}, to the viewer {:.1f} kB/s\n", counts.overrun_rows,
               run.place().unstored_rows.load(), run.frames_left_out(), static_cast<double>(viewed) / wall_s / 1e3);
    fmt::print("processor {:.1f} % of one core, the making of the signal included\n", cpu_share * 100);
  }
  return code_after(kExitOk);
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  auto o = std::make_shared<BenchOptions>();
  CLI::App* sub = app.add_subcommand("bench", "how fast this machine is");
  sub->require_subcommand(1);
  CLI::App* live = sub->add_subcommand("live", "from a block of samples to its features, with disk and one viewer on");
  live->add_option("--channels", o->channels, "channels (default 32)")->check(CLI::Range(1, 1024));
  live->add_option("--fs", o->fs_hz, "sampling rate in Hz (default 2000)")->check(CLI::Range(100.0, 100000.0));
  live->add_option("--duration", o->duration_s, "seconds (default 60)")->check(CLI::Range(1.0, 86400.0));
  live->add_option("--dir", o->folder, "folder on the disk to be tried (default: the system's for temporary files)")
      ->check(CLI::ExistingDirectory);
  live->add_flag("--json", o->json, "for a program");
  live->footer("Example:\n  semg bench live --channels 256 --duration 60 --dir .\nNext: semg record --from URI -o NAME.nwb");
  live->callback([o, &run] { run = [o] { return bench_live(*o); }; });
}

}  // namespace semg
