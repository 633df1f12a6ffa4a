// SPDX-License-Identifier: BSD-3-Clause
// What stands beside a recording when its study is compared: measured again, kept, or left alone and named.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "io/features_file.hpp"
#include "tests/apps/study/study_command.hpp"

namespace semg {
namespace {

constexpr std::array kTables = {"values.csv", "values_wide.csv", "changes.csv", "changes.json", "codebook.csv", "load.R", "report.html"};

/// The plan's high pass, changed after the study was measured.
void plan_high_pass(const PlantedStudy& study, const std::string& hz) {
  std::string plan = study.bytes("study/study.toml");
  const std::string was = "high_pass_hz = 20.0";
  const auto at = plan.find(was);
  REQUIRE(at != std::string::npos);
  study.write("study/study.toml", plan.replace(at, was.size(), "high_pass_hz = " + hz));
}

std::string features_of(const std::string& recording) {
  return "study/recordings/" + recording + ".features.h5";
}

/// Whether the features of a recording are these bytes, which nobody wants to see where they are not.
bool has_features(const CommandFolder& study, const std::string& recording, const std::string& bytes) {
  return study.bytes(features_of(recording)) == bytes;
}

/// A study compared with its first plan, then stopped in the middle of measuring `done` by the next one: what a new plan needs of these
/// recordings is there, and the rest, with the mark of the last comparison, is as before.
void interrupt(const PlantedStudy& study, const PlantedStudy& finished, const std::vector<std::string>& done) {
  REQUIRE(study.compare().code == 0);
  plan_high_pass(study, "30.0");
  for (const std::string& recording : done) study.write(features_of(recording), finished.bytes(features_of(recording)));
}

/// One row of a table that is there, or the test ends.
TableRow the_row(const ReadTable& table, const TableRow& wanted) {
  const auto rows = rows_where(table, wanted);
  REQUIRE(rows.size() == 1);
  return rows[0];
}

/// Rows that are not of one participant's visit, of values.csv or changes.csv.
std::vector<TableRow> rows_beside(const CommandFolder& study, const std::string& table, const std::string& visit_column,
                                  const std::string& participant, const std::string& visit) {
  std::vector<TableRow> rows = table_of(study, "results/" + table).rows;
  std::erase_if(rows, [&](const TableRow& row) { return row.at("participant_id") == participant && row.at(visit_column) == visit; });
  return rows;
}

}  // namespace

TEST_CASE("compare: a change of the plan that was interrupted is finished by the next comparison, as if it had never been") {
  const PlantedStudy undisturbed;
  plan_high_pass(undisturbed, "30.0");
  REQUIRE(undisturbed.compare().code == 0);
  const std::string mark = undisturbed.bytes("results/settings.sha256");

  const PlantedStudy study;
  interrupt(study, undisturbed, {"SIM01_B1", "SIM02_T1", "SIM04_M6"});
  REQUIRE(study.bytes("results/settings.sha256").size() == 65);
  REQUIRE(study.bytes("results/settings.sha256") != mark);
  REQUIRE(study.bytes("results/values.csv") != undisturbed.bytes("results/values.csv"));

  const Outcome healed = study.compare();
  CHECK(healed.code == 0);
  CHECK(healed.words.empty());
  CHECK(healed.results.find("24 recordings: 21 measured, 3 up to date\n") != std::string::npos);
  CHECK(study.bytes("results/settings.sha256") == mark);
  for (const char* file : kTables) {
    CAPTURE(file);
    CHECK(study.bytes(std::string("results/") + file) == undisturbed.bytes(std::string("results/") + file));
  }
}

TEST_CASE("compare: a recording that somebody measured in a third way stays so when an interrupted change of the plan is finished") {
  const PlantedStudy undisturbed;
  plan_high_pass(undisturbed, "30.0");
  REQUIRE(undisturbed.compare().code == 0);

  const PlantedStudy study;
  interrupt(study, undisturbed, {"SIM01_B1", "SIM02_T1"});
  study.write("other.toml", "[filter]\nhigh_pass_hz = 15\n");
  REQUIRE(study.run("extract study/recordings/SIM03_T2.nwb --analysis other.toml").code == 0);
  const std::string third = study.bytes(features_of("SIM03_T2"));

  const Outcome outcome = study.compare();
  CHECK(outcome.code == 3);
  CHECK(outcome.results.find("24 recordings: 21 measured, 2 up to date, 1 left with other settings\n") != std::string::npos);
  CHECK(outcome.words.find("filter.high_pass_hz: 30.0 and 15.0") != std::string::npos);
  CHECK(has_features(study, "SIM03_T2", third));
  CHECK(rows_beside(study, "values.csv", "visit_id", "SIM03", "T2") == rows_beside(undisturbed, "values.csv", "visit_id", "SIM03", "T2"));
}

TEST_CASE("compare: activations that a person set stay when the plan's settings change, and stop it when the recording is another one") {
  const PlantedStudy study;
  study.write("edges.csv", "channel,onset_s,offset_s\nTA left,42,43\nTA left,48,49.25\n");
  study.write("plan.toml", "[filter]\nhigh_pass_hz = 20.0\nlow_pass_hz = 450.0\n");
  REQUIRE(study.run("extract study/recordings/SIM02_T1.nwb --analysis plan.toml --events edges.csv").code == 0);
  const auto edited = [&] {
    const FeaturesReader reader(study.path(features_of("SIM02_T1")));
    for (const ChannelBrief& brief : reader.head().briefs)
      if (brief.edited) return brief.edited->size();
    return std::size_t{0};
  };
  REQUIRE(edited() == 2);
  REQUIRE(study.compare().code == 0);
  plan_high_pass(study, "30.0");
  REQUIRE(study.compare().code == 0);
  CHECK(edited() == 2);
  CHECK(FeaturesReader(study.path(features_of("SIM02_T1"))).head().settings_toml.find("high_pass_hz = 30") != std::string::npos);

  change_sample(study.path("study/recordings/SIM02_T1.nwb"), 100, 0, 1);
  const Outcome outcome = study.compare();
  CHECK(outcome.code == 3);
  CHECK(outcome.words.find("SIM02_T1.features.h5: activations: found edges that were set by hand in another recording") !=
        std::string::npos);
  CHECK(outcome.results.find("24 recordings: 0 measured, 23 up to date\n") != std::string::npos);
  CHECK(edited() == 2);
}

TEST_CASE("compare: activations that a person set stay, and their values are the study's") {
  const PlantedStudy study;
  // Within each of the five contractions of 3 s.
  study.write("edges.csv",
              "channel,onset_s,offset_s\nTA left,42,43\nTA left,48,49.25\nTA left,54,55.5\nTA left,60,61.75\nTA left,66,68\n"
              "TA left,11.5,13.5\nTA left,16.5,18.5\nTA left,21.5,23.5\n");
  study.write("plan.toml", "[filter]\nhigh_pass_hz = 20.0\nlow_pass_hz = 450.0\n");
  REQUIRE(study.run("extract study/recordings/SIM02_T1.nwb --analysis plan.toml --events edges.csv --csv tables").code == 0);
  const std::string edited = study.bytes(features_of("SIM02_T1"));
  const auto written = std::filesystem::last_write_time(study.path(features_of("SIM02_T1")));

  const Outcome outcome = study.compare();
  CHECK(outcome.code == 0);
  CHECK(outcome.results.find("24 recordings: 0 measured, 24 up to date\n") != std::string::npos);
  CHECK(std::filesystem::last_write_time(study.path(features_of("SIM02_T1"))) == written);
  CHECK(has_features(study, "SIM02_T1", edited));

  // Noise off each repetition, then the mean of the logarithms; seconds as they are.
  const ReadTable summary = table_of(study, "tables/summary.csv");
  const double rest = number_in(the_row(summary, {{"task", ""}, {"channel", "TA left"}, {"feature", "rms_rest"}}), "value");
  double logarithm = 0;
  for (int repetition = 1; repetition <= 5; ++repetition) {
    const TableRow row = the_row(
        summary, {{"task", "df_reps"}, {"repetition", std::to_string(repetition)}, {"channel", "TA left"}, {"feature", "rms_active"}});
    const double rms = number_in(row, "value");
    logarithm += std::log(rms * rms - rest * rest) / 2 / 5;
  }
  const ReadTable values = table_of(study, "results/values.csv");
  const ReadTable automatic = table_of(ComparedStudy::shared(), "results/values.csv");
  const TableRow mine = {{"participant_id", "SIM02"}, {"visit_id", "T1"}, {"task", "df_reps"}, {"channel", "TA left"}, {"view", "raw"}};
  const auto of = [&](const ReadTable& table, const std::string& feature) {
    TableRow wanted = mine;
    wanted["feature"] = feature;
    return the_row(table, wanted);
  };
  CHECK(number_in(of(values, "rms_active"), "value") == doctest::Approx(std::exp(logarithm)).epsilon(1e-6));
  CHECK(of(values, "rms_active").at("value") != of(automatic, "rms_active").at("value"));
  CHECK(number_in(of(values, "duration"), "value") == doctest::Approx(1.5));
  CHECK(of(values, "duration").at("n") == "5");
  CHECK(of(values, "duration").at("valid") == "TRUE");
  CHECK(number_in(of(automatic, "duration"), "value") > 2.9);
  CHECK(rows_beside(study, "values.csv", "visit_id", "SIM02", "T1") ==
        rows_beside(ComparedStudy::shared(), "values.csv", "visit_id", "SIM02", "T1"));
}

TEST_CASE("compare: a strange file where a recording's features belong is named and stays, and the other recordings stand") {
  const std::string features = ComparedStudy::shared().bytes(features_of("SIM03_T1"));
  REQUIRE(features.size() > 20'000);
  for (const std::string& strange : {std::string("what I saw that day\n"), features.substr(0, features.size() / 2), std::string()}) {
    CAPTURE(strange.size());
    const PlantedStudy study;
    study.write(features_of("SIM03_T1"), strange);
    for (int times = 0; times < 2; ++times) {
      const Outcome outcome = study.compare();
      CHECK(outcome.code == 3);
      CHECK(outcome.words.find("SIM03_T1.features.h5: found another file of this name") != std::string::npos);
      CHECK(std::count(outcome.words.begin(), outcome.words.end(), '\n') == 1);
      CHECK(has_features(study, "SIM03_T1", strange));
    }
    const auto lost = rows_where(table_of(study, "results/values.csv"), {{"participant_id", "SIM03"}, {"visit_id", "T1"}});
    REQUIRE_FALSE(lost.empty());
    for (const TableRow& row : lost) {
      CHECK(row.at("value").empty());
      CHECK(row.at("reason") == "unreadable");
    }
    CHECK(rows_beside(study, "values.csv", "visit_id", "SIM03", "T1") ==
          rows_beside(ComparedStudy::shared(), "values.csv", "visit_id", "SIM03", "T1"));
    CHECK(rows_beside(study, "changes.csv", "visit_to", "SIM03", "T1") ==
          rows_beside(ComparedStudy::shared(), "changes.csv", "visit_to", "SIM03", "T1"));
    CHECK(study.report_says("SIM03_T1.features.h5"));
  }
}

TEST_CASE("compare: a features file of which a part was lost is named, and the other recordings stand") {
  const PlantedStudy study;
  {
    const Hdf5Object file(H5Fopen(study.path(features_of("SIM03_T1")).c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    REQUIRE(H5Ldelete(file.id(), "/windows/amplitude/rms", H5P_DEFAULT) >= 0);
  }
  const Outcome outcome = study.compare();
  CHECK(outcome.code == 3);
  CHECK(outcome.words.find("SIM03_T1.features.h5") != std::string::npos);
  CHECK(rows_beside(study, "values.csv", "visit_id", "SIM03", "T1") ==
        rows_beside(ComparedStudy::shared(), "values.csv", "visit_id", "SIM03", "T1"));
}

}  // namespace semg
