// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/changes.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <doctest/doctest.h>

#include "engine/statistics/spread.hpp"
#include "tests/engine/study/small_study.hpp"

namespace semg {

TEST_CASE("the value of repetitions is their geometric mean, with a t-interval on the log scale") {
  const StudyResults r = compared(small_study(), small_sessions());
  const ValueCell& value = value_at(r, "S1", "B1", "reps", Side::left, "rms_active", View::raw);
  CHECK(*value.value == doctest::Approx(100));
  CHECK(value.n == 3);
  CHECK(value.n_unit == "repetitions");
  CHECK(value.unit == "uV");
  CHECK(value.side_role == "paretic");
  const double reach = t_quantile(0.975, 2) * std::log(1.1) / std::sqrt(3.0);
  CHECK(*value.ci_low == doctest::Approx(100 * std::exp(-reach)));
  CHECK(*value.ci_high == doctest::Approx(100 * std::exp(reach)));
  const ValueCell& mdf = value_at(r, "S1", "B1", "reps", Side::left, "mdf_active", View::raw);
  CHECK(*mdf.value == doctest::Approx(80));
  CHECK(*mdf.ci_high - *mdf.ci_low == doctest::Approx(2 * t_quantile(0.975, 2) / std::sqrt(3.0)));
}

TEST_CASE("the power at rest is taken off an amplitude, and what is not above it is no amplitude") {
  auto sessions = small_sessions();
  sessions[0] = small_session("S1", "B1", {.level = 30, .mvc = 200, .mdf_hz = 80, .rest = 40}, {.level = 250, .mvc = 500, .mdf_hz = 90});
  const StudyResults r = compared(small_study(), sessions);
  const ValueCell& value = value_at(r, "S1", "B1", "reps", Side::left, "rms_active", View::raw);
  CHECK(*value.value == doctest::Approx(30));  // measured were 50 and the like
  CHECK(value.noise_corrected);
  sessions[0].channels[0].rest_rms = 60;  // above all that was measured
  const StudyResults none = compared(small_study(), sessions);
  const ValueCell& lost = value_at(none, "S1", "B1", "reps", Side::left, "rms_active", View::raw);
  CHECK_FALSE(lost.value.has_value());
  CHECK(lost.reason.has(Reason::low_snr));
}

TEST_CASE("an average rectified value loses the average rectified value at rest, not its RMS") {
  Study study = small_study();
  study.plan.tasks[2].features = {"rms_active", "arv_active"};
  study.plan.endpoints[0].features = {"rms_active"};
  auto sessions = small_sessions();
  for (Session& s : sessions) {
    for (SessionChannel& c : s.channels) {
      c.rest_rms = 40;
      c.tasks[0].features["arv"] = observations({30});
      c.tasks[2].features["arv_active"] = observations({50, 50, 50});
    }
  }
  CHECK(*value_at(compared(study, sessions), "S1", "B1", "reps", Side::left, "arv_active", View::raw).value == doctest::Approx(40));
  // Rest of the visit's other recording serves as well.
  for (Session& s : sessions) {
    for (SessionChannel& c : s.channels) c.tasks.erase(c.tasks.begin());
  }
  Session rest = small_session("S1", "B1", {.rest = 40}, {.rest = 40});
  rest.recording_id = "S1_B1_rest";
  for (SessionChannel& c : rest.channels) {
    c.tasks.resize(1);
    c.tasks[0].features["arv"] = observations({48});
  }
  sessions.push_back(rest);
  CHECK(*value_at(compared(study, sessions), "S1", "B1", "reps", Side::left, "arv_active", View::raw).value == doctest::Approx(14));
}

TEST_CASE("%MVC is over the highest contraction of the same visit, and the paretic ratio over the other side, repetition by repetition") {
  const StudyResults r = compared(small_study(), small_sessions());
  const ValueCell& mvc = value_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::mvc);
  CHECK(*mvc.value == doctest::Approx(50));  // 200 of 400
  CHECK(mvc.unit == "%");
  const ValueCell& ratio = value_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::paretic_ratio);
  CHECK(*ratio.value == doctest::Approx(0.8));
  // Both sides were 10 % weaker and stronger in the same repetitions: their ratio is the same in each.
  CHECK(*ratio.ci_high - *ratio.ci_low == doctest::Approx(0).epsilon(1e-6));
  CHECK_THROWS_AS(value_at(r, "S1", "M6", "reps", Side::right, "rms_active", View::paretic_ratio), std::logic_error);
  CHECK_THROWS_AS(value_at(r, "S1", "M6", "reps", Side::left, "mdf_active", View::mvc), std::logic_error);
}

