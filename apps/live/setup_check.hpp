// SPDX-License-Identifier: BSD-3-Clause
// Before the first task of a visit: are the electrodes on, where they should be, and is all as it was at the earlier visit?
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dsp/quality/glance.hpp"
#include "dsp/recording.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// What of an earlier visit may be looked at before this one is recorded: never how strong a muscle was.
struct EarlierChannel {
  std::string label, muscle;
  Side side = Side::none;
  double fs_hz = 0;
  std::optional<double> lsb;
  std::optional<double> rest_rms;  ///< noise at rest, in the stream's unit
};

/// Twenty seconds of rest, then one strong contraction of each side that is asked for. Fed by one thread, asked by others.
class SetupCheck {
 public:
  static constexpr double kRest_s = 20;

  SetupCheck(const Recording& head, const Acquisition& planned, double bin_s, std::vector<EarlierChannel> earlier);

  void open();
  void close();
  bool is_open() const;
  bool was_done() const;  ///< it has been closed once

  void see(const GlanceBin& bin);

  enum class Finding { waiting, ok, look, stop };
  struct Row {
    Finding contact = Finding::waiting, rest_noise = Finding::waiting, line = Finding::waiting, rate = Finding::ok, gain = Finding::ok,
            side = Finding::ok;
    std::string earlier;  ///< "same", "differs: gain 0.2 -> 0.1 uV a step; rest noise"; empty: there is no earlier visit
  };
  struct State {
    double rest_left_s = kRest_s;
    std::string ask;  ///< what the participant is to do now
    std::vector<Row> rows;
    std::vector<std::string> warnings;
  };
  State state() const;

 private:
  struct Channel {
    GlanceSum rest;
    bool off = false, clipped = false;  // in the newest bin
    std::vector<float> recent;          // mean squares of the last half second, ring
    double now = 0;                     // mean square of the last half second
    double strongest = 0;               // mean square of the strongest half second since the side was asked for
  };
  double rest_rms(std::size_t channel) const noexcept;
  bool was_measured(std::size_t channel) const noexcept;  // at rest, half of the time or more
  void judge_side();
  const EarlierChannel* earlier_of(std::size_t channel) const;
  Row row(std::size_t channel) const;

  Recording head_;
  Acquisition planned_;
  double bin_s_;
  std::vector<EarlierChannel> earlier_;
  std::vector<Side> sides_;  // to be asked for, in order
  mutable std::mutex mutex_;
  bool open_ = false, done_ = false;
  double rest_s_ = 0;
  bool until_quiet_ = false;   // the last answer still lasts
  std::size_t asked_ = 0;      // sides that have been answered
  std::vector<Finding> side_;  // [channels]
  std::vector<std::string> warnings_;
  std::vector<Channel> channels_;
  std::size_t at_ = 0;  // place in `recent`
};

}  // namespace semg
