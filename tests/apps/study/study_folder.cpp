// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_folder.hpp"

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/apps/study/study_recordings.hpp"

using namespace semg;

namespace {

constexpr const char* kPlan = R"(schema = "semg-study/1"
[study]
id = "T"
sites = ["NT01", "NT02"]
participant_pattern = "S[0-9]{2}"
sides = "paretic"
[[visit]]
id = "B1"
role = "baseline"
anchor = "treatment"
[[visit]]
id = "T1"
anchor = "treatment"
[[task]]
id = "lift"
kind = "repetitions"
[[muscle]]
id = "TA"
aliases = ["TIB.ANT."]
[[endpoint]]
role = "primary"
task = "lift"
muscle = "TA"
side = "paretic"
feature = "rms_active"
visit = "T1"
)";

constexpr const char* kPeople = "participant_id,site,paretic,dominant,treatment\nS01,NT01,left,right,2026-03-10\nS02,NT02,right,,\n";

struct StudyFolder : ImportFolder {
  StudyFolder() {
    write("study.toml", kPlan);
    write("participants.csv", kPeople);
  }
  Study read() const { return read_study(path("study.toml")); }
  std::string refusal(Fault fault = Fault::data) const {
    try {
      read();
    } catch (const Error& e) {
      CHECK(e.fault() == fault);
      return e.what();
    }
    return "accepted";
  }
  std::string refused_people(const std::string& table) const {
    write("participants.csv", table);
    return refusal();
  }
};

}  // namespace

TEST_CASE("study folder: participants, their sides and dates are as their table says; sessions and exclusions need not be there") {
  const StudyFolder folder;
  const Study study = folder.read();
  REQUIRE(study.participants.size() == 2);
  CHECK(study.participants[0].site == "NT01");
  CHECK(study.participants[0].paretic == Side::left);
  CHECK(study.participants[0].dominant == Side::right);
  CHECK(study.participants[0].anchors.at("treatment") == *day_from("2026-03-10"));
  CHECK(study.participants[1].anchors.empty());  // not yet known
  CHECK(study.sessions.empty());
  CHECK(study.exclusions.empty());
}

TEST_CASE("study folder: a table that does not fit the plan is refused with its line") {
  const StudyFolder folder;
  const std::string head = "participant_id,site,paretic,treatment\n";
  CHECK(folder.refused_people(head + "Li Ming,NT01,left,\n") ==
        "participants.csv: line 2: participant_id: found Li Ming, expected a letter, then letters, digits, _ - or .");
  CHECK(folder.refused_people(head + "S001,NT01,left,\n") ==
        "participants.csv: line 2: participant_id: found S001, expected S[0-9]{2} as study.participant_pattern says");
  CHECK(folder.refused_people(head + "S01,NT01,left,\nS01,NT01,left,\n") ==
        "participants.csv: line 3: participant_id: found S01 twice, expected each once");
  CHECK(folder.refused_people(head + "S01,NT1,left,\n") == "participants.csv: line 2: site: found NT1, did you mean NT01?");
  CHECK(folder.refused_people(head + "S01,NT01,,\n") == "participants.csv: line 2: paretic: found none, expected left or right");
  CHECK(folder.refused_people(head + "S01,NT01,both,\n") == "participants.csv: line 2: paretic: found both, expected left or right");
  CHECK(folder.refused_people(head + "S01,NT01,left,10.03.2026\n") ==
        "participants.csv: line 2: treatment: found 10.03.2026, expected a date as 2026-07-27 or a day of the study as 12");
  CHECK(folder.refused_people(head + "S01,NT01,left,2026-03-10\nS02,NT01,left,12\n") ==
        "participants.csv: line 3: treatment: found 12, expected a date as 2026-03-10 in participants.csv: line 2");
  CHECK(folder.refused_people("participant_id,site,paretic\nS01,NT01,left\n")
            .starts_with("participants.csv: line 1: found no column treatment"));
  std::filesystem::remove(folder.path("participants.csv"));
  CHECK(folder.refusal(Fault::no_input) == "participants.csv: no such file");
}

TEST_CASE("study folder: an exclusion of what the study does not have is refused, one of a muscle may use any of its words") {
  const StudyFolder folder;
  folder.write("exclusions.csv", "participant_id,visit_id,task,muscle,side,reason,by,on\nS01,T1,lift,Tib. Ant,left,hum,KL,2026-04-01\n");
  const Study study = folder.read();
  REQUIRE(study.exclusions.size() == 1);
  CHECK(study.exclusions[0].muscle == "TA");
  CHECK(study.exclusions[0].side == Side::left);
  CHECK(study.exclusions[0].by == "KL");
  const auto refused = [&](const std::string& row) {
    folder.write("exclusions.csv", "participant_id,visit_id,task,muscle,side,reason,by,on\n" + row + "\n");
    return folder.refusal();
  };
  CHECK(refused("S03,,,,,x,,") == "exclusions.csv: line 2: participant_id: found S03, which the study does not have, did you mean S01?");
  CHECK(refused("S01,T2,,,,x,,") == "exclusions.csv: line 2: visit_id: found T2, which the study does not have, did you mean T1?");
  CHECK(refused("S01,T1,,TE,,x,,") == "exclusions.csv: line 2: muscle: found TE, which the study does not have, did you mean TA?");
  CHECK(refused("S01,T1,,,,,KL,") == "exclusions.csv: line 2: reason: found none, expected why");
  CHECK(refused(",,,,left,x,,") == "exclusions.csv: line 2: participant_id: found none, expected whom or what the exclusion is about");
}