TEST_CASE("a change is the log ratio to the mean of the baselines, and its limit the t-quantile of what the baselines differ") {
  const StudyResults r = compared(small_study(), small_sessions());
  const ChangeCell& change = change_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::raw);
  CHECK(change.endpoint == EndpointRole::primary);
  CHECK(*change.value_from == doctest::Approx(std::sqrt(100 * 110.0)));
  CHECK(*change.change == doctest::Approx(std::log(200 / std::sqrt(11000.0))));
  // Each participant's two baselines: squares of half their log ratio, twice, over 3 degrees of freedom.
  const double squares = (std::pow(std::log(1.1), 2) + std::pow(std::log(0.9), 2) + std::pow(std::log(1.05), 2)) / 2;
  const double sem = std::sqrt(squares / 3);
  CHECK(*change.mdc_df == 3);
  CHECK(*change.mdc == doctest::Approx(t_quantile(0.975, 3) * std::sqrt(1.5) * sem));
  CHECK(change.mdc_source == "visits");
  CHECK(change.verdict == ChangeVerdict::increase);
  CHECK(change.n_from == 6);
  CHECK(change.n_to == 3);
  CHECK(*change.day_from == 5);
  CHECK(*change.day_to == 200);
  CHECK(change_at(r, "S2", "M6", "reps", Side::left, "rms_active", View::raw).verdict == ChangeVerdict::within_mdc);
  CHECK(change_at(r, "S3", "M6", "reps", Side::left, "rms_active", View::raw).verdict == ChangeVerdict::decrease);
  // Spread inside the visits: of one mean of three, and of the mean of two such means.
  const double one = std::log(1.1) * std::log(1.1) / 3, both = one / 2;
  const double df = (one + both) * (one + both) / (one * one / 2 + 2 * std::pow(one / 4, 2) / 2);
  CHECK(*change.within_high - *change.change == doctest::Approx(t_quantile(0.975, df) * std::sqrt(one + both)));
}

TEST_CASE("%MVC of a muscle whose maximum changed as much has not changed") {
  const StudyResults r = compared(small_study(), small_sessions());
  CHECK(*change_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::mvc).change == doctest::Approx(0).epsilon(1e-9));
}

TEST_CASE("every planned cell is a row, also of who never came") {
  auto sessions = small_sessions();
  std::erase_if(sessions, [](const Session& s) { return s.participant_id == "S2" && s.visit_id == "M6"; });
  const StudyResults r = compared(small_study(), sessions);
  // raw and ratio of the MVC, three views of RMS, MDF: 2 + 1 + 2 x (1 + 1) + 1 + 2 of both sides.
  CHECK(r.changes.size() == 3 * 2 * (2 + 1 + 2 + 2 + 1 + 2));
  const ChangeCell& missing = change_at(r, "S2", "M6", "reps", Side::left, "rms_active", View::raw);
  CHECK(missing.verdict == ChangeVerdict::missing);
  CHECK(missing.reason.text() == "not_recorded");
  CHECK_FALSE(missing.change.has_value());
  CHECK(missing.value_from.has_value());
}

TEST_CASE("with one baseline the limit is wider, and without any there is no change") {
  auto sessions = small_sessions();
  std::erase_if(sessions, [](const Session& s) { return s.participant_id == "S2" && s.visit_id == "B2"; });
  std::erase_if(sessions, [](const Session& s) { return s.participant_id == "S3" && s.visit_id[0] == 'B'; });
  const StudyResults r = compared(small_study(), sessions);
  const ChangeCell& two = change_at(r, "S1", "T1", "reps", Side::left, "rms_active", View::raw);
  const ChangeCell& one = change_at(r, "S2", "T1", "reps", Side::left, "rms_active", View::raw);
  CHECK(*one.mdc / *two.mdc == doctest::Approx(std::sqrt(2 / 1.5)));
  const ChangeCell& none = change_at(r, "S3", "T1", "reps", Side::left, "rms_active", View::raw);
  CHECK(none.verdict == ChangeVerdict::not_assessable);
  CHECK(none.reason.text() == "no_baseline");
}

