// SPDX-License-Identifier: BSD-3-Clause
// What `semg record` and `semg monitor` have in common: their options, the wait for the device, what is told while it runs.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/frame_tables.hpp"
#include "apps/live/live_run.hpp"
#include "apps/progress.hpp"
#include "apps/rest_from_file.hpp"
#include "engine/settings.hpp"

namespace CLI {
class App;
}

namespace semg {

struct LiveOptions {
  std::string from;
  std::filesystem::path analysis, rest, csv, channels;
  std::string mqtt;
  std::optional<MeasuredRest> measured_rest = {};  ///< of `rest`
  std::optional<Settings> settings = {};           ///< of `analysis`, or of a study
  double duration_s = 0;                           ///< 0: until it is stopped
  std::string progress = "auto";
};

/// Words to stderr, whether anybody reads them or not.
void say(const std::string& words) noexcept;

void add_live_options(CLI::App& sub, LiveOptions& options);
/// Reads what the options name, before there is a device: once that streams nobody may take long. Throws Error(usage), Error(no_input),
/// Error(data).
void read_live_options(LiveOptions& options);

/// Waits until the device says what it sends, telling on stderr why that is not yet so. Null: a signal to stop came first.
const Recording* wait_for_device(LiveRun& run, const LiveOptions& options);

/// Muscles and sides of the channels as `--channels` says. Throws Error(usage): a label that the stream does not have, or a difference of
/// two.
void name_channels(const LiveOptions& options, Recording& head);

/// Chain, briefs and length of a run. Throws Error(data): rest of another rate, unit or other channels.
LiveRun::Plan live_plan(const LiveOptions& options, const Recording& head);

/// Ends the run. What it died of comes back instead of being thrown: what was recorded and measured is brought to its end first.
std::exception_ptr end_of(LiveRun& run) noexcept;
/// 128 + the signal where one ended the run well, else `code`.
int code_after(int code);

/// Ends a run when it goes, whatever ended the block it stands in; run.end() may have been called before.
class EndAtLast {
 public:
  explicit EndAtLast(LiveRun& run) : run_(run) {}
  ~EndAtLast();
  EndAtLast(const EndAtLast&) = delete;
  EndAtLast& operator=(const EndAtLast&) = delete;

 private:
  LiveRun& run_;
};

/// windows.csv and activations.csv of what is measured live, row by row as it becomes final.
class LiveTables {
 public:
  /// `periods`: of the session, as far as there are any; asked when a frame of a new one comes.
  LiveTables(const std::filesystem::path& folder, const Recording& recording, std::function<std::vector<Period>()> periods);
  LiveListener listener();
  void finish();

 private:
  void know(int period);

  Recording recording_;
  std::function<std::vector<Period>()> periods_;
  FrameTables tables_;
  std::vector<std::int64_t> activations_;  // [channels]
};

/// Milliseconds since the newest sample came; none before the first.
std::optional<double> data_age_ms(const LiveRun& run);
inline constexpr double kStopped_ms = 1000;  ///< data older than this are no longer live

/// One line about a run: redrawn on a terminal, JSON where asked, nothing in a pipe.
class LiveStatus {
 public:
  /// `state`: "recording" or "monitoring".
  LiveStatus(ProgressStyle style, std::string state, const Recording& head);
  ~LiveStatus();  // clears the line
  /// At most ten times a second. `stored_rows`: acknowledged; none where nothing is stored. `disk_left_s`: of recording.
  void tell(const LiveRun& run, std::optional<std::int64_t> stored_rows, std::optional<double> disk_left_s);

 private:
  ProgressStyle style_;
  std::string state_;
  double fs_hz_;
  std::size_t channels_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace semg
