// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/suspicions.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <doctest/doctest.h>

#include "engine/simulation/simulated_random.hpp"
#include "tests/engine/study/small_study.hpp"

namespace semg {
namespace {

Session& session_of(std::vector<Session>& sessions, const char* who, const char* visit) {
  for (Session& s : sessions) {
    if (s.participant_id == who && s.visit_id == visit) return s;
  }
  throw std::logic_error("no such session");
}

/// Without the planted fault nothing is found; with it, only it.
std::vector<StudyFinding> found_in(const std::vector<Session>& sessions) {
  return suspicions(small_study(), sessions);
}

}  // namespace

TEST_CASE("sound recordings raise no suspicion") {
  CHECK(found_in(small_sessions()).empty());
}

TEST_CASE("one day under two visits is named at both, and neither is compared") {
  auto sessions = small_sessions();
  Session& copy = session_of(sessions, "S2", "T1");
  copy.channels = session_of(sessions, "S2", "B1").channels;
  const StudyResults r = compared(small_study(), sessions);
  REQUIRE(r.findings.size() == 2);
  CHECK(r.findings[0].text == "S2_B1.nwb: holds the same samples as S2_T1.nwb");
  CHECK(r.findings[1].text == "S2_T1.nwb: holds the same samples as S2_B1.nwb");
  const ChangeCell& change = change_at(r, "S2", "T1", "reps", Side::left, "rms_active", View::raw);
  CHECK(change.verdict == ChangeVerdict::refused);
  CHECK(change.reason.text() == "duplicate_recording");
  // The other baseline still stands.
  CHECK(change_at(r, "S2", "M6", "reps", Side::left, "rms_active", View::raw).baselines == std::vector<int>{1});
}

TEST_CASE("a recording a thousand times too large is named, not compared") {
  auto sessions = small_sessions();
  for (SessionChannel& c : session_of(sessions, "S1", "T1").channels) {
    c.rms = *c.rms * 1000;
    for (double& x : c.tasks[2].features["rms_active"].values) x *= 1000;
  }
  const StudyResults r = compared(small_study(), sessions);
  CHECK(r.findings.size() == 2);
  CHECK(r.findings[0].code == StudyReason::unit_jump);
  CHECK(change_at(r, "S1", "T1", "reps", Side::left, "rms_active", View::raw).verdict == ChangeVerdict::refused);
  CHECK(change_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::raw).verdict == ChangeVerdict::increase);
}

TEST_CASE("a dead channel is named, a weak one is not") {
  auto sessions = small_sessions();
  session_of(sessions, "S1", "T1").channels[0].rms = 4;
  session_of(sessions, "S2", "T1").channels[0].rms = 30;
  const auto findings = found_in(sessions);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == StudyReason::collapsed_channel);
  CHECK(findings[0].muscle == "TA");
  CHECK(findings[0].side == Side::left);
  auto flat = small_sessions();
  SessionChannel& channel = session_of(flat, "S1", "T1").channels[1];
  channel.rms.reset();
  channel.invalid_share = 1;
  channel.invalid_because = Reason::flat;
  REQUIRE(found_in(flat).size() == 1);
  CHECK(found_in(flat)[0].text == "S1_T1.nwb: TA right is flat for 100 % of the time");
}

TEST_CASE("exchanged sides are named in both, whatever the participant's true change") {
  auto sessions = small_sessions();
  Session& s = session_of(sessions, "S1", "T1");
  std::swap(s.channels[0].rms, s.channels[1].rms);
  std::swap(s.channels[0].mdf_hz, s.channels[1].mdf_hz);
  const StudyResults r = compared(small_study(), sessions);
  REQUIRE(r.findings.size() == 2);
  CHECK(r.findings[0].code == StudyReason::exchanged_sides);
  CHECK(change_at(r, "S1", "T1", "reps", Side::left, "rms_active", View::raw).verdict == ChangeVerdict::refused);
}

TEST_CASE("sides that differ as little as days do are never called exchanged, and hardly any day of a study without faults is") {
  RandomStream draws{4, 81};
  int called = 0, sessions_made = 0;
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Session> sessions;
    for (const char* who : {"S1", "S2", "S3"}) {
      const double gap = -0.7 + 0.35 * draws.gaussian(), hz = -8 + 3 * draws.gaussian();
      for (const char* visit : {"B1", "B2", "T1", "M6"}) {
        const auto side = [&](double mean, double mdf) {
          return SmallSide{.level = 100 * std::exp(mean + 0.15 * draws.gaussian()), .mvc = 300, .mdf_hz = 80 + mdf + 4 * draws.gaussian()};
        };
        sessions.push_back(small_session(who, visit, side(gap, hz), side(0, 0)));
        ++sessions_made;
      }
    }
    for (const StudyFinding& f : found_in(sessions)) called += f.code == StudyReason::exchanged_sides;
  }
  CHECK(called <= 2 * sessions_made / 500);  // two findings a session
}

