// SPDX-License-Identifier: BSD-3-Clause
#include "apps/monitor/live_monitor.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "apps/live/live_options.hpp"
#include "dsp/error.hpp"
#include "dsp/version.hpp"
#include "io/devices/live_uri.hpp"

namespace semg {
namespace {

constexpr std::size_t kMostText = 200, kMostMarks = 50;

std::string token_from(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) throw Error(Fault::no_input, name + ": no such file");
  if ((about.st_mode & 077) != 0)
    throw Error(Fault::data, fmt::format("{}: mode: found {:o}, expected 600: nobody else may read it", name, about.st_mode & 0777));
  std::ifstream file(path);
  std::string token;
  std::getline(file, token);
  if (token.size() < 16) throw Error(Fault::data, fmt::format("{}: token: found {} characters, expected 16 or more", name, token.size()));
  return token;
}

/// From an instant to the last feature that tells of it: half a window, and the wait until activations in it are final.
double information_latency_s(const Recording& head, const LiveRun::Plan& plan) {
  const FeatureExtractor features(head.stream, plan.chain, plan.briefs);
  return static_cast<double>(features.latency_rows() + plan.chain.amplitude_window_rows / 2) / head.stream.fs_hz + LiveRun::kBin_s;
}

MonitorAbout about(const Recording& head, const LiveRun::Plan& plan, const MonitorStore& store) {
  return {.head = head,
          .chain = plan.chain,
          .briefs = plan.briefs,
          .bin_rows = Glance(head.stream, LiveRun::kBin_s, 1).bin_rows(),
          .information_latency_s = information_latency_s(head, plan),
          .stores = static_cast<bool>(store.stored_rows),
          .tasks = plan.session != nullptr ? plan.session->tasks() : std::vector<VisitTask>{},
          .roles = store.roles};
}

}  // namespace

void add_serve_options(CLI::App& sub, ServeOptions& o) {
  sub.add_option("--serve", o.address, "the monitor page at this address, such as 127.0.0.1:8080; its link is printed");
  sub.add_option("--token-file", o.token_file, "file (mode 600) whose first line is the page's token; default: a new one each time");
  sub.add_option("--serve-as", o.serve_as, "HOST:PORT under which a proxy serves the page; may be given more than once");
}

PageSettings page_settings(const ServeOptions& o) {
  PageSettings settings;
  const bool bare = !o.address.empty() && o.address.find_first_not_of("0123456789") == std::string::npos;
  const std::string text = bare ? "127.0.0.1:" + o.address : o.address.starts_with(':') ? "127.0.0.1" + o.address : o.address;
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos || std::stoi(port) > 65535)
    throw Error(Fault::usage, fmt::format("--serve: found '{}', expected ADDRESS:PORT such as 127.0.0.1:8080", o.address));
  settings.port = std::stoi(port);
  settings.address = text.substr(0, colon);
  if (settings.address.starts_with('[') && settings.address.ends_with(']'))
    settings.address = settings.address.substr(1, settings.address.size() - 2);
  if (settings.address == "localhost") settings.address = "127.0.0.1";
  const bool loopback = settings.address.starts_with("127.") || settings.address == "::1";
  if (!loopback && o.token_file.empty()) {
    throw Error(Fault::usage,
                fmt::format("--serve: found {}, which others in the network can reach, expected --token-file with it (and a proxy "
                            "that does TLS before it)",
                            settings.address));
  }
  settings.token = o.token_file.empty() ? new_token() : token_from(o.token_file);
  settings.viewer_token = new_token();
  settings.hosts = o.serve_as;
  return settings;
}

LiveMonitor::LiveMonitor(LiveRun& run, const Recording& head, const LiveRun::Plan& plan, MonitorStore store)
    : run_(run), head_(head), store_(std::move(store)), session_(plan.session), model_(about(head, plan, store_)) {}

LiveListener LiveMonitor::listener() {
  return {.frame = [this](const FeatureFrame& frame) { model_.see(frame); },
          .activation = [](const Activation&) {},
          .bin =
              [this](const GlanceBin& bin) {
                model_.see(bin);
                if (store_.check != nullptr) store_.check->see(bin);
              }};
}

