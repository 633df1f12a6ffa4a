// SPDX-License-Identifier: BSD-3-Clause
// What the monitor page shows, as messages; apps/monitor/README.md says what is in each. Knows no socket and no clock.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/live/setup_check.hpp"
#include "apps/live/visit_session.hpp"
#include "dsp/activation/running_percentile.hpp"
#include "dsp/channel_brief.hpp"
#include "dsp/frame.hpp"
#include "dsp/quality/glance.hpp"
#include "dsp/recording.hpp"
#include "engine/chain.hpp"

namespace semg {

/// What does not change while a stream is shown.
struct MonitorAbout {
  Recording head;
  Chain chain;
  std::vector<ChannelBrief> briefs;  ///< [channels]
  std::int64_t bin_rows = 1;
  double information_latency_s = 0;  ///< from an instant to the last feature that tells of it
  bool stores = false;               ///< false: nothing is to be stored
  std::vector<VisitTask> tasks;      ///< of the visit; empty: no session
  std::vector<std::string> roles;    ///< [channels] "paretic", "non_paretic", ""; empty: not known
};

/// How the run is just now.
struct MonitorNow {
  std::string state, trouble;  ///< state as in the README
  bool connected = false;
  double t_s = 0;
  std::optional<double> stored_s, disk_left_s;
  double data_age_ms = 0;
  std::int64_t gaps = 0, disconnects = 0, garbage_bytes = 0, left_out_frames = 0, viewers = 0;
  double lost_ms = 0, overrun_ms = 0, unstored_ms = 0;
  std::optional<double> fs_hz, drift_ppm;
  std::int64_t latency_n = 0;
  double latency_p50_ms = 0, latency_p99_ms = 0, latency_p999_ms = 0, latency_max_ms = 0;
};

/// A marker somebody set; struck out, never deleted.
struct MonitorMark {
  std::size_t number = 0;  ///< in the order of setting, from 0
  double t_s = 0;
  std::string text;
  bool struck = false;
};

/// One channel just now.
struct ChannelNow {
  std::optional<double> rms, mdf;  ///< of the last 250 ms; of the last window that is final
  std::string active;              ///< "on", "off", with "_provisional" while no rest is known, "unknown"
  std::string badge, act;          ///< what is wrong, and what to do
};

/// see() is fed by the listener's thread, messages are asked for by the server's.
class MonitorModel {
 public:
  explicit MonitorModel(MonitorAbout about);

  double information_latency_s() const noexcept { return about_.information_latency_s; }

  void see(const GlanceBin& bin);
  void see(const FeatureFrame& frame);

  std::vector<ChannelNow> channels() const;

  enum class Viewer { may_act, only_looks };
  std::string hello(Viewer viewer) const;
  /// `session`, `check`: null where there is none.
  std::string status(const MonitorNow& now, const std::vector<MonitorMark>& marks, const VisitSession::State* session,
                     const SetupCheck::State* check) const;
  /// Rest that was recorded meanwhile: from then on active or not is no longer provisional.
  void set_rest(const std::vector<std::optional<RestReference>>& rest);
  /// Bins from `next` on, at most two seconds of them, as one binary message, and `next` moved behind them; empty where there are none.
  /// Bins that are no longer kept are left out and counted in `left_out`.
  std::string signal(std::int64_t& next, std::uint64_t number, std::uint32_t& left_out) const;
  /// End of what is shown: what came later has not reached the page yet.
  double shown_s() const;
  /// Number of badges that changed so far: whoever waits for news need not ask for more.
  std::int64_t badge_changes() const;

 private:
  enum class Badge { none, electrode_off, clipping, line, gap };
  struct ChannelState {
    RunningPercentile floor_db;
    Badge badge = Badge::none;
    std::optional<double> rms = {}, mdf = {};
    std::optional<bool> active = {};
    bool hums = false;
  };
  const GlanceCell& cell(std::int64_t bin, std::size_t channel) const noexcept;
  GlanceSum sum(std::size_t channel, double last_s) const noexcept;
  void judge(std::size_t channel);
  Badge badge_of(std::size_t channel) const noexcept;
  bool hums(std::size_t channel) const noexcept;
  ChannelNow channel_now(std::size_t channel) const;

  MonitorAbout about_;
  std::size_t channels_;
  double bin_s_;
  std::int64_t kept_bins_, recent_bins_;
  mutable std::mutex mutex_;
  std::int64_t end_bin_ = 0, first_bin_ = 0;  // of what is kept
  std::int64_t gap_end_bin_ = INT64_MIN / 2;  // where the last gap ended
  std::int64_t gap_bins_ = 0;
  std::vector<float> trace_;          // [kept_bins x channels x 2] ring, NaN where missing
  std::vector<GlanceCell> recent_;    // [recent_bins x channels] ring
  std::vector<ChannelState> states_;  // [channels]
  std::int64_t badge_changes_ = 0;
};

}  // namespace semg