TEST_CASE("a stated standard error of measurement is used as it is, and without any source there is no verdict") {
  Study study = small_study();
  study.plan.reliability = {.source = ReliabilitySource::stated,
                            .visits = {},
                            .confidence = 0.95,
                            .stated = {{.feature = "rms_active", .view = View::raw, .sem = 0.15, .df = {}, .source = "pilot"}}};
  const StudyResults stated = compared(study, small_sessions());
  const ChangeCell& change = change_at(stated, "S1", "M6", "reps", Side::left, "rms_active", View::raw);
  CHECK(*change.mdc == doctest::Approx(1.959963985 * std::sqrt(1.5) * 0.15));
  CHECK_FALSE(change.mdc_df.has_value());
  const ChangeCell& other = change_at(stated, "S1", "M6", "reps", Side::left, "mdf_active", View::raw);
  CHECK(other.verdict == ChangeVerdict::not_assessable);
  CHECK(other.reason.text() == "no_reliability");
  CHECK(other.change.has_value());
  study.plan.reliability = {};
  for (const ChangeCell& cell : compared(study, small_sessions()).changes) {
    CHECK(cell.verdict == ChangeVerdict::not_assessable);
    CHECK(cell.mdc_source == "none");
  }
}

TEST_CASE("an excluded value is in no baseline, no variation and no verdict") {
  Study study = small_study();
  study.exclusions = {{.participant_id = "S1",
                       .visit_id = "M6",
                       .task = "reps",
                       .muscle = "TA",
                       .side = Side::left,
                       .reason = "electrode fell off",
                       .by = "AB",
                       .on = "2026-01-01"}};
  const StudyResults r = compared(study, small_sessions());
  CHECK(change_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::raw).verdict == ChangeVerdict::excluded);
  CHECK(change_at(r, "S1", "M6", "reps", Side::right, "rms_active", View::raw).verdict != ChangeVerdict::excluded);
}

TEST_CASE("another rate refuses spectra and lets amplitudes stand, flagged") {
  auto sessions = small_sessions();
  for (Session& s : sessions) {
    if (s.participant_id == "S1" && s.visit_id == "M6") s.fs_hz = 1000;
    if (s.participant_id == "S2" && s.visit_id == "M6") s.fs_hz = 2048;
  }
  const StudyResults r = compared(small_study(), sessions);
  CHECK(change_at(r, "S1", "M6", "reps", Side::left, "mdf_active", View::raw).verdict == ChangeVerdict::refused);
  const ChangeCell& rms = change_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::raw);
  CHECK(rms.verdict == ChangeVerdict::increase);
  CHECK(rms.reason.text() == "different_rate");
  CHECK_FALSE(change_at(r, "S2", "M6", "reps", Side::left, "mdf_active", View::raw).reason.has(StudyReason::different_rate));
  const auto named =
      std::count_if(r.findings.begin(), r.findings.end(), [](const StudyFinding& f) { return f.code == StudyReason::different_rate; });
  CHECK(named == 2);  // one for each side
  CHECK(r.findings.front().text == "sampling rate: 1000 Hz, at the baseline 2000 Hz");
}

