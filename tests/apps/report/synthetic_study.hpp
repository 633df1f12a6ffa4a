// SPDX-License-Identifier: BSD-3-Clause
// Studies for the tests of the report: made-up people whose changes, faults and missing visits are known.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "apps/report/study_report.hpp"
#include "engine/study/changes.hpp"
#include "engine/study/values.hpp"

namespace semg {

/// A study with everything in it: 12 people, six visits, both sides of two muscles.
///   S03 rises by 80 % from T1 on, S05 falls to half at M6; S02's T1 is out of its window; S04's sides are exchanged at T2; S06's T2 holds
///   the samples of its T1; S07's T3 has a dead channel; S08's M6 is in another unit; S09's M6 has 1000 Hz; S10's T2 is excluded;
///   S11's T3 is missing (pneumonia); S12's M6 could not be read.
inline StudyResults synthetic_study();
/// One person, 30 days, eight channels without sides, no second baseline, three motions.
inline StudyResults thirty_days();

namespace synthetic {

class Noise {
 public:
  explicit Noise(unsigned seed) : random_(seed) {}
  double operator()() {  // about standard normal, the same on every machine
    double sum = 0;
    for (int k = 0; k < 12; ++k) sum += static_cast<double>(random_()) / 4294967296.0;
    return sum - 6;
  }

