// SPDX-License-Identifier: BSD-3-Clause
// A simulated trial: who is in it, when each visit was, and the true level and spectrum of every muscle at every visit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/simulation/simulated_visit.hpp"
#include "engine/study/reasons.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// Something that goes wrong at one visit.
///   not_recorded       there is no recording
///   collapsed_channel  one channel is dead: its amplifier's input is short-circuited, a tenth of the floor is left
///   exchanged_sides    the electrodes of left and right were exchanged; the labels stay
///   different_rate     recorded at 1000 Hz
struct PlantedFault {
  StudyReason what = StudyReason::not_recorded;
  std::string participant, visit;  ///< ids; of a participant that the study does not have: nothing is planted
  std::string muscle = {};         ///< of a dead channel, which is on the paretic side
};

/// SIM07 misses T2 and SIM11 T3; SIM05's TA is dead at T1; SIM04's sides are exchanged at T2; SIM09's M6 has 1000 Hz.
std::vector<PlantedFault> usual_faults();

struct StudySimulation {
  std::uint64_t seed = 1;
  int participants = 12;
  double effect = 1;  ///< what the treatments do is multiplied by it; 0: nothing changes but from day to day
  double fs_hz = 2000;
  std::vector<PlantedFault> faults = {};
};

/// study.toml of every simulated study, with comments for a reader.
const char* simulated_study_toml() noexcept;

/// One channel of the recordings; muscles and tasks are indices into the plan.
struct SimulatedChannel {
  int muscle = 0;
  Side side = Side::none;
};

/// ln RMS = muscle and task + participant N(0, 0.35) - 0.7 on the paretic side + effect + electrode N(0, 0.12), one for all tasks of a
/// channel's day, + day N(0, 0.09) of the task, together 0.15; + repetition N(0, 0.08), which a hold has anew each second, so that what
/// varies inside a visit can be seen in it. Maximal contractions: day N(0, 0.05), half the effect.
/// Median frequency in Hz = 75 + 8 on the non-paretic side + N(0, 4), one for all tasks of a channel's day, + 3 effect.
/// Effects, on the paretic side: +0.35, +0.05 and +0.45 in arms X, Y and Z at the last visit, by quarters from T1 on.
/// A participant's deviation beyond 2 SD is drawn again, so that no contraction meets the rails of the converter.
/// Each number is drawn for its own place: a participant's do not depend on how many others there are.
class SimulatedStudy {
 public:
  /// Throws Error(usage) where a number lies outside its limits.
  explicit SimulatedStudy(const StudySimulation& simulation);

  static constexpr double kFloorUv = 2;
  static constexpr double kBurstS = 3;  ///< of a repetition

  /// Plan, participants and the sessions that were recorded.
  const Study& study() const noexcept { return study_; }
  const StudySimulation& simulation() const noexcept { return simulation_; }
  const std::vector<SimulatedChannel>& channels() const noexcept { return channels_; }
  int channel_of(int muscle, Side side) const noexcept;

  char arm(int participant) const { return arms_[static_cast<std::size_t>(participant)]; }  ///< 'X', 'Y' or 'Z'
  Day day(int participant, int visit) const;
  double fs_hz(int participant, int visit) const;
  bool recorded(int participant, int visit) const { return !has_fault(participant, visit, StudyReason::not_recorded); }
  bool has_fault(int participant, int visit, StudyReason what) const;
  /// Faults of a visit, in no order.
  std::vector<PlantedFault> faults_at(int participant, int visit) const;

  /// Of the muscle itself, whatever its channel made of it: electrodes and day included, repetitions not. Without treatment: with
  /// everything but its effect.
  double ln_level(int participant, int visit, std::size_t channel, int task) const;  ///< ln of the RMS in microvolts
  double mdf_hz(int participant, int visit, std::size_t channel) const;              ///< 0 Hz to fs/2
  double ln_effect(int participant, int visit, std::size_t channel, int task) const;
  double mdf_effect_hz(int participant, int visit, std::size_t channel) const;

  /// What is recorded, faults and repetitions included.
  SimulatedVisit visit(int participant, int visit) const;

 private:
  bool paretic(int participant, std::size_t channel) const;
  double treatment(int participant, int visit, std::size_t channel) const;
  double repetition(int participant, int visit, std::size_t channel, int task, int number) const;
  void add_participants();
  void add_sessions();

  StudySimulation simulation_;
  Study study_;
  std::vector<SimulatedChannel> channels_;
  std::vector<char> arms_;
};

/// The shape of noise whose median frequency between 0 Hz and fs/2 is `mdf_hz` once it is sampled; fh = 2 fl.
NoiseShape shape_of_mdf(double mdf_hz, double fs_hz);

}  // namespace semg