void LiveMonitor::serve(PageSettings settings) {
  server_ = std::make_unique<PageServer>(
      std::move(settings), PageSource{.hello =
                                          [this](bool may_act) {
                                            return model_.hello(may_act ? MonitorModel::Viewer::may_act : MonitorModel::Viewer::only_looks);
                                          },
                                      .status =
                                          [this](std::int64_t viewers) {
                                            viewers_ = viewers;
                                            return status(viewers);
                                          },
                                      .news = [this] { return model_.badge_changes(); },
                                      .signal = [this](std::int64_t& next, std::uint64_t number,
                                                       std::uint32_t& left_out) { return model_.signal(next, number, left_out); },
                                      .act = [this](const std::string& wish) { return act(wish); },
                                      .health = [this] { return health(); },
                                      .metrics = [this] { return metrics(); }});
}

void LiveMonitor::start() {
  server_->start();
}

std::string LiveMonitor::words() const {
  return fmt::format("semg: the page: {}\nsemg: for whoever may only look: {}\n", server_->url(), server_->viewer_url());
}

MonitorNow LiveMonitor::now(std::int64_t viewers) const {
  const IntakeCounts counts = run_.counts();
  const LivePlace& place = run_.place();
  const double fs_hz = head_.stream.fs_hz;
  const auto ms = [&](std::int64_t rows) { return static_cast<double>(rows) / fs_hz * 1e3; };
  MonitorNow now;
  now.data_age_ms = data_age_ms(run_).value_or(0);
  now.connected = counts.connected;
  if (!counts.connected || now.data_age_ms > kStopped_ms) {
    now.state = "stopped";
  } else if (!store_.stored_rows) {
    now.state = "monitoring";
  } else {
    now.state = place.storing ? "recording" : "not_recording";
  }
  now.trouble = run_.trouble();
  // What is shown is older than what came where whoever listens beside the page holds it up: the page greys by its age.
  const double behind_ms = (static_cast<double>(place.rows) / fs_hz - model_.shown_s() - 2 * LiveRun::kBin_s) * 1e3;
  if (behind_ms > kStopped_ms && now.trouble.empty()) now.trouble = "this page lags behind; samples are taken all the same";
  now.data_age_ms = std::max(now.data_age_ms, behind_ms);
  now.t_s = static_cast<double>(place.rows) / fs_hz;
  if (store_.stored_rows) now.stored_s = static_cast<double>(store_.stored_rows()) / fs_hz;
  if (store_.disk_left_s) now.disk_left_s = store_.disk_left_s();
  now.gaps = counts.gaps;
  now.disconnects = counts.disconnects;
  now.garbage_bytes = counts.garbage_bytes;
  now.left_out_frames = run_.frames_left_out();
  now.viewers = viewers;
  now.lost_ms = ms(counts.lost_rows);
  now.overrun_ms = ms(counts.overrun_rows);
  now.unstored_ms = ms(place.unstored_rows);
  if (counts.fs_hz > 0) {
    now.fs_hz = counts.fs_hz;
    now.drift_ppm = counts.drift_ppm;
  }
  now.latency_n = place.latency.count();
  now.latency_p50_ms = place.latency.quantile_s(0.5) * 1e3;
  now.latency_p99_ms = place.latency.quantile_s(0.99) * 1e3;
  now.latency_p999_ms = place.latency.quantile_s(0.999) * 1e3;
  now.latency_max_ms = place.latency.largest_s() * 1e3;
  return now;
}

std::string LiveMonitor::status(std::int64_t viewers) {
  std::vector<MonitorMark> marks;
  for (const LiveNotes::Note& note : run_.notes().newest(kMostMarks))
    marks.push_back({.number = note.number, .t_s = note.event.t_s, .text = note.event.text, .struck = note.struck});
  if (session_ == nullptr) return model_.status(now(viewers), marks, nullptr, nullptr);
  const VisitSession::State state = session_->state();
  if (state.has_rest) model_.set_rest(state.rest);
  if (store_.check == nullptr || !store_.check->is_open()) return model_.status(now(viewers), marks, &state, nullptr);
  const SetupCheck::State check = store_.check->state();
  return model_.status(now(viewers), marks, &state, &check);
}