 private:
  std::mt19937 random_;
};

inline PlannedVisit visit(const char* id, const char* label, VisitRole role, const char* anchor, int first, int last) {
  return {.id = id, .label = label, .role = role, .anchor = anchor, .window_first_day = first, .window_last_day = last};
}

inline SessionChannel channel(const std::string& muscle, Side side, Noise& noise) {
  SessionChannel channel;
  channel.about.label = muscle + " " + to_string(side);
  channel.about.muscle = muscle;
  channel.about.side = side;
  channel.about.lsb = 0.0763;
  channel.muscle = muscle;
  channel.rest_rms = 2.4 * std::exp(0.2 * noise());
  channel.rms = 60 * std::exp(0.2 * noise());
  channel.snr_db = 24 + 2 * noise();
  channel.line_db = -38 + 3 * noise();
  channel.mdf_hz = 92 + 4 * noise();
  return channel;
}

/// The value of one cell, with a spread inside the visit of `within` (ln, or the feature's unit) over n repetitions.
inline void fill(ValueCell& cell, double on_scale_value, double within, std::int64_t n) {
  const double half = 2.8 * within / std::sqrt(static_cast<double>(n));
  const bool ln = cell.feature->scale == ChangeScale::ln_ratio;
  const auto out = [&](double x) { return nine_digits(ln ? std::exp(x) : x); };
  cell.value = out(on_scale_value);
  cell.ci_low = out(on_scale_value - half);
  cell.ci_high = out(on_scale_value + half);
  cell.variance = within * within / static_cast<double>(n);
  cell.df = static_cast<double>(n - 1);
  cell.n = n;
}

}  // namespace synthetic

inline StudyResults synthetic_study() {
  using namespace synthetic;
  StudyResults r;
  StudyPlan& plan = r.study.plan;
  plan.id = "SIM-01";
  plan.title = "A simulated study of ankle muscles after stroke";
  plan.paretic = true;
  plan.visits = {visit("B1", "baseline 1", VisitRole::baseline, "transplant1", -28, -8),
                 visit("B2", "baseline 2", VisitRole::baseline, "transplant1", -7, 0),
                 visit("T1", "3-7 days after transplant 1", VisitRole::follow_up, "transplant1", 3, 7),
                 visit("T2", "3-7 days after transplant 2", VisitRole::follow_up, "transplant2", 3, 7),
                 visit("T3", "3-7 days after transplant 3", VisitRole::follow_up, "transplant3", 3, 7),
                 visit("M6", "6-month follow-up", VisitRole::follow_up, "transplant3", 168, 196)};
  const auto task = [](const char* id, const char* label, TaskKind kind, std::vector<std::string> muscles,
                       std::vector<std::string> features) {
    PlannedTask t;
    t.id = id, t.label = label, t.kind = kind, t.muscles = std::move(muscles), t.features = std::move(features);
    if (kind == TaskKind::mvc) t.reference_for = t.muscles;
    return t;
  };
  plan.tasks = {task("rest", "rest", TaskKind::rest, {"TA", "GM"}, {}),
                task("mvc_df", "maximal dorsiflexion", TaskKind::mvc, {"TA"}, {"mvc_rms"}),
                task("mvc_pf", "maximal plantarflexion", TaskKind::mvc, {"GM"}, {"mvc_rms"}),
                task("df_reps", "ankle dorsiflexion", TaskKind::repetitions, {"TA", "GM"}, {"rms_active", "mdf_active", "duration"}),
                task("df_hold50", "a hold at 50 %", TaskKind::hold, {"TA", "GM"}, {"rms", "mdf", "mdf_slope"})};
  plan.muscles = {{.id = "TA", .name = "tibialis anterior", .aliases = {}, .sides = {Side::left, Side::right}},
                  {.id = "GM", .name = "gastrocnemius medialis", .aliases = {}, .sides = {Side::left, Side::right}}};
  plan.views = {View::raw, View::mvc, View::paretic_ratio};
  plan.reliability.source = ReliabilitySource::visits;
  plan.reliability.visits = {"B1", "B2"};
  const auto endpoint = [](EndpointRole role, const char* task_id, std::vector<std::string> features, View view,
                           std::vector<std::string> visits) {
    return Endpoint{.role = role,
                    .task = task_id,
                    .muscle = "TA",
                    .side = "paretic",
                    .features = std::move(features),
                    .view = view,
                    .visits = std::move(visits)};
  };
  plan.endpoints = {endpoint(EndpointRole::primary, "df_reps", {"rms_active"}, View::mvc, {"M6"}),
                    endpoint(EndpointRole::secondary, "df_reps", {"mdf_active", "duration"}, View::raw, {"T1", "T2", "T3", "M6"}),
                    endpoint(EndpointRole::secondary, "df_hold50", {"mdf_slope"}, View::raw, {"T1", "T2", "T3", "M6"})};

  const std::array<int, 6> after = {-20, -4, 5, 4, 6, 181};
  r.study.sessions = {{.participant_id = "S11", .visit_id = "T3", .task = "", .note = "pneumonia", .recorded_on = {}}};
  r.study.exclusions = {{.participant_id = "S10",
                         .visit_id = "T2",
                         .task = "",
                         .muscle = "",
                         .side = Side::none,
                         .reason = "spasm during all tasks",
                         .by = "KL",
                         .on = "2026-04-02"}};
  Noise noise(11);
  for (int p = 0; p < 12; ++p) {
    Participant who;
    who.id = (p < 9 ? "S0" : "S") + std::to_string(p + 1);
    who.paretic = p % 2 == 0 ? Side::left : Side::right;
    for (int k = 0; k < 3; ++k) who.anchors["transplant" + std::to_string(k + 1)] = Day{20000 + 63 * k + 5 * p, true};
    r.study.participants.push_back(who);
    for (int v = 0; v < 6; ++v) {
      VisitState state;
      state.participant = p, state.visit = v;
      const bool missing = p == 10 && v == 4;
      const int days = after[static_cast<std::size_t>(v)] + (p == 1 && v == 2 ? 4 : 0) + (v == 5 ? p % 3 : 0);
      const Day day{who.anchors[plan.visits[static_cast<std::size_t>(v)].anchor].number + days, true};
      const std::string begins = plan.visits[static_cast<std::size_t>(v)].id + " of " + who.id + ": ";
      if (!missing) {
        state.day = day, state.days_after_anchor = days, state.recordings = 1;
        state.kind = VisitState::Kind::usable;
        Session session;
        session.recording_id = session.recording_name = who.id + "_" + plan.visits[static_cast<std::size_t>(v)].id;
        session.recording_sha256 = std::string(63, 'a') + std::to_string(v);
        session.participant_id = who.id, session.visit_id = plan.visits[static_cast<std::size_t>(v)].id;
        session.day = day, session.fs_hz = p == 8 && v == 5 ? 1000 : 2000, session.low_pass_hz = 450;
        session.duration_s = 412.5, session.simulated = true, session.engine_version = "semg 0.2.0";
        for (const char* muscle : {"TA", "GM"}) {
          for (const Side side : {Side::left, Side::right}) session.channels.push_back(channel(muscle, side, noise));
        }
        if (p == 11 && v == 5) session.channels.clear(), session.unreadable = "S12_M6.nwb: /acquisition/emg: found 3 channels, expected 4";
        if (p == 6 && v == 4) {
          session.channels[0].snr_db = 1.2, session.channels[0].invalid_share = 0.93, session.channels[0].invalid_because = Reason::flat;
          state.kind = VisitState::Kind::partly, state.because = {begins + "TA left: flat for 93 % of the time"};
        }
        if (p == 4 && v == 3) session.channels[2].line_db = -12.4;
        r.sessions.push_back(session);
      } else {
        state.because = {begins + "not recorded (pneumonia)"};
      }
      if (p == 1 && v == 2)
        state.kind = VisitState::Kind::out_of_window,
        state.because = {begins + "9 days after transplant1, window 3 to 7: out of window (kept, flagged)"};
      if (p == 9 && v == 3)
        state.kind = VisitState::Kind::excluded, state.because = {begins + "excluded by KL on 2026-04-02: spasm during all tasks"};
      if (p == 11 && v == 5) state.kind = VisitState::Kind::not_usable, state.because = {begins + r.sessions.back().unreadable};
      r.visits.push_back(state);

      // What a day adds to all of one muscle and side, and what the person's course is.
      std::array<double, 4> of_day{};
      for (double& d : of_day) d = 0.11 * noise();
      for (int t = 1; t < 5; ++t) {
        const PlannedTask& planned = plan.tasks[static_cast<std::size_t>(t)];
        for (int m = 0; m < 2; ++m) {
          if (std::find(planned.muscles.begin(), planned.muscles.end(), plan.muscles[static_cast<std::size_t>(m)].id) ==
              planned.muscles.end())
            continue;
          for (const Side side : {Side::left, Side::right}) {
            for (const std::string& name : planned.features) {
              const ComparedFeature* feature = find_feature(name);
              for (const View view : views_of(plan, planned, plan.muscles[static_cast<std::size_t>(m)], *feature)) {
                ValueCell cell;
                cell.participant = p, cell.visit = v, cell.task = t, cell.muscle = m, cell.side = side, cell.feature = feature,
                cell.view = view;
                cell.side_role = side == who.paretic ? "paretic" : "non_paretic";
                cell.unit = view == View::mvc             ? "%"
                            : view == View::paretic_ratio ? "1"
                            : feature->unit.empty()       ? "uV"
                                                          : std::string(feature->unit);
                cell.n_unit = "repetitions";
                const bool paretic = side == who.paretic;
                const bool rising = p == 2 && v > 1 && paretic && m == 0, falling = p == 4 && v == 5 && paretic && m == 0;
                double level = view == View::mvc             ? std::log(45.0)
                               : view == View::paretic_ratio ? (paretic ? -0.5 : 0.5)
                                                             : std::log(paretic ? 48.0 : 90.0);
                level += 0.03 * p + (rising && t != 1 ? 0.6 : 0) + (rising && t == 1 && v == 5 ? 0.6 : 0) + (falling ? -0.7 : 0);
                double within = 0.12;
                if (feature->scale == ChangeScale::difference) {
                  within = name == "duration" ? 0.15 : name == "mdf_slope" ? 0.03 : 4;
                  level = name == "duration" ? 2.6 + 0.05 * p : name == "mdf_slope" ? -0.4 : 88 + p;
                }
                const double day_sd = feature->scale == ChangeScale::ln_ratio
                                          ? of_day[static_cast<std::size_t>(2 * m + (side == Side::left))] + 0.04 * noise()
                                          : 0.8 * within * noise();
                if (missing) {
                  cell.reason.add(StudyReason::not_recorded);
                } else {
                  cell.session = static_cast<int>(r.sessions.size()) - 1, cell.session_channel = 2 * m + (side == Side::right ? 1 : 0);
                  cell.day = day, cell.recording_id = r.sessions.back().recording_id,
                  cell.channel = plan.muscles[static_cast<std::size_t>(m)].id + "_" + to_string(side);
                  cell.noise_corrected = feature->amplitude;
                  if (p == 11 && v == 5) {
                    cell.session = -1, cell.reason.add(StudyReason::unreadable);
                  } else if (p == 6 && v == 4 && m == 0 && side == Side::left) {
                    cell.reason.add(Reason::flat), cell.reason.add(StudyReason::collapsed_channel);
                  } else if (p == 0 && v == 5 && view == View::mvc) {
                    cell.reason.add(StudyReason::no_mvc);
                  } else if (feature->spectral && p == 3 && v == 5 && !paretic) {
                    cell.reason.add(Reason::low_snr);
                  } else {
                    fill(cell, level + day_sd, within, 5);
                  }
                  if (p == 3 && v == 3) cell.reason.add(StudyReason::exchanged_sides);
                  if (p == 5 && (v == 2 || v == 3)) cell.reason.add(StudyReason::duplicate_recording);
                  if (p == 7 && v == 5) cell.reason.add(StudyReason::unit_jump);
                  if (p == 9 && v == 3) cell.reason.add(StudyReason::excluded);
                  if (p == 1 && v == 2) cell.reason.add(StudyReason::out_of_window);
                }
                r.values.push_back(cell);
              }
            }
          }
        }
      }
    }
  }
  const auto find = [&](int p, int v, const char* muscle, Side side, StudyReason code, std::string text) {
    const std::string id = (p < 9 ? "S0" : "S") + std::to_string(p + 1) + "_" + plan.visits[static_cast<std::size_t>(v)].id;
    r.findings.push_back(
        {.participant = p, .visit = v, .recording_id = id, .muscle = muscle, .side = side, .code = code, .text = std::move(text)});
  };
  for (const char* muscle : {"TA", "GM"}) {
    for (const Side side : {Side::left, Side::right})
      find(3, 3, muscle, side, StudyReason::exchanged_sides, std::string("S04_T2: left and right ") + muscle + " look exchanged");
  }
  find(5, 2, "", Side::none, StudyReason::duplicate_recording, "S06_T1: holds the same samples as S06_T2");
  find(5, 3, "", Side::none, StudyReason::duplicate_recording, "S06_T2: holds the same samples as S06_T1");
  find(6, 4, "TA", Side::left, StudyReason::collapsed_channel, "S07_T3: TA left is flat for 93 % of the time");
  find(7, 5, "TA", Side::right, StudyReason::unit_jump,
       "S08_M6: TA right is 998 times as large as at the other visits; the unit looks wrong");
  find(0, 4, "", Side::none, StudyReason::different_band,
       "S01_T3: the spectrum differs from the other visits: -14 dB in 20-40 Hz; the device's filter looks changed");
  find(11, 5, "", Side::none, StudyReason::unreadable, "S12_M6.nwb: /acquisition/emg: found 3 channels, expected 4");
  r.findings.push_back({.participant = -1,
                        .visit = -1,
                        .recording_id = "pilot_1",
                        .muscle = "",
                        .side = Side::none,
                        .code = StudyReason::not_in_plan,
                        .text = "pilot_1: participant P00, visit unknown: not in the study; left out"});
  find(1, 2, "", Side::none, StudyReason::out_of_window,
       "T1 of S02: 9 days after transplant1, window 3 to 7: out of window (kept, flagged)");
  compare_visits(r);
  return r;
}

inline StudyResults thirty_days() {
  using namespace synthetic;
  StudyResults r;
  StudyPlan& plan = r.study.plan;
  plan.id = "armband";
  plan.title = "Thirty days with an armband";
  for (int d = 1; d <= 30; ++d) {
    PlannedVisit day;
    day.id = "day" + std::to_string(d);
    day.role = d == 1 ? VisitRole::baseline : VisitRole::follow_up;
    plan.visits.push_back(day);
  }
  for (const char* id : {"M1", "M2", "M3"}) {
    PlannedTask task;
    task.id = id, task.kind = TaskKind::repetitions, task.features = {"rms_active", "mdf_active", "duration"};
    if (task.id == "M1") task.kind = TaskKind::rest;
    plan.tasks.push_back(task);
  }
  for (int c = 1; c <= 8; ++c) plan.muscles.push_back({.id = "ch" + std::to_string(c), .name = "", .aliases = {}, .sides = {Side::none}});
  std::vector<std::string> all;
  for (int d = 2; d <= 30; ++d) all.push_back("day" + std::to_string(d));
  plan.endpoints = {{.role = EndpointRole::primary,
                     .task = "M2",
                     .muscle = "ch3",
                     .side = "none",
                     .features = {"rms_active"},
                     .view = View::raw,
                     .visits = {"day30"}},
                    {.role = EndpointRole::secondary,
                     .task = "M3",
                     .muscle = "ch3",
                     .side = "none",
                     .features = {"rms_active"},
                     .view = View::raw,
                     .visits = all}};
  r.study.participants = {Participant{.id = "P1", .site = "", .anchors = {}}};
  Noise noise(3);
  for (int v = 0; v < 30; ++v) {
    VisitState state;
    state.visit = v, state.kind = VisitState::Kind::usable, state.day = Day{v + 1, false}, state.recordings = 1;
    r.visits.push_back(state);
    Session session;
    session.recording_id = session.recording_name = "P1_day" + std::to_string(v + 1);
    session.participant_id = "P1", session.visit_id = plan.visits[static_cast<std::size_t>(v)].id;
    session.day = state.day, session.fs_hz = 200, session.low_pass_hz = 90, session.duration_s = 18;
    for (const PlannedMuscle& muscle : plan.muscles) {
      session.channels.push_back(channel(muscle.id, Side::none, noise));
      session.channels.back().about.unit = Unit::arbitrary;
    }
    r.sessions.push_back(session);
    for (int t = 1; t < 3; ++t) {
      for (int m = 0; m < 8; ++m) {
        for (const std::string& name : plan.tasks[static_cast<std::size_t>(t)].features) {
          ValueCell cell;
          cell.participant = 0, cell.visit = v, cell.task = t, cell.muscle = m, cell.feature = find_feature(name);
          cell.unit = cell.feature->unit.empty() ? "a.u." : std::string(cell.feature->unit);
          cell.n_unit = "repetitions", cell.session = v, cell.session_channel = m, cell.day = state.day;
          if (cell.feature->spectral) {
            cell.reason.add(Reason::rate_below_band);
          } else {
            fill(cell, (name == "duration" ? 1.3 : -1.2 + 0.2 * m) + 0.25 * noise(), 0.15, 4);
          }
          r.values.push_back(cell);
        }
      }
    }
  }
  compare_visits(r);
  return r;
}

inline StudyReport report_of(const StudyResults& results) {
  return {.results = results,
          .plan_toml = "schema = \"semg-study/1\"\n\n[study]\nid = \"SIM-01\"\n",
          .plan_sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
          .settings_toml = "[filter]\nhigh_pass_hz = 20\nlow_pass_hz = 450\n",
          .settings_sha256 = "5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f",
          .engine_version = "semg 0.2.0",
          .definitions =
              "Conditioning: Butterworth high-pass 20 Hz and low-pass 450 Hz, order 2 each, causal, one pass.\nRMS: root mean square of "
              "250 ms windows every 125 ms."};
}

}  // namespace semg
