// SPDX-License-Identifier: BSD-3-Clause
// A study of a few numbers, known by heart: three participants, two baselines and two visits, one muscle on both sides.
#pragma once

#include <string>
#include <vector>

#include "engine/study/changes.hpp"
#include "engine/study/suspicions.hpp"
#include "engine/study/values.hpp"

namespace semg {

inline Study small_study() {
  Study study;
  StudyPlan& plan = study.plan;
  plan.id = "SIMSMALL";
  plan.paretic = true;
  plan.views = {View::raw, View::mvc, View::paretic_ratio};
  for (const char* id : {"B1", "B2", "T1", "M6"}) {
    plan.visits.push_back({.id = id,
                           .label = id,
                           .role = id[0] == 'B' ? VisitRole::baseline : VisitRole::follow_up,
                           .anchor = "",
                           .window_first_day = {},
                           .window_last_day = {}});
  }
  plan.tasks = {{.id = "rest", .label = "", .kind = TaskKind::rest, .muscles = {}, .reference_for = {}, .features = {}},
                {.id = "mvc", .label = "", .kind = TaskKind::mvc, .muscles = {}, .reference_for = {"TA"}, .features = {"mvc_rms"}},
                {.id = "reps",
                 .label = "",
                 .kind = TaskKind::repetitions,
                 .muscles = {},
                 .reference_for = {},
                 .repetitions = 3,
                 .features = {"rms_active", "mdf_active"}}};
  plan.muscles = {{.id = "TA", .name = "tibialis anterior", .aliases = {}, .sides = {Side::left, Side::right}}};
  plan.reliability = {.source = ReliabilitySource::visits, .visits = {"B1", "B2"}, .confidence = 0.95, .stated = {}};
  plan.endpoints = {{.role = EndpointRole::primary,
                     .task = "reps",
                     .muscle = "TA",
                     .side = "paretic",
                     .features = {"rms_active"},
                     .view = View::raw,
                     .visits = {"M6"}}};
  for (const char* id : {"S1", "S2", "S3"}) study.participants.push_back({.id = id, .site = "N", .paretic = Side::left, .anchors = {}});
  return study;
}

/// Values of one side: three repetitions about `level`, two attempts at an MVC.
struct SmallSide {
  double level = 100;
  double mvc = 200;
  double mdf_hz = 80;
  double rest = 0;
};

inline Observations observations(std::vector<double> values) {
  Observations o{.of = Observations::Of::repetitions, .values = std::move(values), .at = {}};
  for (std::size_t k = 0; k < o.values.size(); ++k) o.at.push_back(static_cast<double>(k + 1));
  return o;
}

inline SessionChannel small_channel(Side side, const SmallSide& s, std::uint64_t hash) {
  SessionChannel channel;
  channel.about = {
      .label = std::string("TA ") + to_string(side), .muscle = "TA", .side = side, .lsb = 0.125, .rail_low = {}, .rail_high = {}};
  channel.muscle = "TA";
  if (s.rest > 0) channel.rest_rms = s.rest;
  channel.rms = s.level;
  channel.mdf_hz = s.mdf_hz;
  channel.samples_hash = hash;
  const double r = s.rest * s.rest;
  const auto noisy = [&](double level) { return std::sqrt(level * level + r); };
  channel.tasks = {{.id = "rest", .repetitions = 1, .longest_s = 10, .features = {{"rms", observations({s.rest})}}, .epochs = {}},
                   {.id = "mvc",
                    .repetitions = 2,
                    .longest_s = 3,
                    .features = {{"mvc_rms", observations({noisy(s.mvc * 0.8), noisy(s.mvc)})}},
                    .epochs = {}},
                   {.id = "reps",
                    .repetitions = 3,
                    .longest_s = 6,
                    .features = {{"rms_active", observations({noisy(s.level / 1.1), noisy(s.level), noisy(s.level * 1.1)})},
                                 {"mdf_active", observations({s.mdf_hz - 1, s.mdf_hz, s.mdf_hz + 1})}},
                    .epochs = {}}};
  return channel;
}

inline Session small_session(const std::string& who, const std::string& visit, const SmallSide& left, const SmallSide& right) {
  Session session;
  session.participant_id = who;
  session.visit_id = visit;
  session.recording_id = who + "_" + visit;
  session.recording_name = session.recording_id + ".nwb";
  session.fs_hz = 2000;
  session.low_pass_hz = 450;
  session.rest_was_recorded = true;
  session.day = Day{.number = visit == "B1" ? 0 : visit == "B2" ? 10 : visit == "T1" ? 20 : 200, .calendar = false};
  const std::uint64_t hash = std::hash<std::string>{}(session.recording_id) | 1;
  session.channels = {small_channel(Side::left, left, hash), small_channel(Side::right, right, hash * 3)};
  return session;
}

/// Every participant at every visit: left (paretic) about 100, right about 250, day to day as `day` says.
inline std::vector<Session> small_sessions() {
  const double day[3][4] = {{1.0, 1.1, 1.05, 2.0}, {1.0, 0.9, 1.0, 1.0}, {1.0, 1.05, 0.98, 0.4}};
  std::vector<Session> sessions;
  for (int p = 0; p < 3; ++p) {
    const char* visits[] = {"B1", "B2", "T1", "M6"};
    for (int v = 0; v < 4; ++v) {
      sessions.push_back(small_session("S" + std::to_string(p + 1), visits[v],
                                       {.level = 100 * day[p][v], .mvc = 200 * day[p][v], .mdf_hz = 80.0 + p},
                                       {.level = 250, .mvc = 500, .mdf_hz = 90}));
    }
  }
  return sessions;
}

inline StudyResults compared(Study study, std::vector<Session> sessions) {
  StudyResults results;
  results.study = std::move(study);
  results.sessions = std::move(sessions);
  results.findings = suspicions(results.study, results.sessions);
  results.values = values_of(results.study, results.sessions, results.findings);
  compare_visits(results);
  return results;
}

inline const ValueCell& value_at(const StudyResults& r, const char* who, const char* visit, const char* task, Side side,
                                 const char* feature, View view) {
  for (const ValueCell& c : r.values) {
    if (r.study.participants[static_cast<std::size_t>(c.participant)].id == who &&
        r.study.plan.visits[static_cast<std::size_t>(c.visit)].id == visit &&
        r.study.plan.tasks[static_cast<std::size_t>(c.task)].id == task && c.side == side && c.feature->name == feature && c.view == view) {
      return c;
    }
  }
  throw std::logic_error("no such value is planned");
}

inline const ChangeCell& change_at(const StudyResults& r, const char* who, const char* visit, const char* task, Side side,
                                   const char* feature, View view) {
  for (const ChangeCell& c : r.changes) {
    if (r.study.participants[static_cast<std::size_t>(c.participant)].id == who &&
        r.study.plan.visits[static_cast<std::size_t>(c.visit)].id == visit &&
        r.study.plan.tasks[static_cast<std::size_t>(c.task)].id == task && c.side == side && c.feature->name == feature && c.view == view) {
      return c;
    }
  }
  throw std::logic_error("no such change is planned");
}

}  // namespace semg
