// SPDX-License-Identifier: BSD-3-Clause
// semg study init, as it is called.
#include <doctest/doctest.h>

#include "apps/study/study_folder.hpp"
#include "engine/study/study_plan.hpp"
#include "tests/apps/study/study_recordings.hpp"

using namespace semg;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Channel channel(const std::string& label, const std::string& muscle, Side side) {
  return {.label = label, .muscle = muscle, .side = side, .lsb = {}, .rail_low = {}, .rail_high = {}};
}

std::vector<std::string> visits_of(const Study& study) {
  std::vector<std::string> ids;
  for (const PlannedVisit& visit : study.plan.visits) ids.push_back(visit.id + (visit.role == VisitRole::baseline ? "*" : ""));
  return ids;
}

}  // namespace

TEST_CASE("study init: what it writes of a study with two baselines can be read, and says what was found") {
  const ImportFolder folder;
  for (const char* who : {"S01", "S02"}) {
    const std::string w = who;
    write_small(folder, "recordings/" + w + "_B1.nwb", {.participant = w, .visit = "B1", .start = start_of("2026-01-05")});
    write_small(folder, "recordings/" + w + "_B2.nwb", {.participant = w, .visit = "B2", .start = start_of("2026-01-12")});
    write_small(folder, "recordings/" + w + "_AFTER.nwb", {.participant = w, .visit = "AFTER", .start = start_of("2026-02-12")});
  }
  const Outcome outcome = folder.run("study init .");
  CHECK(outcome.words == "");
  CHECK(outcome.code == 0);
  CHECK(holds(outcome.results, "found: 6 recordings of 2 participants at 3 visits\n"));
  CHECK(holds(outcome.results, "  visits    B1 (baseline), B2 (baseline), AFTER\n"));
  CHECK(holds(outcome.results, "  tasks     rest (rest), lift (repetitions)\n"));
  CHECK(holds(outcome.results, "written: study.toml, participants.csv, sessions.csv\n"));
  CHECK(holds(outcome.results, "semg compare study.toml -o results\n"));
  CHECK(folder.bytes("participants.csv") == "participant_id,site,paretic,dominant\nS01,,,\nS02,,,\n");
  CHECK(folder.bytes("sessions.csv")
            .starts_with("file,participant_id,visit_id,recorded_on,task,channels,note\n"
                         "S01_AFTER.nwb,S01,AFTER,2026-02-12,,,\n"));

  const Study study = read_study(folder.path("study.toml"));
  CHECK(visits_of(study) == std::vector<std::string>{"B1*", "B2*", "AFTER"});
  CHECK(study.plan.participant_pattern == "S[0-9]{2}");
  CHECK(study.plan.recordings == "recordings");
  CHECK(study.participants.size() == 2);
  CHECK(study.sessions.size() == 6);
  REQUIRE(study.plan.tasks.size() == 2);
  CHECK(study.plan.tasks[0].kind == TaskKind::rest);
  CHECK(study.plan.tasks[1].kind == TaskKind::repetitions);
  CHECK(study.plan.tasks[1].repetitions == 2);
  CHECK(study.plan.tasks[1].features == std::vector<std::string>{"rms_active", "mdf_active", "duration"});
  REQUIRE(study.plan.muscles.size() == 1);
  CHECK(study.plan.muscles[0].sides == std::vector{Side::left, Side::right});
  CHECK(study.plan.reliability.source == ReliabilitySource::visits);
  CHECK(study.plan.reliability.visits == std::vector<std::string>{"B1", "B2"});
  REQUIRE(study.plan.endpoints.size() == 1);
  CHECK(study.plan.endpoints[0].task == "lift");
  CHECK(study.plan.endpoints[0].features == std::vector<std::string>{"rms_active"});
  CHECK(study.plan.endpoints[0].visits == std::vector<std::string>{"AFTER"});
  CHECK(folder.run("study status study.toml").code == 0);
}

TEST_CASE("study init: every key of the file is explained where it stands") {
  const ImportFolder folder;
  write_small(folder, "a.nwb", {.participant = "P1", .visit = "V1"});
  REQUIRE(folder.run("study init .").code == 0);
  const std::string toml = folder.bytes("study.toml");
  for (const char* key : {"schema",       "id",       "title",       "sites",       "participant_pattern",
                          "participants", "sessions", "exclusions",  "recordings",  "sides",
                          "label",        "role",     "anchor",      "window_days", "target_day",
                          "kind",         "muscles",  "repetitions", "duration_s",  "min_s",
                          "features",     "name",     "aliases",     "min_rate_hz", "interelectrode_distance_mm",
                          "reference",    "views",    "source",      "confidence",  "from",
                          "task",         "muscle",   "side",        "feature",     "view",
                          "visit"}) {
    CAPTURE(key);
    CHECK(holds(toml, key));
  }
  CHECK(holds(toml, "source = \"none\"                             # there is one baseline only: no verdict can be given."));
}

