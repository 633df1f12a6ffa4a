// SPDX-License-Identifier: BSD-3-Clause
// semg monitor: a device's stream measured while it comes, nothing stored.
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/command.hpp"
#include "apps/live/live_device.hpp"
#include "apps/live/live_options.hpp"
#include "apps/live/mqtt_publisher.hpp"
#include "apps/live/stop_signals.hpp"
#include "apps/live/terminal_view.hpp"
#include "apps/monitor/live_monitor.hpp"
#include "dsp/error.hpp"

namespace semg {
namespace {

struct MonitorOptions {
  LiveOptions live;
  ServeOptions serve;
  bool tty = false;
  double full_scale = 200;
};

int terminal_rows() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

std::string headline(const LiveRun& run, const Recording& head, StreamState state) {
  const IntakeCounts counts = run.counts();
  const double t_s = static_cast<double>(run.place().rows) / head.stream.fs_hz;
  return fmt::format("{}{}  {:.1f} s  {:g} Hz  {} gaps  {}", head.simulated ? "SIMULATED " : "", head.device, t_s, head.stream.fs_hz,
                     counts.gaps, state == StreamState::flows ? "NOT RECORDING, only shown" : "DATA STOPPED: " + run.trouble());
}

int monitor(MonitorOptions o) {
  read_live_options(o.live);
  if (!(o.full_scale > 0)) throw Error(Fault::usage, fmt::format("--full-scale: found {:g}, expected more than 0", o.full_scale));
  std::optional<PageSettings> page;
  if (!o.serve.address.empty()) page = page_settings(o.serve);
  const StopSignals signals;
  LiveRun run(open_live(o.live.from));
  const Recording* stream = wait_for_device(run, o.live);
  if (stream == nullptr) return code_after(kExitOk);
  Recording head = *stream;
  name_channels(o.live, head);
  LiveRun::Plan plan = live_plan(o.live, head);
  std::optional<LiveTables> tables;
  if (!o.live.csv.empty()) plan.listeners.push_back(tables.emplace(o.live.csv, head, [] { return std::vector<Period>(); }).listener());
  std::optional<MqttPublisher> publisher;
  if (!o.live.mqtt.empty()) plan.listeners.push_back(publisher.emplace(mqtt_place_from(o.live.mqtt), head, plan).listener());
  LiveMonitor shown(run, head, plan, MonitorStore{});
  plan.listeners.push_back(shown.listener());
  if (page) {
    shown.serve(*page);
    say(shown.words());
  }
  const EndAtLast end(run);
  run.start(std::move(plan));
  if (page) shown.start();
  {
    LiveStatus status(o.tty ? ProgressStyle::none : progress_style_from(o.live.progress), "monitoring", head);
    while (!run.is_over() && StopSignals::received() == 0) {
      status.tell(run, {}, {});
      if (o.tty) {
        const std::optional<double> age_ms = data_age_ms(run);
        const StreamState state = run.counts().connected && age_ms && *age_ms < kStopped_ms ? StreamState::flows : StreamState::has_stopped;
        const std::string picture =
            terminal_picture(head, shown.channels(), headline(run, head, state), o.full_scale, terminal_rows(), state);
        fmt::print("{}{}", isatty(STDOUT_FILENO) != 0 ? "\x1b[H\x1b[J" : "", picture);
        std::fflush(stdout);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(o.tty ? 200 : 100));
    }
  }
  const std::exception_ptr failure = end_of(run);
  if (tables) tables->finish();
  if (publisher) say(publisher->finish());
  if (failure) std::rethrow_exception(failure);
  if (run.frames_left_out() > 0) {
    say(fmt::format("semg: {} windows were left out: whoever listened was too slow\n", run.frames_left_out()));
    if (tables) return kExitIncomplete;
  }
  return code_after(kExitOk);
}

}  // namespace

void add_monitor(CLI::App& app, Run& run) {
  auto o = std::make_shared<MonitorOptions>();
  CLI::App* sub = app.add_subcommand("monitor", "a device's stream measured while it comes; nothing is stored");
  add_live_options(*sub, o->live);
  add_serve_options(*sub, o->serve);
  sub->add_flag("--tty", o->tty, "bars in this terminal, for ssh");
  sub->add_option("--full-scale", o->full_scale, "RMS at which a bar of --tty is full, in uV or a.u. (default 200)");
  sub->footer(
      "Example:\n  semg monitor --from synthetic:?channels=4 --tty --duration 20\n"
      "Next: semg record --from URI -o NAME.nwb keeps the stream.");
  sub->callback([o, &run] { run = [o] { return monitor(*o); }; });
}

}  // namespace semg
