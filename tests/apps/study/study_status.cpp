// SPDX-License-Identifier: BSD-3-Clause
// semg study status, as it is called.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/study/study_recordings.hpp"

using namespace semg;

namespace {

constexpr const char* kPlan = R"(schema = "semg-study/1"
[study]
id = "T"
[[visit]]
id = "B1"
role = "baseline"
anchor = "treatment"
window_days = [-14, 0]
[[visit]]
id = "T1"
anchor = "treatment"
window_days = [3, 7]
[[task]]
id = "rest"
kind = "rest"
[[task]]
id = "lift"
kind = "repetitions"
repetitions = 2
[[muscle]]
id = "TA"
aliases = ["TIB.ANT."]
[acquisition]
min_rate_hz = 1000
[[endpoint]]
role = "primary"
task = "lift"
muscle = "TA"
side = "left"
feature = "rms_active"
visit = "T1"
)";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void write_tables(const ImportFolder& folder) {
  folder.write("study.toml", kPlan);
  folder.write("participants.csv", "participant_id,treatment\nS01,2026-03-10\nS02,2026-03-11\n");
}

/// Both visits of both participants, as planned.
void write_complete(const ImportFolder& folder) {
  write_tables(folder);
  for (const auto& [who, before, after] : {std::tuple{"S01", "2026-03-01", "2026-03-14"}, {"S02", "2026-03-02", "2026-03-18"}}) {
    const std::string w = who;
    write_small(folder, "recordings/" + w + "_B1.nwb", {.participant = w, .visit = "B1", .start = start_of(before)});
    write_small(folder, "recordings/" + w + "_T1.nwb", {.participant = w, .visit = "T1", .start = start_of(after)});
  }
}

}  // namespace

TEST_CASE("study status: a complete study has nothing open") {
  const ImportFolder folder;
  write_complete(folder);
  const Outcome outcome = folder.run("study status study.toml");
  CHECK(outcome.code == 0);
  CHECK(outcome.words == "");
  CHECK(outcome.results ==
        "T: 2 participants, 2 visits: 4 planned, 4 present, 4 usable\n\n"
        "participant  B1  T1  planned  present  usable\n"
        "S01          +   +         2        2       2\n"
        "S02          +   +         2        2       2\n\n"
        "+ usable   ~ usable in part   w out of its window   ! not usable   x excluded   . not recorded\n");
}

TEST_CASE("study status: each thing that is open is one sentence, and the exit code says that there are some") {
  const ImportFolder folder;
  write_tables(folder);
  write_small(folder, "recordings/a.nwb", {.participant = "S01", .visit = "B1", .start = start_of("2026-03-01"), .fs_hz = 500});
  write_small(folder, "recordings/b.nwb", {.participant = "S01", .visit = "T1", .start = start_of("2026-03-21")});
  write_small(folder, "recordings/c.nwb", {.participant = "S10", .visit = "T1", .start = start_of("2026-03-21")});
  write_small(folder, "recordings/d.nwb", {.participant = "S02", .visit = "T11", .start = start_of("2026-03-21")});
  write_small(folder, "recordings/e.nwb",
              {.participant = "S02",
               .visit = "B1",
               .start = start_of("2026-03-11"),
               .periods = {{0, 4000, "rest", 0}, {4000, 4000, "lifts", 0}},
               .channels = {{.label = "EMG 1", .muscle = "tib ant", .side = Side::left, .lsb = {}, .rail_low = {}, .rail_high = {}},
                            {.label = "EMG 2", .muscle = "TAA", .side = Side::right, .lsb = {}, .rail_low = {}, .rail_high = {}}}});
  folder.write("recordings/f.nwb", "no recording");
  folder.write("recordings/.hidden.nwb", "no recording");
  const Outcome outcome = folder.run("study status study.toml");
  CHECK(outcome.code == 3);
  CAPTURE(outcome.results);
  CHECK(holds(outcome.results, "S01          ~   w "));
  CHECK(holds(outcome.results, "S02          !   . "));
  for (const char* sentence :
       {"B1 of S01: a.nwb: 500 Hz, planned at least 1000 Hz",
        "T1 of S01: 11 days after treatment, window 3 to 7: out of window (kept, flagged)", "B1 of S02: muscle TA right: no such channel",
        "B1 of S02: task lift: not recorded", "T1 of S02: not recorded",
        "c.nwb: participant: found S10, which participants.csv does not have, did you mean S01?",
        "d.nwb: visit: found T11, which the study file does not have, did you mean T1?",
        "e.nwb: muscle of channel EMG 2: found TAA, which the study file does not have, did you mean TA?",
        "e.nwb: task: found lifts, which the study file does not have, did you mean lift?"}) {
    CAPTURE(sentence);
    CHECK(holds(outcome.results, "  " + std::string(sentence) + "\n"));
  }
  CHECK(holds(outcome.results, "\n  f.nwb: "));
  CHECK_FALSE(holds(outcome.results, ".hidden"));
  CHECK(holds(outcome.results, "\nopen (10)\n"));
}

TEST_CASE("study status: what a person excluded is told with who and why, and is not open") {
  const ImportFolder folder;
  write_complete(folder);
  folder.write("exclusions.csv", "participant_id,visit_id,reason,by,on\nS02,T1,cable torn,KL,2026-04-01\n");
  const Outcome outcome = folder.run("study status study.toml");
  CHECK(outcome.code == 0);
  CHECK(holds(outcome.results, "S02          +   x "));
  CHECK(holds(outcome.results, "\nexcluded (1)\n  T1 of S02: excluded by KL on 2026-04-01: cable torn\n"));
}

TEST_CASE("study status: the JSON has the keys of its contract, null for what is missing") {
  const ImportFolder folder;
  write_complete(folder);
  std::filesystem::remove(folder.path("recordings/S02_T1.nwb"));
  const Outcome outcome = folder.run("study status study.toml --json");
  CHECK(outcome.code == 3);
  const auto json = nlohmann::json::parse(outcome.results);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"cells", "excluded", "open", "participants", "planned", "present", "schema", "simulated",
                                         "study_id", "usable", "visits"});
  CHECK(json["planned"] == 4);
  CHECK(json["present"] == 3);
  CHECK(json["usable"] == 3);
  CHECK(json["cells"][0] == nlohmann::json::parse(R"({"participant_id":"S01","visit_id":"B1","state":"usable","recorded_on":"2026-03-01",
      "anchor":"treatment","days_after_anchor":-9,"window_days":[-14,0],"recordings":1,"because":[]})"));
  CHECK(json["cells"][3] == nlohmann::json::parse(R"({"participant_id":"S02","visit_id":"T1","state":"missing","recorded_on":null,
      "anchor":"treatment","days_after_anchor":null,"window_days":[3,7],"recordings":0,"because":["T1 of S02: not recorded"]})"));
  CHECK(json["open"] ==
        nlohmann::json::parse(R"([{"participant_id":"S02","visit_id":"T1","recording":null,"text":"T1 of S02: not recorded"}])"));
}

TEST_CASE("study status: a study file that is wrong is refused with its line, one that is not there by name") {
  const ImportFolder folder;
  CHECK(folder.run("study status study.toml").code == 66);
  write_tables(folder);
  folder.write("study.toml", std::string(kPlan) + "vist = 1\n");
  const Outcome outcome = folder.run("study status study.toml");
  CHECK(outcome.code == 64);
  CHECK(outcome.words == "semg: study.toml: line 32: endpoint.vist: found an unknown key, did you mean endpoint.visit?\n");
}
