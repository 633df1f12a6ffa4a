// SPDX-License-Identifier: BSD-3-Clause
// What is measured from one event, or onset of a muscle, to the next: single cycles, and their mean course.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "dsp/frame.hpp"

namespace semg {

/// One cycle in one channel. A value that is not valid is NaN, and `reason` says why. Percent are of the cycle's duration.
struct Cycle {
  std::int64_t index = 0;  ///< of the cycle in the recording, from 1
  int channel = 0;
  int period = -1;                ///< as in FeatureFrame
  std::int64_t first_row = 0;     ///< first row of it
  std::int64_t end_row = 0;       ///< first row of the next one
  float rms = kNoValue;           ///< uV
  float arv = kNoValue;           ///< uV
  float peak = kNoValue;          ///< uV, largest of the linear envelope
  float peak_pct = kNoValue;      ///< where that is
  float active_share = kNoValue;  ///< 0..1; NaN where no rest level is known
  float onset_pct = kNoValue;     ///< of the first activation that begins in it; NaN where none does
  float offset_pct = kNoValue;    ///< of the first activation that ends in it; NaN where none does
  Reason reason = Reason::ok;
  int antagonist = -1;  ///< channel whose co-contraction with this one is told below; -1: none was asked for
  float falconer_winter_pct = kNoValue;
  float rudolph = kNoValue;
  float antagonist_share_pct = kNoValue;  ///< CR
  Reason pair_reason = Reason::ok;        ///< of these three
};

/// Its measured values, by name: files and tables go through them all.
inline constexpr std::array<std::pair<const char*, float Cycle::*>, 10> kCycleValues = {
    {{"rms", &Cycle::rms},
     {"arv", &Cycle::arv},
     {"peak", &Cycle::peak},
     {"peak_pct", &Cycle::peak_pct},
     {"active_share", &Cycle::active_share},
     {"onset_pct", &Cycle::onset_pct},
     {"offset_pct", &Cycle::offset_pct},
     {"falconer_winter_pct", &Cycle::falconer_winter_pct},
     {"rudolph", &Cycle::rudolph},
     {"antagonist_share_pct", &Cycle::antagonist_share_pct}}};

/// Linear envelopes of a channel at one percent of the cycle: over all valid cycles of a task.
struct EnsemblePoint {
  std::string task;  ///< empty where the recording has no periods
  int channel = 0;
  int percent = 0;  ///< 0..100
  std::optional<double> mean;
  std::optional<double> sd;      ///< from two cycles on
  std::optional<double> ci_low;  ///< 95 % of the mean, from two cycles on
  std::optional<double> ci_high;
  std::int64_t n = 0;  ///< cycles
};

inline constexpr std::array<std::pair<const char*, std::optional<double> EnsemblePoint::*>, 4> kEnsembleValues = {
    {{"mean", &EnsemblePoint::mean}, {"sd", &EnsemblePoint::sd}, {"ci_low", &EnsemblePoint::ci_low}, {"ci_high", &EnsemblePoint::ci_high}}};

}  // namespace semg