TEST_CASE("study folder: recordings come in natural order with their heads, unreadable ones with the sentence why") {
  const StudyFolder folder;
  write_small(folder, "recordings/S10.nwb", {.participant = "S01", .visit = "T1"});
  write_small(folder, "recordings/S2.nwb", {.participant = "S01", .visit = "B1"});
  folder.write("recordings/S3.nwb", "no recording");
  folder.write("recordings/.S4.nwb", "a temporary file");
  folder.write("recordings/notes.txt", "");
  const auto found = recordings_of(folder.read(), folder.path("study.toml"));
  REQUIRE(found.size() == 3);
  CHECK(found[0].recording.recording_id == "R_S2");
  CHECK(found[0].unreadable == "");
  CHECK(found[1].unreadable.starts_with("S3.nwb: "));
  CHECK(found[2].recording.recording_id == "R_S10");
}

TEST_CASE("study folder: a session has the head's facts, its muscles by the study's ids, its tasks from the periods") {
  const StudyFolder folder;
  write_small(folder, "recordings/a.nwb",
              {.participant = "S01",
               .visit = "T1",
               .start = start_of("2026-03-14"),
               .channels = {{.label = "EMG 1", .muscle = "tib ant", .side = Side::left, .lsb = {}, .rail_low = {}, .rail_high = {}},
                            {.label = "TA", .muscle = "soleus", .side = Side::right, .lsb = {}, .rail_low = {}, .rail_high = {}}}});
  const Study study = folder.read();
  const Session session = session_of(study, recordings_of(study, folder.path("study.toml")).at(0));
  CHECK(session.recording_id == "R_a");
  CHECK(session.recording_name == "a.nwb");
  CHECK(session.participant_id == "S01");
  CHECK(session.visit_id == "T1");
  CHECK(session.day == day_from("2026-03-14"));
  CHECK(session.fs_hz == 1000);
  CHECK(session.duration_s == 20);
  REQUIRE(session.channels.size() == 2);
  CHECK(session.channels[0].muscle == "TA");
  CHECK(session.channels[1].muscle == "");  // another muscle was named; the label is the device's word
  REQUIRE(session.channels[0].tasks.size() == 2);
  CHECK(session.channels[0].tasks[1].id == "lift");
  CHECK(session.channels[0].tasks[1].repetitions == 2);
  CHECK(session.channels[0].tasks[1].longest_s == 8);
}

TEST_CASE("study folder: sessions.csv wins over the recording's own date, and days of a study are never mixed with dates") {
  const StudyFolder folder;
  write_small(folder, "recordings/a.nwb", {.participant = "S01", .visit = "T1", .start = start_of("2026-03-14")});
  write_small(folder, "recordings/b.nwb", {.participant = "S02", .visit = "T1", .start = start_of("2026-03-14")});
  folder.write("recordings/c.nwb", "no recording");
  folder.write(
      "sessions.csv",
      "file,participant_id,visit_id,recorded_on,task\nraw/x.edf,S01,T1,2026-03-12,\nraw/a.edf,S01,T1,2026-03-13,\nraw/c.edf,S02,B1,,\n");
  const auto days_and_ids = [&] {
    const Study study = folder.read();
    std::vector<Session> sessions;
    for (const auto& found : recordings_of(study, folder.path("study.toml"))) sessions.push_back(session_of(study, found));
    return sessions;
  };
  auto sessions = days_and_ids();
  CHECK(sessions[0].day == day_from("2026-03-13"));  // of the row with its file
  CHECK(sessions[1].day == day_from("2026-03-14"));
  CHECK(sessions[2].participant_id == "S02");  // unreadable, but the table says whose it is
  CHECK(sessions[2].visit_id == "B1");
  std::filesystem::rename(folder.path("recordings/c.nwb"), folder.path("recordings/S01_T1_lift.nwb"));
  sessions = days_and_ids();
  CHECK(sessions[0].unreadable != "");         // capitals come first
  CHECK(sessions[0].participant_id == "S01");  // named as the manifest's import names it
  CHECK(sessions[0].visit_id == "T1");
  std::filesystem::remove(folder.path("recordings/S01_T1_lift.nwb"));

  folder.write("participants.csv", "participant_id,paretic,treatment\nS01,left,10\nS02,left,12\n");
  CHECK(folder.refusal() ==
        "sessions.csv: line 2: recorded_on: found 2026-03-12, expected a day of the study as 10 in participants.csv: line 2");
  folder.write("sessions.csv", "file,participant_id,visit_id,recorded_on,task,repetition,fs_hz,unit,device\n,S01,T1,14,,1,2000,mV,\n");
  sessions = days_and_ids();
  CHECK(sessions[0].day == Day{14, false});
  CHECK_FALSE(sessions[1].day);
}

TEST_CASE("study folder: natural order counts numbers within names") {
  CHECK(natural_less("D2", "D10"));
  CHECK_FALSE(natural_less("D10", "D2"));
  CHECK(natural_less("D2_a9", "D2_a10"));
  CHECK(natural_less("D", "D1"));
  CHECK(natural_less("D02", "D2"));
  CHECK_FALSE(natural_less("D2", "D02"));
  CHECK_FALSE(natural_less("D2", "D2"));
}
