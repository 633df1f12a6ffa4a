// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_study.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/simulation/simulation.hpp"
#include "engine/study/study_plan.hpp"

namespace semg {
namespace {

/// What the numbers of a study are drawn for. Part of what a seed means: never renumbered.
enum class Drawn : std::uint64_t {
  participant = 301,
  electrode = 302,
  task_day = 303,
  repetition = 304,
  frequency = 305,
  paretic_side = 306,
  date = 307,
  arm = 308
};

constexpr double kParticipantSd = 0.35, kElectrodeSd = 0.12, kTaskDaySd = 0.09, kMvcDaySd = 0.05, kRepetitionSd = 0.08;
constexpr double kPareticLn = -0.7, kMvcShare = 0.5;
constexpr double kMdfHz = 75, kNonPareticHz = 8, kMdfDaySdHz = 4, kEffectHz = 3;
constexpr double kMostSd = 2;
constexpr std::array<double, 3> kArmEffects = {0.35, 0.05, 0.45};
constexpr double kDeadShare = 0.1;  // of the floor that a short-circuited input keeps

// Tasks of the plan, in its order.
enum Task : int { rest, mvc_df, mvc_pf, df_reps, df_hold50 };
constexpr double kRestS = 10, kMvcPauseS = 1, kRepetitionPauseS = 1.5, kHoldPauseS = 2;
constexpr int kMvcRepetitions = 3, kRepetitions = 5, kHoldS = 20;

/// RMS in microvolts on the non-paretic side of the mean participant, [muscles][tasks]: TA pulls the foot up, GM presses it down.
constexpr std::array<std::array<double, 5>, 2> kLevelUv = {{{0, 250, 60, 100, 120}, {0, 50, 220, 50, 55}}};

double drawn(std::uint64_t seed, Drawn what, std::initializer_list<std::int64_t> place) {
  std::uint64_t key = 0;
  for (const std::int64_t p : place) key = key * 4096 + static_cast<std::uint64_t>(p) + 1;
  RandomStream random({seed, static_cast<std::uint64_t>(what), key});
  double value = random.gaussian();
  while (std::abs(value) > kMostSd && what == Drawn::participant) value = random.gaussian();
  return value;
}

/// 0, 1, ... n - 1, each as likely.
std::int64_t choice(std::uint64_t seed, Drawn what, std::int64_t place, int n) {
  RandomStream random({seed, static_cast<std::uint64_t>(what), static_cast<std::uint64_t>(place) + 1});
  return static_cast<std::int64_t>(random.uniform() * n);
}

std::size_t size(int index) {
  return static_cast<std::size_t>(index);
}

}  // namespace

std::vector<PlantedFault> usual_faults() {
  return {{.what = StudyReason::not_recorded, .participant = "SIM07", .visit = "T2"},
          {.what = StudyReason::not_recorded, .participant = "SIM11", .visit = "T3"},
          {.what = StudyReason::collapsed_channel, .participant = "SIM05", .visit = "T1", .muscle = "TA"},
          {.what = StudyReason::exchanged_sides, .participant = "SIM04", .visit = "T2"},
          {.what = StudyReason::different_rate, .participant = "SIM09", .visit = "M6"}};
}

SimulatedStudy::SimulatedStudy(const StudySimulation& simulation) : simulation_(simulation) {
  const auto require = [](bool fits, const char* name, double value, const char* limits) {
    if (!fits) throw Error(Fault::usage, fmt::format("{}: found {}, expected {}", name, value, limits));
  };
  require(simulation.participants >= 1 && simulation.participants <= 999, "--participants", simulation.participants, "1 to 999");
  require(simulation.effect >= -4 && simulation.effect <= 4, "--effect", simulation.effect, "-4 to 4");
  require(simulation.fs_hz >= 1000 && simulation.fs_hz <= 20000, "--fs", simulation.fs_hz, "1000 to 20000 Hz");
  study_.plan = study_plan_from_toml(simulated_study_toml(), "study.toml");
  for (std::size_t m = 0; m < study_.plan.muscles.size(); ++m) {
    for (const Side side : {Side::right, Side::left}) channels_.push_back({.muscle = static_cast<int>(m), .side = side});
  }
  add_participants();
  add_sessions();
}

void SimulatedStudy::add_participants() {
  constexpr std::int64_t kFirstDay = 20271;  // 2025-07-02
  for (int p = 0; p < simulation_.participants; ++p) {
    Participant who{.id = fmt::format("SIM{:02}", p + 1), .site = "SIMSITE", .anchors = {}};
    who.paretic = choice(simulation_.seed, Drawn::paretic_side, p, 2) == 0 ? Side::left : Side::right;
    who.dominant = Side::right;
    std::int64_t day = kFirstDay + 7 * p + choice(simulation_.seed, Drawn::date, 1000 * p, 7);
    for (int k = 1; k <= 3; ++k) {
      who.anchors[fmt::format("transplant{}", k)] = Day{.number = day, .calendar = true};
      day += 58 + choice(simulation_.seed, Drawn::date, 1000 * p + k, 7);
    }
    study_.participants.push_back(std::move(who));
    // Blocks of three, each arm once in each.
    if (p % 3 == 0) {
      std::array<char, 3> block = {'X', 'Y', 'Z'};
      for (int k = 2; k > 0; --k)
        std::swap(block[size(k)], block[size(static_cast<int>(choice(simulation_.seed, Drawn::arm, 3 * p + k, k + 1)))]);
      arms_.insert(arms_.end(), block.begin(), block.end());
    }
  }
  arms_.resize(size(simulation_.participants));
}

void SimulatedStudy::add_sessions() {
  for (int p = 0; p < simulation_.participants; ++p) {
    for (int v = 0; v < static_cast<int>(study_.plan.visits.size()); ++v) {
      if (!recorded(p, v)) continue;
      const std::string& who = study_.participants[size(p)].id;
      const std::string& visit = study_.plan.visits[size(v)].id;
      study_.sessions.push_back({.participant_id = who, .visit_id = visit, .task = {}, .note = {}, .recorded_on = day(p, v)});
      study_.sessions.back().file = fmt::format("{}_{}.nwb", who, visit);
    }
  }
}

int SimulatedStudy::channel_of(int muscle, Side side) const noexcept {
  const auto at =
      std::find_if(channels_.begin(), channels_.end(), [&](const SimulatedChannel& c) { return c.muscle == muscle && c.side == side; });
  return at == channels_.end() ? -1 : static_cast<int>(at - channels_.begin());
}

Day SimulatedStudy::day(int participant, int visit) const {
  const PlannedVisit& planned = study_.plan.visits[size(visit)];
  const int first = *planned.window_first_day, last = *planned.window_last_day;
  const std::int64_t anchor = study_.participants[size(participant)].anchors.at(planned.anchor).number;
  return {.number = anchor + first + choice(simulation_.seed, Drawn::date, 1000 * participant + 10 + visit, last - first + 1),
          .calendar = true};
}

double SimulatedStudy::fs_hz(int participant, int visit) const {
  return has_fault(participant, visit, StudyReason::different_rate) ? 1000 : simulation_.fs_hz;
}

std::vector<PlantedFault> SimulatedStudy::faults_at(int participant, int visit) const {
  std::vector<PlantedFault> here;
  for (const PlantedFault& fault : simulation_.faults) {
    if (fault.participant == study_.participants[size(participant)].id && fault.visit == study_.plan.visits[size(visit)].id)
      here.push_back(fault);
  }
  return here;
}

bool SimulatedStudy::has_fault(int participant, int visit, StudyReason what) const {
  const auto here = faults_at(participant, visit);
  return std::any_of(here.begin(), here.end(), [&](const PlantedFault& fault) { return fault.what == what; });
}

bool SimulatedStudy::paretic(int participant, std::size_t channel) const {
  return channels_[channel].side == study_.participants[size(participant)].paretic;
}

/// What the treatments have done by then, as a change of ln RMS.
double SimulatedStudy::treatment(int participant, int visit, std::size_t channel) const {
  if (!paretic(participant, channel)) return 0;
  const auto follow_up = std::count_if(study_.plan.visits.begin(), study_.plan.visits.begin() + visit + 1,
                                       [](const PlannedVisit& v) { return v.role == VisitRole::follow_up; });
  return simulation_.effect * kArmEffects[static_cast<std::size_t>(arm(participant) - 'X')] * static_cast<double>(follow_up) / 4;
}

double SimulatedStudy::ln_effect(int participant, int visit, std::size_t channel, int task) const {
  const bool maximal = study_.plan.tasks[size(task)].kind == TaskKind::mvc;
  return treatment(participant, visit, channel) * (maximal ? kMvcShare : 1);
}

double SimulatedStudy::mdf_effect_hz(int participant, int visit, std::size_t channel) const {
  return kEffectHz * treatment(participant, visit, channel);
}

double SimulatedStudy::ln_level(int participant, int visit, std::size_t channel, int task) const {
  const auto c = static_cast<std::int64_t>(channel);
  const bool maximal = study_.plan.tasks[size(task)].kind == TaskKind::mvc;
  const auto of = [&](Drawn what, std::initializer_list<std::int64_t> place) { return drawn(simulation_.seed, what, place); };
  return std::log(kLevelUv[size(channels_[channel].muscle)][size(task)]) + kParticipantSd * of(Drawn::participant, {participant}) +
         (paretic(participant, channel) ? kPareticLn : 0) + kElectrodeSd * of(Drawn::electrode, {participant, visit, c}) +
         (maximal ? kMvcDaySd : kTaskDaySd) * of(Drawn::task_day, {participant, visit, c, task}) +
         ln_effect(participant, visit, channel, task);
}

double SimulatedStudy::mdf_hz(int participant, int visit, std::size_t channel) const {
  return kMdfHz + (paretic(participant, channel) ? 0 : kNonPareticHz) +
         kMdfDaySdHz * drawn(simulation_.seed, Drawn::frequency, {participant, visit, static_cast<std::int64_t>(channel)}) +
         mdf_effect_hz(participant, visit, channel);
}

/// A hold is done once: what it differs from itself on another day is the day's.
double SimulatedStudy::repetition(int participant, int visit, std::size_t channel, int task, int number) const {
  if (study_.plan.tasks[size(task)].kind == TaskKind::hold) return 0;
  const double deviation =
      kRepetitionSd * drawn(simulation_.seed, Drawn::repetition, {participant, visit, static_cast<std::int64_t>(channel), task, number});
  // Repetitions meet the level in their geometric mean; the seconds of a hold, whose RMS is one, in their mean power.
  return study_.plan.tasks[size(task)].kind == TaskKind::hold ? deviation - kRepetitionSd * kRepetitionSd : deviation;
}

SimulatedVisit SimulatedStudy::visit(int participant, int visit) const {
  const double fs = fs_hz(participant, visit);
  const std::size_t channels = channels_.size();
  const bool exchanged = has_fault(participant, visit, StudyReason::exchanged_sides);
  // Whose signal a channel carries.
  const auto source_of = [&](std::size_t c) {
    return exchanged ? size(channel_of(channels_[c].muscle, channels_[c].side == Side::left ? Side::right : Side::left)) : c;
  };
  std::vector<bool> dead(channels, false);
  for (const PlantedFault& fault : faults_at(participant, visit)) {
    for (std::size_t c = 0; c < channels; ++c) {
      if (fault.what == StudyReason::collapsed_channel && paretic(participant, c) &&
          study_.plan.muscles[size(channels_[c].muscle)].id == fault.muscle)
        dead[c] = true;
    }
  }

  SimulatedVisit made{.seed = simulation_.seed,
                      .participant = static_cast<std::uint64_t>(participant),
                      .visit = static_cast<std::uint64_t>(visit),
                      .recording = {},
                      .shapes = {},
                      .floor_uv = {},
                      .stretches = {}};
  Recording& recording = made.recording;
  const std::string& who = study_.participants[size(participant)].id;
  recording.participant_id = who;
  recording.visit_id = study_.plan.visits[size(visit)].id;
  recording.recording_id = who + "_" + recording.visit_id;
  recording.session_start =
      fmt::format("{}T{:02}:{:02}:00+00:00", day_text(day(participant, visit)), 8 + participant % 8, 10 * (visit % 6));
  recording.device = "semg simulate";
  recording.source_format = "simulation";
  recording.simulated = true;
  recording.sample_type = SampleType::int16;
  recording.conversion = kSimulatedLsb * 1e-6;
  recording.stream.fs_hz = fs;
  constexpr double kRailCounts = 32767;
  for (std::size_t c = 0; c < channels; ++c) {
    const PlannedMuscle& muscle = study_.plan.muscles[size(channels_[c].muscle)];
    recording.stream.channels.push_back({.label = fmt::format("{} {}", muscle.id, to_string(channels_[c].side)),
                                         .muscle = muscle.id,
                                         .side = channels_[c].side,
                                         .lsb = kSimulatedLsb,
                                         .rail_low = -(kRailCounts + 1) * kSimulatedLsb,
                                         .rail_high = kRailCounts * kSimulatedLsb,
                                         .ied_mm = study_.plan.acquisition.interelectrode_distance_mm,
                                         .reference = study_.plan.acquisition.reference});
    made.shapes.push_back(shape_of_mdf(mdf_hz(participant, visit, source_of(c)), fs));
    made.floor_uv.push_back(dead[c] ? kDeadShare * kFloorUv : kFloorUv);
  }

  std::int64_t row = 0;
  const auto rows_of = [&](double seconds) { return std::llround(seconds * fs); };
  const auto add_stretch = [&](int task, int number, double seconds) {
    SimulatedStretch stretch{.first_row = row, .rows = rows_of(seconds), .level_uv = {}};
    for (std::size_t c = 0; c < channels; ++c) {
      const std::size_t from = source_of(c);
      stretch.level_uv.push_back(
          dead[c] ? 0 : std::exp(ln_level(participant, visit, from, task) + repetition(participant, visit, from, task, number)));
    }
    row += stretch.rows;
    made.stretches.push_back(std::move(stretch));
  };
  const auto add_repetitions = [&](int task, int repetitions, double pause_s) {
    for (int number = 1; number <= repetitions; ++number) {
      const std::int64_t first = row;
      row += rows_of(pause_s);
      add_stretch(task, number, kBurstS);
      row += rows_of(pause_s);
      recording.periods.push_back(
          {.first_row = first, .rows = row - first, .task = study_.plan.tasks[size(task)].id, .repetition = number});
    }
  };
  row += rows_of(kRestS);
  recording.periods.push_back({.first_row = 0, .rows = row, .task = study_.plan.tasks[Task::rest].id});
  add_repetitions(Task::mvc_df, kMvcRepetitions, kMvcPauseS);
  add_repetitions(Task::mvc_pf, kMvcRepetitions, kMvcPauseS);
  add_repetitions(Task::df_reps, kRepetitions, kRepetitionPauseS);
  row += rows_of(kHoldPauseS);
  const std::int64_t hold = row;
  for (int second = 1; second <= kHoldS; ++second) add_stretch(Task::df_hold50, second, 1);
  recording.periods.push_back({.first_row = hold, .rows = row - hold, .task = study_.plan.tasks[Task::df_hold50].id});
  row += rows_of(kHoldPauseS);
  recording.rows = row;
  return made;
}

NoiseShape shape_of_mdf(double mdf_hz, double fs_hz) {
  const auto of = [&](double fl_hz) { return NoiseShape{.fl_hz = fl_hz, .fh_hz = 2 * fl_hz}; };
  const auto median_of = [&](double fl_hz) { return spectrum_moments(NoiseDensity(of(fl_hz), fs_hz), 0, fs_hz / 2).mdf_hz; };
  // The median is nearly in proportion to fl: each step leaves a tenth of the error or less.
  double fl_hz = mdf_hz / 1.595131577962;  // of the analogue model
  for (int step = 0; step < 6; ++step) fl_hz *= mdf_hz / median_of(fl_hz);
  return of(fl_hz);
}

}  // namespace semg
