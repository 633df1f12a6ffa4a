// SPDX-License-Identifier: BSD-3-Clause
// A device, the engine and whoever listens, each on a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "apps/live/frame_ring.hpp"
#include "apps/live/live_source.hpp"
#include "dsp/channel_brief.hpp"
#include "engine/chain.hpp"
#include "engine/feature_extractor.hpp"
#include "io/devices/device.hpp"
#include "io/journal/journal_writer.hpp"

namespace semg {

/// Whoever listens to what is measured. Called on the listener's thread, in order; may be slow, for nobody waits for it.
struct LiveListener {
  std::function<void(const FeatureFrame&)> frame = [](const FeatureFrame&) {};
  std::function<void(const Activation&)> activation = [](const Activation&) {};
  std::function<void(const GlanceBin&)> bin = {};  ///< empty: no bins are wanted
};

/// device thread -> ring -> signal thread (journal, then the one loop of engine/run.hpp) -> ring -> listener's thread.
class LiveRun {
 public:
  explicit LiveRun(DeviceReader device);
  ~LiveRun();  // ends all threads
  LiveRun(const LiveRun&) = delete;
  LiveRun& operator=(const LiveRun&) = delete;

  /// What the stream is; null where it is not known within `patience`. Throws what the device's thread died of.
  const Recording* wait_for_head(std::chrono::milliseconds patience);

  static constexpr double kBin_s = 0.01;

  struct Plan {
    Chain chain;
    std::vector<ChannelBrief> briefs;  ///< [channels]
    VisitSession* session = nullptr;   ///< null: no tasks, all is measured
    JournalWriter* journal = nullptr;  ///< null: nothing is stored
    std::int64_t most_rows = INT64_MAX;
    std::vector<LiveListener> listeners;  ///< one after the other, all on one thread
  };
  /// Starts measuring, from the first row that came.
  void start(Plan plan);
  /// The stream is over: by itself, by `most_rows`, by end() or by a failure.
  bool is_over() const noexcept { return over_; }
  /// Lets the device stop, works off what has come, and ends all threads. Throws what one of them died of.
  void end();

  IntakeCounts counts() const { return intake_.counts(); }
  std::string trouble() const { return intake_.trouble(); }
  LiveNotes& notes() noexcept { return notes_; }
  const LivePlace& place() const noexcept { return place_; }
  std::int64_t frames_left_out() const noexcept { return frames_ ? frames_->left_out() : 0; }

 private:
  void signal();
  void listen(const std::stop_token& stop);

  Intake intake_;
  LivePlace place_;
  LiveNotes notes_;
  const Recording* head_ = nullptr;
  std::unique_ptr<Plan> plan_;
  std::unique_ptr<Glance> glance_;  // null: nobody wants bins
  std::unique_ptr<FeatureExtractor> features_;
  std::unique_ptr<LiveSource> source_;
  std::unique_ptr<FrameRing> frames_;
  std::exception_ptr failure_, listener_failure_;  // of the signal thread and of the listener's
  std::atomic<bool> over_ = false;
  std::jthread device_, signal_, listener_;
};

}  // namespace semg
