// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/completeness.hpp"

#include <doctest/doctest.h>

#include "engine/study/study_plan.hpp"

namespace semg {
namespace {

using VisitKind = VisitState::Kind;
using Sentences = std::vector<std::string>;

constexpr const char* kPlan = R"(schema = "semg-study/1"
[study]
id = "T"
[[visit]]
id = "B1"
role = "baseline"
[[visit]]
id = "T2"
anchor = "transplant2"
window_days = [3, 7]
[[task]]
id = "rest"
kind = "rest"
min_s = 10
[[task]]
id = "reps"
kind = "repetitions"
repetitions = 5
[[task]]
id = "hold"
kind = "hold"
duration_s = 30
muscles = ["TA"]
[[muscle]]
id = "TA"
[[muscle]]
id = "GM"
sides = ["right"]
[acquisition]
min_rate_hz = 1000
interelectrode_distance_mm = 20
reference = "patella"
[[endpoint]]
role = "primary"
task = "reps"
muscle = "TA"
side = "left"
feature = "rms_active"
visit = "T2"
)";

SessionTask task(const std::string& id, int repetitions, double longest_s) {
  return {.id = id, .repetitions = repetitions, .longest_s = longest_s, .features = {}, .epochs = {}};
}

SessionChannel channel(const std::string& muscle, Side side) {
  SessionChannel c;
  c.about.label = muscle;
  c.about.muscle = muscle;
  c.about.side = side;
  c.muscle = muscle;
  c.tasks = {task("rest", 1, 12), task("reps", 5, 6), task("hold", 1, 31)};
  return c;
}

/// A visit as planned.
Session session(const std::string& visit, const std::string& day) {
  Session s;
  s.recording_name = visit + ".nwb";
  s.participant_id = "S07";
  s.visit_id = visit;
  s.day = day_from(day);
  s.fs_hz = 2000;
  s.channels = {channel("TA", Side::left), channel("TA", Side::right), channel("GM", Side::right)};
  return s;
}

Study study() {
  Study s{.plan = study_plan_from_toml(kPlan, "study.toml"), .participants = {}, .sessions = {}, .exclusions = {}};
  s.participants.push_back(
      {.id = "S07", .site = "", .paretic = Side::none, .dominant = Side::none, .anchors = {{"transplant2", *day_from("2026-03-10")}}});
  return s;
}

VisitState t2(const Study& study, const Session& session) {
  const auto states = visit_states(study, {session});
  REQUIRE(states.size() == 2);
  return states[1];
}

}  // namespace

TEST_CASE("completeness: a visit as planned is usable and has nothing to say") {
  const auto states = visit_states(study(), {session("B1", "2026-02-01"), session("T2", "2026-03-15")});
  REQUIRE(states.size() == 2);
  CHECK(states[0].kind == VisitKind::usable);
  CHECK_FALSE(states[0].days_after_anchor);
  CHECK(states[1].kind == VisitKind::usable);
  CHECK(states[1].days_after_anchor == 5);
  CHECK(states[1].recordings == 1);
  CHECK(states[1].because.empty());
}

TEST_CASE("completeness: both days of a window are in it, the days beside it are not") {
  for (const auto& [day, kind] : {std::pair{"2026-03-12", VisitKind::out_of_window},
                                  {"2026-03-13", VisitKind::usable},
                                  {"2026-03-17", VisitKind::usable},
                                  {"2026-03-18", VisitKind::out_of_window}}) {
    CAPTURE(day);
    CHECK(t2(study(), session("T2", day)).kind == kind);
  }
  CHECK(t2(study(), session("T2", "2026-03-21")).because ==
        Sentences{"T2 of S07: 11 days after transplant2, window 3 to 7: out of window (kept, flagged)"});
  CHECK(t2(study(), session("T2", "2026-03-09")).because ==
        Sentences{"T2 of S07: 1 day before transplant2, window 3 to 7: out of window (kept, flagged)"});
}

TEST_CASE("completeness: a window that cannot be told is said, not guessed") {
  Session undated = session("T2", "");
  CHECK(t2(study(), undated).because ==
        Sentences{"T2 of S07: when it was recorded is not known, window 3 to 7 days after transplant2 cannot be told"});
  CHECK(t2(study(), undated).kind == VisitKind::partly);
  Study waiting = study();
  waiting.participants[0].anchors.clear();
  CHECK(t2(waiting, session("T2", "2026-03-21")).because == Sentences{"T2 of S07: transplant2 is not known, window 3 to 7 cannot be told"});
  CHECK(visit_states(waiting, {})[1].because == Sentences{"T2 of S07: not recorded; transplant2 is not known yet"});
  CHECK(t2(study(), session("T2", "12")).days_after_anchor == std::nullopt);  // a day of the study is no date
}

TEST_CASE("completeness: a visit that was not recorded says so, with the note of its session") {
  Study s = study();
  CHECK(visit_states(s, {})[0].because == Sentences{"B1 of S07: not recorded"});
  CHECK(visit_states(s, {})[0].kind == VisitKind::missing);
  s.sessions.push_back({.participant_id = "S07", .visit_id = "B1", .task = "", .note = "pneumonia", .recorded_on = {}});
  CHECK(visit_states(s, {})[0].because == Sentences{"B1 of S07: not recorded (pneumonia)"});
  Session other = session("B1", "2026-02-01");
  other.participant_id = "S08";
  CHECK(visit_states(s, {other})[0].kind == VisitKind::missing);
}

