// SPDX-License-Identifier: BSD-3-Clause
// A run on the monitor page: the model is fed, the server asks, wishes are carried out.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "apps/live/live_run.hpp"
#include "apps/monitor/monitor_model.hpp"
#include "apps/monitor/page_server.hpp"

namespace CLI {
class App;
}

namespace semg {

struct ServeOptions {
  std::string address;                ///< "127.0.0.1:8080", "[::1]:8080", ":8080" or "8080"; empty: no page
  std::filesystem::path token_file;   ///< whose first line is the token; empty: a new one each time
  std::vector<std::string> serve_as;  ///< names under which a proxy serves the page, "HOST:PORT" or "HOST"
};

void add_serve_options(CLI::App& sub, ServeOptions& options);
/// Throws Error(usage): no address, or one of the network without a token file. Error(no_input), Error(data): the token file.
PageSettings page_settings(const ServeOptions& options);

/// What the run alone does not know.
struct MonitorStore {
  SetupCheck* check = nullptr;                     ///< of a session, before its first task
  std::vector<std::string> roles = {};             ///< [channels] of their sides; empty: not known
  std::function<std::int64_t()> stored_rows = {};  ///< acknowledged; empty: nothing is to be stored
  std::function<double()> disk_left_s = {};
};

class LiveMonitor {
 public:
  /// Before run.start(plan): its listener goes into the plan.
  LiveMonitor(LiveRun& run, const Recording& head, const LiveRun::Plan& plan, MonitorStore store);
  LiveListener listener();
  std::vector<ChannelNow> channels() const { return model_.channels(); }
  /// Takes the address; nobody is answered before start(). Throws Error where it cannot be had.
  void serve(PageSettings settings);
  /// Begins to answer; the run must have been started.
  void start();
  int port() const noexcept { return server_->port(); }
  double information_latency_s() const noexcept { return model_.information_latency_s(); }
  /// The two links, for whoever sits here and for whoever may only look.
  std::string words() const;

 private:
  MonitorNow now(std::int64_t viewers) const;
  std::string status(std::int64_t viewers);
  std::string act(const std::string& wish);
  std::string health() const;
  std::string metrics() const;

  LiveRun& run_;
  Recording head_;
  MonitorStore store_;
  VisitSession* session_;
  MonitorModel model_;
  std::atomic<std::int64_t> viewers_ = 0;
  std::unique_ptr<PageServer> server_;
};

}  // namespace semg