TEST_CASE("unit and band refuse, gain, electrodes, reference and task are flagged, each with what differs") {
  struct Planted {
    StudyReason code;
    void (*plant)(Session&);
    ChangeVerdict verdict;
    const char* text;
  };
  const Planted cases[] = {
      {StudyReason::different_unit,
       [](Session& s) {
         for (auto& c : s.channels) c.about.unit = Unit::arbitrary;
       },
       ChangeVerdict::refused, "unit: a.u., at the baseline uV"},
      {StudyReason::different_band, [](Session& s) { s.low_pass_hz = 225; }, ChangeVerdict::refused,
       "upper edge of the band: 225 Hz, at the baseline 450 Hz"},
      {StudyReason::different_gain,
       [](Session& s) {
         for (auto& c : s.channels) c.about.lsb = 0.25;
       },
       ChangeVerdict::increase, "step of the converter: 0.25 uV, at the baseline 0.125 uV"},
      {StudyReason::different_electrodes,
       [](Session& s) {
         for (auto& c : s.channels) c.about.ied_mm = 10;
       },
       ChangeVerdict::increase, "distance between the electrodes: 10 mm, at the baseline 20 mm"},
      {StudyReason::different_reference,
       [](Session& s) {
         for (auto& c : s.channels) c.about.reference = "wrist";
       },
       ChangeVerdict::increase, "reference electrode: wrist, at the baseline patella"},
      {StudyReason::different_task,
       [](Session& s) {
         for (auto& c : s.channels) c.tasks[2].repetitions = 2;
       },
       ChangeVerdict::increase, ""},
  };
  for (const Planted& planted : cases) {
    auto sessions = small_sessions();
    for (Session& s : sessions) {
      for (auto& c : s.channels) {
        c.about.ied_mm = 20;
        c.about.reference = "patella";
      }
    }
    planted.plant(sessions[3]);  // S1 at M6
    const StudyResults r = compared(small_study(), sessions);
    const ChangeCell& change = change_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::raw);
    CAPTURE(to_string(planted.code));
    CHECK(change.verdict == planted.verdict);
    CHECK(change.reason.has(planted.code));
    CHECK(change.change.has_value() == (planted.verdict != ChangeVerdict::refused));
    CHECK_FALSE(change_at(r, "S2", "M6", "reps", Side::left, "rms_active", View::raw).reason.has(planted.code));
    if (planted.text[0] != 0) {
      CHECK(std::any_of(r.findings.begin(), r.findings.end(),
                        [&](const StudyFinding& f) { return f.code == planted.code && f.text == planted.text; }));
    }
  }
}

TEST_CASE("rest known at one visit only makes amplitudes incomparable") {
  auto sessions = small_sessions();
  for (Session& s : sessions) {
    for (auto& c : s.channels) c.rest_rms = s.visit_id == "M6" && s.participant_id == "S1" ? std::nullopt : std::optional(2.0);
  }
  const StudyResults r = compared(small_study(), sessions);
  const ChangeCell& change = change_at(r, "S1", "M6", "reps", Side::left, "rms_active", View::raw);
  CHECK(change.verdict == ChangeVerdict::refused);
  CHECK(change.reason.text() == "different_rest");
}

TEST_CASE("a maximal contraction in another unit is no reference, and one that is missing does not make the value missing") {
  auto sessions = small_sessions();
  // The MVC of S1 at T1 in a recording of its own.
  Session& visit = sessions[2];
  Session mvc = visit;
  mvc.recording_id = mvc.recording_name = "mvc";
  for (SessionChannel& c : mvc.channels) c.samples_hash += 1000;
  for (SessionChannel& c : visit.channels) std::erase_if(c.tasks, [](const SessionTask& t) { return t.id == "mvc"; });
  for (SessionChannel& c : mvc.channels) std::erase_if(c.tasks, [](const SessionTask& t) { return t.id != "mvc"; });
  const StudyResults none = compared(small_study(), sessions);
  CHECK(change_at(none, "S1", "T1", "reps", Side::left, "rms_active", View::mvc).verdict == ChangeVerdict::not_assessable);
  CHECK(change_at(none, "S1", "T1", "reps", Side::left, "rms_active", View::mvc).reason.text() == "no_mvc");
  sessions.push_back(mvc);
  CHECK(*value_at(compared(small_study(), sessions), "S1", "T1", "reps", Side::left, "rms_active", View::mvc).value == doctest::Approx(50));
  for (SessionChannel& c : sessions.back().channels) c.about.unit = Unit::arbitrary;
  const StudyResults other = compared(small_study(), sessions);
  const ChangeCell& change = change_at(other, "S1", "T1", "reps", Side::left, "rms_active", View::mvc);
  CHECK_FALSE(change.change.has_value());
  CHECK(change.reason.has(StudyReason::different_unit));
}