TEST_CASE("a filter of the device is told by the octaves it took from all channels") {
  auto sessions = small_sessions();
  for (Session& s : sessions) {
    for (SessionChannel& c : s.channels) c.shape.db = {-6, -2, 0, -7, -15};
  }
  for (SessionChannel& c : session_of(sessions, "S3", "M6").channels) c.shape.db = {-7, -2, 0, -18, -40};
  session_of(sessions, "S2", "M6").channels[0].shape.db = {-6, -2, 0, -18, -40};  // one channel alone is no filter of the device
  const auto findings = found_in(sessions);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == StudyReason::different_band);
  CHECK(findings[0].text ==
        "S3_M6.nwb: the spectrum differs from the other visits: -11 dB in 160-320 Hz, -25 dB in 320-450 Hz; the device's filter looks "
        "changed");
}

TEST_CASE("where spectra differ from day to day anyway, the same octaves are no filter") {
  auto sessions = small_sessions();
  const double days[4] = {-12, -7, -2, -9};
  for (Session& s : sessions) {
    for (SessionChannel& c : s.channels)
      c.shape.db = {-6, -2, 0, days[s.visit_id == "B1" ? 0 : s.visit_id == "B2" ? 1 : s.visit_id == "T1" ? 2 : 3], -15};
  }
  CHECK(found_in(sessions).empty());
}

TEST_CASE("a recording put in twice at one visit is named too") {
  auto sessions = small_sessions();
  Session copy = session_of(sessions, "S1", "B2");
  copy.recording_id = copy.recording_name = "copy";
  sessions.push_back(copy);
  const auto findings = found_in(sessions);
  CHECK(std::count_if(findings.begin(), findings.end(), [](const StudyFinding& f) { return f.code == StudyReason::duplicate_recording; }) ==
        2);
}

TEST_CASE("of three visits the one that is wrong is named, not the two that are right") {
  auto sessions = small_sessions();
  std::erase_if(sessions, [](const Session& s) { return s.participant_id != "S1" || s.visit_id == "M6"; });
  for (SessionChannel& c : sessions[2].channels) c.rms = *c.rms * 25;
  CHECK(found_in(sessions).empty());
  for (SessionChannel& c : sessions[2].channels) c.rms = *c.rms * 40;
  const auto findings = found_in(sessions);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].recording_id == "S1_T1");
  CHECK(findings[1].recording_id == "S1_T1");
}

TEST_CASE("one side that became much stronger is no exchange") {
  for (const double factor : {3.0, 6.0, 20.0}) {
    auto sessions = small_sessions();
    Session& s = session_of(sessions, "S1", "M6");
    s.channels[0].rms = 100 * factor;
    for (const StudyFinding& f : found_in(sessions)) CHECK(f.code != StudyReason::exchanged_sides);
  }
}

TEST_CASE("a recording of another task that is wrong leaves the values of the sound one alone") {
  auto sessions = small_sessions();
  Session bad = session_of(sessions, "S1", "T1");
  bad.recording_id = bad.recording_name = "bad";
  for (SessionChannel& c : bad.channels) {
    c.samples_hash += 1000;
    std::erase_if(c.tasks, [](const SessionTask& t) { return t.id != "mvc"; });
  }
  for (SessionChannel& c : session_of(sessions, "S1", "T1").channels)
    std::erase_if(c.tasks, [](const SessionTask& t) { return t.id == "mvc"; });
  bad.differing_settings = {"filter.order: 2 and 4"};
  sessions.push_back(bad);
  const StudyResults r = compared(small_study(), sessions);
  CHECK(change_at(r, "S1", "T1", "reps", Side::left, "rms_active", View::raw).verdict == ChangeVerdict::within_mdc);
  CHECK(change_at(r, "S1", "T1", "mvc", Side::left, "mvc_rms", View::raw).verdict == ChangeVerdict::refused);
}

TEST_CASE("recordings of unknown participants, unreadable ones and those measured otherwise are named") {
  auto sessions = small_sessions();
  sessions.push_back(small_session("S9", "B1", {}, {}));
  session_of(sessions, "S1", "T1").unreadable = "S1_T1.nwb: samples: found none, expected some";
  session_of(sessions, "S2", "T1").differing_settings = {"filter.high_pass_hz: 20.0 and 10.0"};
  const auto findings = found_in(sessions);
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].code == StudyReason::unreadable);
  CHECK(findings[1].text == "S2_T1.nwb: measured with other settings than the study's: filter.high_pass_hz: 20.0 and 10.0");
  CHECK(findings[2].text == "S9_B1.nwb: participant S9, visit B1: not in the study; left out");
}

}  // namespace semg