TEST_CASE("completeness: tasks and channels that are missing are named once each") {
  Session s = session("T2", "2026-03-15");
  s.channels.pop_back();
  for (SessionChannel& c : s.channels) c.tasks.erase(c.tasks.begin() + 1);
  CHECK(t2(study(), s).because == Sentences{"T2 of S07: muscle GM right: no such channel", "T2 of S07: task reps: not recorded"});
  CHECK(t2(study(), s).kind == VisitKind::partly);

  Session part = session("T2", "2026-03-15");
  part.channels[1].tasks.pop_back();
  CHECK(t2(study(), part).because == Sentences{"T2 of S07: task hold: muscle TA right: no such channel"});
}

TEST_CASE("completeness: another number of repetitions or duration than planned is named") {
  Session s = session("T2", "2026-03-15");
  for (SessionChannel& c : s.channels) c.tasks = {task("rest", 1, 6), task("reps", 4, 6), task("hold", 1, 20)};
  CHECK(t2(study(), s).because == Sentences{"T2 of S07: task rest: 6 s, planned at least 10 s",
                                            "T2 of S07: task reps: 4 repetitions, planned 5", "T2 of S07: task hold: 20 s, planned 30 s"});
}

TEST_CASE("completeness: a period that is not cut is judged by its activations, once they are known") {
  Session s = session("T2", "2026-03-15");
  for (SessionChannel& c : s.channels) c.tasks[1] = task("reps", 1, 40);
  CHECK(t2(study(), s).because.empty());
  for (SessionChannel& c : s.channels)
    c.tasks[1].features["duration"] = {.of = Observations::Of::activations, .values = {1, 1, 1, 1, 1}, .at = {1, 2, 3, 4, 5}};
  CHECK(t2(study(), s).because.empty());
  s.channels[0].tasks[1].features["duration"].values.pop_back();
  CHECK(t2(study(), s).because == Sentences{"T2 of S07: task reps: 4 repetitions, planned 5"});
}

TEST_CASE("completeness: trials that were recorded one by one are counted together") {
  std::vector<Session> trials(5, session("T2", "2026-03-15"));
  for (Session& s : trials) {
    for (SessionChannel& c : s.channels) c.tasks = {task("rest", 1, 12), task("reps", 1, 6), task("hold", 1, 31)};
  }
  CHECK(visit_states(study(), trials)[1].because.empty());
  CHECK(visit_states(study(), trials)[1].recordings == 5);
  trials.pop_back();
  CHECK(visit_states(study(), trials)[1].because == Sentences{"T2 of S07: task reps: 4 repetitions, planned 5"});
}

TEST_CASE("completeness: rate, unit, electrodes and reference that differ from the plan are named") {
  Session s = session("T2", "2026-03-15");
  s.fs_hz = 500;
  s.channels[0].about.unit = Unit::arbitrary;
  s.channels[1].about.ied_mm = 10;
  s.channels[2].about.ied_mm = 20.1;
  s.channels[2].about.reference = "wrist";
  CHECK(t2(study(), s).because == Sentences{"T2 of S07: T2.nwb: 500 Hz, planned at least 1000 Hz",
                                            "T2 of S07: muscle TA left: in a.u., other recordings in uV",
                                            "T2 of S07: muscle TA right: electrodes 10 mm apart, planned 20 mm",
                                            "T2 of S07: muscle GM right: reference electrode at wrist, planned patella"});
  for (SessionChannel& c : s.channels) c.about.unit = Unit::arbitrary;
  for (const std::string& sentence : t2(study(), s).because) CHECK(sentence.find("a.u.") == std::string::npos);  // all alike
}

TEST_CASE("completeness: a recording that cannot be read, or gives nothing that is planned, is not usable") {
  Session broken = session("T2", "2026-03-15");
  broken.channels.clear();
  broken.unreadable = "T2.nwb: no HDF5 file";
  CHECK(t2(study(), broken).because == Sentences{"T2 of S07: T2.nwb: no HDF5 file"});
  CHECK(t2(study(), broken).kind == VisitKind::not_usable);
  Session rest = session("T2", "2026-03-15");
  for (SessionChannel& c : rest.channels) c.tasks = {task("rest", 1, 12)};
  CHECK(t2(study(), rest).kind == VisitKind::not_usable);
}

TEST_CASE("completeness: an exclusion says who and why; of a part of a visit it leaves the rest") {
  Study s = study();
  s.exclusions.push_back({.participant_id = "S07",
                          .visit_id = "T2",
                          .task = "reps",
                          .muscle = "TA",
                          .side = Side::left,
                          .reason = "hum",
                          .by = "KL",
                          .on = ""});
  const auto part = t2(s, session("T2", "2026-03-15"));
  CHECK(part.because == Sentences{"T2 of S07: task reps: muscle TA left: excluded by KL: hum"});
  CHECK(part.kind == VisitKind::partly);
  s.exclusions[0] = {.participant_id = "",
                     .visit_id = "T2",
                     .task = "",
                     .muscle = "",
                     .side = Side::none,
                     .reason = "fire drill",
                     .by = "KL",
                     .on = "2026-04-01"};
  const auto whole = t2(s, session("T2", "2026-03-21"));
  CHECK(whole.because == Sentences{"T2 of S07: excluded by KL on 2026-04-01: fire drill"});
  CHECK(whole.kind == VisitKind::excluded);
}

}  // namespace semg