std::string LiveMonitor::act(const std::string& text) {
  const auto wish = nlohmann::json::parse(text, nullptr, false);
  if (!wish.is_object() || !wish.contains("do") || !wish["do"].is_string()) return "what is wished for cannot be read";
  const std::string what = wish["do"];
  const auto word = [&](const char* key) {
    return wish.contains(key) && wish[key].is_string() ? wish[key].get<std::string>() : std::string();
  };
  const auto mark = [&](std::string said) {
    run_.notes().add({.t_s = static_cast<double>(run_.place().rows) / head_.stream.fs_hz, .duration_s = 0, .text = std::move(said)});
    return std::string();
  };
  if (what == "marker") {
    const std::string key = word("key");
    if (key.size() != 1 || key[0] < '1' || key[0] > '6') return "there are markers 1 to 6";
    return mark("marker " + key);
  }
  if (what == "note") {
    const std::string said = word("text");
    if (said.empty() || said.size() > kMostText) return fmt::format("a note has 1 to {} bytes", kMostText);
    return mark(said);
  }
  if (what == "strike") {
    if (!wish.contains("number") || !wish["number"].is_number_unsigned() || !run_.notes().strike(wish["number"]))
      return "there is no such marker, or it is struck out already";
    return {};
  }
  if (store_.check != nullptr && what == "check") {
    store_.check->open();
    return {};
  }
  if (store_.check != nullptr && what == "check_done") {
    store_.check->close();
    return {};
  }
  if (session_ != nullptr && what == "start") {
    if (store_.check != nullptr && !store_.check->was_done()) return "first the setup check";
    return session_->start();
  }
  if (session_ != nullptr && what == "stop") return session_->stop();
  if (session_ != nullptr && what == "repeat") return session_->repeat();
  if (session_ != nullptr && what == "task") {
    return wish.contains("task") && wish["task"].is_number_unsigned() ? session_->select(wish["task"]) : "the task is a number from 0 on";
  }
  return fmt::format("'{}' cannot be done here", what);
}

std::string LiveMonitor::health() const {
  const MonitorNow state = now(viewers_);
  return nlohmann::ordered_json({{"schema", "semg-health/1"},
                                 {"ok", state.state == "recording" || state.state == "monitoring"},
                                 {"state", state.state},
                                 {"t_s", state.t_s},
                                 {"data_age_ms", state.data_age_ms},
                                 {"trouble", state.trouble}})
             .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

std::string LiveMonitor::metrics() const {
  const MonitorNow state = now(viewers_);
  std::string text;
  const auto metric = [&](const char* name, const char* type, const char* help, double value) {
    text += fmt::format("# HELP semg_{0} {2}\n# TYPE semg_{0} {1}\nsemg_{0} {3}\n", name, type, help, value);
  };
  metric("device_up", "gauge", "1 while the device is connected", state.connected ? 1 : 0);
  metric("recording", "gauge", "1 while samples reach the disk", state.state == "recording" ? 1 : 0);
  metric("stream_seconds", "counter", "stream that was measured, gaps counted", state.t_s);
  if (state.stored_s) metric("stored_seconds", "counter", "stream that the disk has acknowledged", *state.stored_s);
  if (state.disk_left_s) metric("disk_left_seconds", "gauge", "stream for which the disk has room", *state.disk_left_s);
  metric("data_age_seconds", "gauge", "age of the newest sample", state.data_age_ms / 1e3);
  metric("gaps_total", "counter", "stretches of lost samples", static_cast<double>(state.gaps));
  metric("lost_seconds_total", "counter", "stream lost by device or network", state.lost_ms / 1e3);
  metric("overrun_seconds_total", "counter", "stream lost because the ring was full", state.overrun_ms / 1e3);
  metric("unstored_seconds_total", "counter", "stream that the disk did not take", state.unstored_ms / 1e3);
  metric("garbage_bytes_total", "counter", "bytes of the device that belonged to no row", static_cast<double>(state.garbage_bytes));
  metric("disconnects_total", "counter", "lost connections", static_cast<double>(state.disconnects));
  metric("frames_left_out_total", "counter", "measured windows that a slow listener missed", static_cast<double>(state.left_out_frames));
  metric("viewers", "gauge", "pages that are open", static_cast<double>(state.viewers));
  if (state.drift_ppm) metric("clock_drift_ppm", "gauge", "device's clock against this computer's", *state.drift_ppm);
  text += "# HELP semg_latency_seconds from the arrival of a block to its features\n# TYPE semg_latency_seconds summary\n";
  if (state.latency_n > 0) {
    for (const auto& [share, ms] :
         {std::pair{"0.5", state.latency_p50_ms}, {"0.99", state.latency_p99_ms}, {"0.999", state.latency_p999_ms}})
      text += fmt::format("semg_latency_seconds{{quantile=\"{}\"}} {}\n", share, ms / 1e3);
  }
  text += fmt::format("semg_latency_seconds_count {}\n", state.latency_n);
  text += fmt::format("# HELP semg_build_info version\n# TYPE semg_build_info gauge\nsemg_build_info{{version=\"{}\"}} 1\n", kVersion);
  return text;
}

}  // namespace semg