TEST_CASE("study init: without dates visits are in natural order of their names, and the first is the baseline") {
  const ImportFolder folder;
  for (const char* visit : {"D10", "D2", "D1"}) write_small(folder, std::string(visit) + ".nwb", {.participant = "U1", .visit = visit});
  const Outcome outcome = folder.run("study init .");
  CHECK(outcome.code == 0);
  CHECK(holds(outcome.results, "one baseline only: no verdict can be given before [reliability] names a source of day-to-day variation\n"));
  const Study study = read_study(folder.path("study.toml"));
  CHECK(visits_of(study) == std::vector<std::string>{"D1*", "D2", "D10"});
  CHECK(study.plan.recordings == ".");
  CHECK(study.plan.reliability.source == ReliabilitySource::none);
  CHECK(study.plan.endpoints[0].visits == std::vector<std::string>{"D10"});
}

TEST_CASE("study init: visits are in order of their first dates where all are known") {
  const ImportFolder folder;
  write_small(folder, "a.nwb", {.participant = "U1", .visit = "late", .start = start_of("2026-03-01")});
  write_small(folder, "b.nwb", {.participant = "U1", .visit = "start", .start = start_of("2026-01-01")});
  write_small(folder, "c.nwb", {.participant = "U2", .visit = "late", .start = start_of("2026-03-02")});
  REQUIRE(folder.run("study init .").code == 0);
  CHECK(visits_of(read_study(folder.path("study.toml"))) == std::vector<std::string>{"start*", "late"});
}

TEST_CASE("study init: dates that do not differ order nothing") {
  const ImportFolder folder;
  for (const char* visit : {"D10", "D2"})
    write_small(folder, std::string(visit) + ".nwb", {.participant = "U1", .visit = visit, .start = start_of("2000-01-01")});
  REQUIRE(folder.run("study init .").code == 0);
  CHECK(visits_of(read_study(folder.path("study.toml"))) == std::vector<std::string>{"D2*", "D10"});
  CHECK(holds(folder.bytes("study.toml"), "# Visits, in the order of their names, because their dates are not known or do not differ."));
}

TEST_CASE("study init: a single visit gets one to come, so that there is something to compare") {
  const ImportFolder folder;
  write_small(folder, "a.nwb", {.participant = "U1", .visit = "V0"});
  REQUIRE(folder.run("study init .").code == 0);
  CHECK(visits_of(read_study(folder.path("study.toml"))) == std::vector<std::string>{"V0*", "FOLLOW_UP"});
}

