// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/live_options.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "apps/analysis_file.hpp"
#include "apps/command.hpp"
#include "apps/import/channel_map.hpp"
#include "apps/live/live_device.hpp"
#include "apps/live/mqtt_publisher.hpp"
#include "apps/live/stop_signals.hpp"
#include "dsp/error.hpp"

namespace semg {

void say(const std::string& words) noexcept {
  std::fputs(words.c_str(), stderr);
}

std::exception_ptr end_of(LiveRun& run) noexcept {
  try {
    run.end();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

int code_after(int code) {
  return code == kExitOk && StopSignals::received() != 0 ? 128 + StopSignals::received() : code;
}

EndAtLast::~EndAtLast() {
  end_of(run_);  // whatever ended the block is told instead
}

std::optional<double> data_age_ms(const LiveRun& run) {
  const std::int64_t arrived_ns = run.place().arrived_ns;
  if (arrived_ns == 0) return {};
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  return static_cast<double>(now - arrived_ns) * 1e-6;
}

void add_live_options(CLI::App& sub, LiveOptions& o) {
  sub.add_option("--from", o.from, "the source: SCHEME:[TARGET][?key=value&...]; semg devices lists them")->required();
  sub.add_option("--duration", o.duration_s, "seconds of stream (default: until Ctrl-C, SIGTERM or the end of the source)");
  sub.add_option("--analysis", o.analysis, "analysis settings (TOML), as for semg extract");
  sub.add_option("--rest", o.rest, "a recording of rest, channels of the same labels: activation is told live");
  sub.add_option("--channels", o.channels, "table of [[channel]] source, muscle, side, ied_mm, reference, as for semg import");
  sub.add_option("--csv", o.csv, "folder for windows.csv and activations.csv of what is measured live");
  sub.add_option(
      "--mqtt", o.mqtt,
      "mqtt://[USER@]HOST[:PORT]/SITE/DEVICE: windows and activations to a broker, never samples (password: SEMG_MQTT_PASSWORD)");
  sub.add_option("--progress", o.progress, "auto (on a terminal), json (lines on stderr), none");
}

void read_live_options(LiveOptions& o) {
  if (!(o.duration_s >= 0 && o.duration_s <= 7 * 24 * 3600))
    throw Error(Fault::usage, fmt::format("--duration: found {:g} s, expected more than 0 s and at most a week", o.duration_s));
  if (!o.rest.empty() && !std::filesystem::exists(o.rest)) throw Error(Fault::no_input, o.rest.filename().string() + ": no such file");
  if (!o.mqtt.empty()) mqtt_place_from(o.mqtt);
  progress_style_from(o.progress);
  if (!o.settings) o.settings = read_analysis_file(o.analysis);
  if (o.settings->filter.passes != "forward") {
    throw Error(Fault::usage,
                fmt::format("{}: filter.passes: found \"{}\", expected \"forward\": a live stream has no end to filter back from",
                            o.analysis.empty() ? "analysis" : o.analysis.filename().string(), o.settings->filter.passes));
  }
  if (!o.rest.empty()) o.measured_rest = measure_rest(o.rest, *o.settings);
}

const Recording* wait_for_device(LiveRun& run, const LiveOptions& o) {
  std::string told;
  while (StopSignals::received() == 0) {
    if (const Recording* head = run.wait_for_head(std::chrono::milliseconds(100))) return head;
    const std::string trouble = run.trouble();
    if (!trouble.empty() && trouble != told) {
      say(fmt::format("semg: {}: waiting: {}\n", o.from, trouble));
      told = trouble;
    }
  }
  return nullptr;
}

void name_channels(const LiveOptions& o, Recording& head) {
  if (o.channels.empty()) return;
  auto& channels = head.stream.channels;
  for (const MappedChannel& mapped : read_channel_map(o.channels)) {
    const auto at = std::find_if(channels.begin(), channels.end(), [&](const Channel& c) { return c.label == mapped.source; });
    if (at == channels.end()) {
      std::vector<std::string> labels;
      for (const Channel& c : channels) labels.push_back(c.label);
      throw Error(Fault::usage,
                  fmt::format("{}: source: found '{}', expected a channel of the stream (a difference of two is made when it is "
                              "imported or extracted): {}",
                              o.channels.filename().string(), mapped.source, fmt::join(labels, ", ")));
    }
    if (!mapped.muscle.empty()) at->muscle = mapped.muscle;
    at->side = mapped.side;
    if (mapped.ied_mm) at->ied_mm = mapped.ied_mm;
    if (!mapped.reference.empty()) at->reference = mapped.reference;
  }
}

LiveRun::Plan live_plan(const LiveOptions& o, const Recording& head) {
  LiveRun::Plan plan;
  plan.chain = chain_for(*o.settings, head.stream.fs_hz);
  plan.briefs.resize(head.stream.channels.size());
  for (std::size_t c = 0; c < plan.briefs.size(); ++c)
    if (head.stream.channels[c].kind == Kind::envelope) plan.briefs[c].no_spectrum = Reason::envelope_input;
  if (o.measured_rest) take_rest(*o.measured_rest, head.stream, o.from, plan.briefs);
  if (o.duration_s > 0) plan.most_rows = std::llround(o.duration_s * head.stream.fs_hz);
  return plan;
}

namespace {

const std::filesystem::path& made(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw Error(Fault::cannot_create, fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
  return folder;
}

}  // namespace

LiveTables::LiveTables(const std::filesystem::path& folder, const Recording& recording, std::function<std::vector<Period>()> periods)
    : recording_(recording), periods_(std::move(periods)), tables_(made(folder)), activations_(recording.stream.channels.size()) {}

void LiveTables::know(int period) {
  if (period >= static_cast<int>(recording_.periods.size())) recording_.periods = periods_();
}

LiveListener LiveTables::listener() {
  return {.frame =
              [this](const FeatureFrame& frame) {
                know(frame.period);
                tables_.write(recording_, frame);
              },
          .activation =
              [this](const Activation& a) {
                know(a.period);
                tables_.write(recording_, a, ++activations_[static_cast<std::size_t>(a.channel)]);
              }};
}

void LiveTables::finish() {
  tables_.finish();
}

LiveStatus::LiveStatus(ProgressStyle style, std::string state, const Recording& head)
    : style_(style), state_(std::move(state)), fs_hz_(head.stream.fs_hz), channels_(head.stream.channels.size()) {
  if (style_ == ProgressStyle::automatic && isatty(STDERR_FILENO) == 0) style_ = ProgressStyle::none;
}

LiveStatus::~LiveStatus() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void LiveStatus::tell(const LiveRun& run, std::optional<std::int64_t> stored_rows, std::optional<double> disk_left_s) {
  const auto now = std::chrono::steady_clock::now();
  if (style_ == ProgressStyle::none || now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  const IntakeCounts counts = run.counts();
  const LivePlace& place = run.place();
  const double t_s = static_cast<double>(place.rows) / fs_hz_;
  const std::optional<double> age_ms = data_age_ms(run);
  const std::string state = !counts.connected || !age_ms || *age_ms > kStopped_ms ? "waiting for the device"
                            : stored_rows && !place.storing                       ? "NOT RECORDING"
                                                                                  : state_;
  if (style_ == ProgressStyle::json) {
    nlohmann::ordered_json line = {{"state", state}, {"t_s", t_s}, {"seen_rows", place.rows.load()}};
    line["rows"] = stored_rows ? nlohmann::ordered_json(*stored_rows) : nullptr;
    line["gaps"] = counts.gaps;
    line["lost_rows"] = counts.lost_rows;
    line["overrun_rows"] = counts.overrun_rows;
    line["unstored_rows"] = place.unstored_rows.load();
    line["garbage_bytes"] = counts.garbage_bytes;
    line["disconnects"] = counts.disconnects;
    line["connected"] = counts.connected;
    line["data_age_ms"] = age_ms ? nlohmann::ordered_json(*age_ms) : nullptr;
    line["fs_hz"] = counts.fs_hz > 0 ? nlohmann::ordered_json(counts.fs_hz) : nullptr;
    line["drift_ppm"] = counts.fs_hz > 0 ? nlohmann::ordered_json(counts.drift_ppm) : nullptr;
    line["waiting_s"] = counts.waiting_s;
    line["latency_p50_ms"] = place.latency.count() > 0 ? nlohmann::ordered_json(place.latency.quantile_s(0.5) * 1e3) : nullptr;
    line["latency_p99_ms"] = place.latency.count() > 0 ? nlohmann::ordered_json(place.latency.quantile_s(0.99) * 1e3) : nullptr;
    line["disk_left_s"] = disk_left_s ? nlohmann::ordered_json(*disk_left_s) : nullptr;
    line["trouble"] = run.trouble();
    say(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    return;
  }
  const auto whole = static_cast<std::int64_t>(t_s);
  std::string line = fmt::format("{} {:02}:{:02}:{:02}  {} channels  {:g} Hz  {} gaps", state, whole / 3600, whole / 60 % 60, whole % 60,
                                 channels_, fs_hz_, counts.gaps);
  if (counts.lost_rows > 0) line += fmt::format(" ({:.0f} ms lost)", static_cast<double>(counts.lost_rows) / fs_hz_ * 1e3);
  if (disk_left_s) line += fmt::format("  disk left {:.1f} h", *disk_left_s / 3600);
  say("\r\x1b[K" + line);
  drawn_ = true;
}

}  // namespace semg