TEST_CASE("recordings of one visit that do not go together give no value, and neither do two channels of one muscle") {
  auto sessions = small_sessions();
  Session more = sessions[2];
  more.recording_id = more.recording_name = "more";
  for (SessionChannel& c : more.channels) c.samples_hash += 1000;
  sessions.push_back(more);
  const StudyResults together = compared(small_study(), sessions);
  CHECK(value_at(together, "S1", "T1", "reps", Side::left, "rms_active", View::raw).n == 6);
  sessions.back().fs_hz = 1000;
  const StudyResults slow = compared(small_study(), sessions);
  CHECK(value_at(slow, "S1", "T1", "reps", Side::left, "rms_active", View::raw).n == 6);
  CHECK_FALSE(value_at(slow, "S1", "T1", "reps", Side::left, "mdf_active", View::raw).value.has_value());
  CHECK(value_at(slow, "S1", "T1", "reps", Side::left, "mdf_active", View::raw).reason.has(StudyReason::different_rate));
  for (SessionChannel& c : sessions.back().channels) c.about.unit = Unit::arbitrary;
  CHECK_FALSE(value_at(compared(small_study(), sessions), "S1", "T1", "reps", Side::left, "rms_active", View::raw).value.has_value());
  sessions = small_sessions();
  sessions[2].channels.push_back(sessions[2].channels[0]);
  const StudyResults twice = compared(small_study(), sessions);
  const ValueCell& value = value_at(twice, "S1", "T1", "reps", Side::left, "rms_active", View::raw);
  CHECK_FALSE(value.value.has_value());
  CHECK(value.reason.has(StudyReason::ambiguous_channel));
}

TEST_CASE("where only the other side was recorded, and at another rate, the ratio is not assessable and the recording is named") {
  auto sessions = small_sessions();
  Session& visit = sessions[2];  // S1 at T1, without its paretic side
  visit.fs_hz = 1000;
  visit.channels.erase(visit.channels.begin());
  const StudyResults r = compared(small_study(), sessions);
  const ChangeCell& change = change_at(r, "S1", "T1", "reps", Side::left, "rms_active", View::paretic_ratio);
  CHECK(change.verdict == ChangeVerdict::not_assessable);
  CHECK(change.reason.has(StudyReason::channel_missing));
  CHECK_FALSE(r.findings.empty());
  for (const StudyFinding& f : r.findings) {
    CHECK(f.recording_id == "S1_T1");
    CHECK(f.session == 2);
  }
}

TEST_CASE("days that do not differ at all give no limit") {
  auto sessions = small_sessions();
  for (Session& s : sessions) {
    if (s.visit_id[0] != 'B') continue;
    s.channels[0] = small_channel(Side::left, {.level = 100, .mvc = 200, .mdf_hz = 80}, s.channels[0].samples_hash);
  }
  const ChangeCell change = change_at(compared(small_study(), sessions), "S1", "M6", "reps", Side::left, "rms_active", View::raw);
  CHECK(change.verdict == ChangeVerdict::not_assessable);
  CHECK(change.reason.text() == "no_reliability");
}

TEST_CASE("a baseline outside its window counts as a baseline, flagged, and not as a day without treatment") {
  StudyResults results;
  results.study = small_study();
  results.sessions = small_sessions();
  StudyFinding late;
  late.participant = 0, late.visit = 1, late.code = StudyReason::out_of_window;
  results.findings = {late};
  results.values = values_of(results.study, results.sessions, results.findings);
  compare_visits(results);
  const ChangeCell& change = change_at(results, "S1", "M6", "reps", Side::left, "rms_active", View::raw);
  CHECK(*change.mdc_df == 2);
  CHECK(change.baselines.size() == 2);
  CHECK(change.reason.text() == "out_of_window");
}

TEST_CASE("seconds of a hold are not compared with repetitions") {
  Study study = small_study();
  study.plan.tasks[2].kind = TaskKind::hold;
  study.plan.tasks[2].repetitions = 0;
  study.plan.tasks[2].features = {"rms"};
  auto sessions = small_sessions();
  for (Session& s : sessions) {
    for (SessionChannel& c : s.channels) {
      SessionTask& task = c.tasks[2];
      task.repetitions = 1;
      task.features = {{"rms", observations({100})}};
      Observations seconds = observations({99, 100, 101, 100, 99, 101});
      seconds.of = Observations::Of::epochs;
      if (s.visit_id != "T1") task.epochs = {{"rms", seconds}};
    }
  }
  const ChangeCell change = change_at(compared(study, sessions), "S1", "T1", "reps", Side::left, "rms", View::raw);
  CHECK(change.verdict == ChangeVerdict::refused);
  CHECK(change.reason.text() == "different_task");
}

}  // namespace semg