TEST_CASE("study init: tasks get their kind from how they were done") {
  const ImportFolder folder;
  SmallRecording long_one{.participant = "U1", .visit = "V1"};
  long_one.periods = {{0, 3000, "rest", 0}, {3000, 1500, "MVC_df", 1}, {4500, 1500, "MVC_df", 2}, {6000, 14'000, "hold50", 0}};
  write_small(folder, "a.nwb", long_one);
  SmallRecording trial{.participant = "U1", .visit = "V2", .rows = 1500};
  for (const char* name : {"t1", "t2", "t3", "t4"}) {
    trial.periods = {{0, 1500, "grip", name[1] - '0'}};
    write_small(folder, std::string(name) + ".nwb", trial);
  }
  REQUIRE(folder.run("study init .").code == 0);
  const Study study = read_study(folder.path("study.toml"));
  REQUIRE(study.plan.tasks.size() == 4);
  CHECK(study.plan.tasks[0].id == "rest");
  CHECK(study.plan.tasks[1].id == "MVC_df");
  CHECK(study.plan.tasks[1].kind == TaskKind::mvc);
  CHECK(study.plan.tasks[1].reference_for == std::vector<std::string>{"TA"});
  CHECK(study.plan.tasks[2].id == "grip");
  CHECK(study.plan.tasks[2].kind == TaskKind::repetitions);
  CHECK(study.plan.tasks[2].repetitions == 4);
  CHECK(study.plan.tasks[2].features == std::vector<std::string>{"rms", "mdf"});  // nothing tells when it is active
  CHECK(study.plan.tasks[3].id == "hold50");
  CHECK(study.plan.tasks[3].kind == TaskKind::hold);
  CHECK(study.plan.tasks[3].duration_s == 14);
  CHECK(study.plan.views == std::vector{View::raw, View::mvc});
}

TEST_CASE("study init: muscles keep their words as names, and words that no id can be made of get numbers") {
  const ImportFolder folder;
  write_small(folder, "a.nwb",
              {.participant = "U1",
               .visit = "V1",
               .channels = {channel("c1", "biceps brachii", Side::none), channel("c2", "小指伸肌", Side::none),
                            channel("c3", "say \"x\" \\ y", Side::none), channel("c4", "3rd lumbrical", Side::none)}});
  write_small(folder, "b.nwb", {.participant = "U1", .visit = "V2", .channels = {channel("c1", "Biceps Brachii", Side::none)}});
  REQUIRE(folder.run("study init .").code == 0);
  const Study study = read_study(folder.path("study.toml"));
  REQUIRE(study.plan.muscles.size() == 4);
  CHECK(study.plan.muscles[0].id == "biceps_brachii");
  CHECK(study.plan.muscles[0].name == "biceps brachii");
  CHECK(study.plan.muscles[0].aliases == std::vector<std::string>{"Biceps Brachii"});
  CHECK(study.plan.muscles[0].sides == std::vector{Side::none});
  CHECK(study.plan.muscles[1].id == "M2");
  CHECK(study.plan.muscles[1].name == "小指伸肌");
  CHECK(study.plan.muscles[2].name == "say \"x\" \\ y");
  CHECK(study.plan.muscles[3].id == "M_3rd_lumbrical");
  for (const auto& muscle : study.plan.muscles) CHECK(find_muscle(study.plan, muscle.name) == &muscle);
}

TEST_CASE("study init: what is there already is never replaced") {
  for (const char* name : {"study.toml", "participants.csv"}) {
    CAPTURE(name);
    const ImportFolder folder;
    write_small(folder, "a.nwb", {.participant = "U1", .visit = "V1"});
    folder.write(name, "mine\n");
    const Outcome outcome = folder.run("study init .");
    CHECK(outcome.code == 73);
    CHECK(outcome.words == "semg: " + std::string(name) + ": is there already, and is never replaced\n");
    CHECK(folder.bytes(name) == "mine\n");
    CHECK(folder.files() == 2);
  }
}

TEST_CASE("study init: the table that recordings were imported by is kept and used") {
  const ImportFolder folder;
  write_small(folder, "a.nwb", {.participant = "U1", .visit = "V1"});
  const std::string table = "file,participant_id,visit_id,recorded_on\nraw/a.edf,U1,V1,2026-03-04\n";
  folder.write("sessions.csv", table);
  const Outcome outcome = folder.run("study init .");
  CHECK(outcome.code == 0);
  CHECK(holds(outcome.results, "written: study.toml, participants.csv; sessions.csv was there and is kept\n"));
  CHECK(folder.bytes("sessions.csv") == table);
  CHECK(read_study(folder.path("study.toml")).sessions.at(0).recorded_on == day_from("2026-03-04"));
}

TEST_CASE("study init: recordings without participant or visit, or that cannot be read, are named and left out") {
  const ImportFolder folder;
  write_small(folder, "a.nwb", {.participant = "U1", .visit = "V1"});
  write_small(folder, "b.nwb", {.participant = "", .visit = "V1"});
  write_small(folder, "c.nwb", {.participant = "U1", .visit = ""});
  write_small(folder, "d.nwb", {.participant = "U1", .visit = "V2", .periods = {}});
  folder.write("e.nwb", "no recording");
  const Outcome outcome = folder.run("study init .");
  CHECK(outcome.code == 3);
  CHECK(holds(outcome.words, "semg: left out: b.nwb: participant: found none, expected semg import --participant ID\n"));
  CHECK(holds(outcome.words, "semg: left out: c.nwb: visit: found none, expected semg import --visit ID\n"));
  CHECK(holds(outcome.words, "semg: left out: d.nwb: task: found none, expected semg import --task or --periods\n"));
  CHECK(holds(outcome.words, "semg: left out: e.nwb: "));
  CHECK(holds(outcome.results, "found: 2 recordings of 1 participant at 2 visits\n"));
  CHECK(read_study(folder.path("study.toml")).participants.size() == 1);
}

TEST_CASE("study init: a folder it can make nothing of says why, and gets no file") {
  const ImportFolder folder;
  CHECK(folder.run("study init nowhere").words == "semg: nowhere: no such folder\n");
  Outcome outcome = folder.run("study init .");
  CHECK(outcome.code == 66);
  CHECK(outcome.words == "semg: .: found no recording, expected *.nwb in it or in its folder recordings\n");
  write_small(folder, "a.nwb", {.participant = "U1", .visit = "V1", .periods = {{0, 5000, "rest", 0}}});
  outcome = folder.run("study init .");
  CHECK(outcome.code == 65);
  CHECK(outcome.words ==
        "semg: .: tasks: found none but rest in 1 recordings, expected periods of what was done: semg import --task or --periods\n");
  CHECK(folder.files() == 1);
}

TEST_CASE("study init: of simulated recordings everything says SIMULATED") {
  const ImportFolder folder;
  REQUIRE(folder.run("simulate recording -o a.nwb --participant SIM1 --visit B1 --periods --duration 12").code == 0);
  const Outcome outcome = folder.run("study init .");
  CHECK(outcome.code == 0);
  CHECK(outcome.results.starts_with("SIMULATED\n"));
  CHECK(holds(folder.bytes("study.toml"), "# SIMULATED recordings.\n"));
  CHECK(folder.run("study status study.toml").results.starts_with("SIMULATED\n"));
}
