// SPDX-License-Identifier: BSD-3-Clause
// The visits of a study compared: what comes out, what is done again, and what is named.
#include <cmath>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/study/study_command.hpp"

namespace semg {
namespace {

bool has_code(const TableRow& row, const std::string& code) {
  return (";" + row.at("reason") + ";").find(";" + code + ";") != std::string::npos;
}

/// Every change of what was planted is refused for this reason, and hardly any other is.
void check_named(const PlantedStudy& study, const TableRow& wanted, const std::string& code) {
  const auto rows = study.changes(wanted);
  REQUIRE_FALSE(rows.empty());
  for (const TableRow& row : rows) {
    CHECK(row.at("verdict") == "refused");
    CHECK(row.at("change").empty());
    CHECK(has_code(row, code));
  }
  CHECK(study.bytes("results/changes.json").find("\"reason\":\"" + code + "\"") != std::string::npos);
}

std::size_t rows_with(const PlantedStudy& study, const std::string& code) {
  const auto rows = study.changes({});
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const TableRow& row) { return has_code(row, code); }));
}

}  // namespace

TEST_CASE("compare: every planned cell is a row of values and of changes, in the order that is promised") {
  const CommandFolder& study = ComparedStudy::shared();
  const ReadTable changes = table_of(study, "results/changes.csv");
  CHECK(changes.columns ==
        std::vector<std::string>{"study_id",      "site",           "participant_id", "task",     "channel",    "muscle",      "side",
                                 "side_role",     "feature",        "view",           "endpoint", "visit_from", "visit_to",    "day_from",
                                 "day_to",        "value_from",     "value_to",       "unit",     "change",     "change_unit", "change_pct",
                                 "within_ci_low", "within_ci_high", "n_from",         "n_to",     "n_unit",     "mdc_low",     "mdc_high",
                                 "mdc_df",        "mdc_source",     "verdict",        "reason"});
  const ReadTable values = table_of(study, "results/values.csv");
  // Four follow-up visits of six.
  CHECK(values.rows.size() * 4 == changes.rows.size() * 6);
  std::set<std::string> keys;
  for (const TableRow& row : changes.rows) {
    keys.insert(row.at("participant_id") + row.at("task") + row.at("muscle") + row.at("side") + row.at("feature") + row.at("view") +
                row.at("visit_to"));
  }
  CHECK(keys.size() == changes.rows.size());
  const auto primary = rows_where(changes, {{"endpoint", "primary"}});
  CHECK(primary.size() == 4);
  const ReadTable wide = table_of(study, "results/values_wide.csv");
  CHECK(wide.rows.size() == 24);
  // What stands in one table stands in the other.
  const auto value = rows_where(values, {{"participant_id", "SIM02"},
                                         {"visit_id", "M6"},
                                         {"task", "df_reps"},
                                         {"muscle", "TA"},
                                         {"side_role", "paretic"},
                                         {"feature", "rms_active"},
                                         {"view", "raw"}});
  REQUIRE(value.size() == 1);
  CHECK(rows_where(wide, {{"participant_id", "SIM02"}, {"visit_id", "M6"}})[0].at("df_reps.TA.paretic.rms_active.raw") ==
        value[0].at("value"));
}

TEST_CASE("compare: the JSON holds the numbers of the table") {
  const CommandFolder& study = ComparedStudy::shared();
  const auto json = nlohmann::json::parse(study.bytes("results/changes.json"));
  const ReadTable changes = table_of(study, "results/changes.csv");
  CHECK(json.at("schema") == "semg-changes/1");
  CHECK(json.at("simulated") == true);
  REQUIRE(json.at("changes").size() == changes.rows.size());
  for (std::size_t k = 0; k < changes.rows.size(); ++k) {
    const auto& row = json["changes"][k];
    CHECK(row.at("verdict") == changes.rows[k].at("verdict"));
    const std::string& change = changes.rows[k].at("change");
    if (change.empty()) {
      CHECK(row.at("change").is_null());
    } else {
      CHECK(row.at("change").get<double>() == std::stod(change));
    }
  }
}

TEST_CASE("compare: the same study gives the same bytes, and nothing is measured twice") {
  const PlantedStudy study;
  const Outcome again = study.compare();
  CHECK(again.code == 0);
  CHECK(again.results.find("24 recordings: 0 measured, 24 up to date") != std::string::npos);
  for (const char* file : {"values.csv", "values_wide.csv", "changes.csv", "changes.json", "codebook.csv", "load.R", "report.html"}) {
    CAPTURE(file);
    CHECK(study.bytes(std::string("results/") + file) == ComparedStudy::shared().bytes(std::string("results/") + file));
  }
}

TEST_CASE("compare: one changed recording is measured again, and only it") {
  const PlantedStudy study;
  rewrite(study.recording("SIM03_T2.nwb"), [](Recording&, Counts& counts) { counts[4321] = static_cast<std::int16_t>(counts[4321] + 1); });
  const auto untouched = std::filesystem::last_write_time(study.recording("SIM03_T1.features.h5"));
  CHECK(study.compare().results.find("24 recordings: 1 measured, 23 up to date") != std::string::npos);
  CHECK(std::filesystem::last_write_time(study.recording("SIM03_T1.features.h5")) == untouched);
}

TEST_CASE("compare: results do not depend on the number of jobs") {
  const PlantedStudy study;
  CHECK(study.compare("--re-extract --jobs 1").code == 0);
  CHECK(study.bytes("results/changes.csv") == ComparedStudy::shared().bytes("results/changes.csv"));
}

TEST_CASE("compare: a duplicated day is named at both visits") {
  const PlantedStudy study;
  std::filesystem::copy_file(study.recording("SIM02_T1.nwb"), study.recording("SIM02_T2.nwb"),
                             std::filesystem::copy_options::overwrite_existing);
  rewrite(study.recording("SIM02_T2.nwb"), [](Recording& head, Counts&) {
    head.visit_id = "T2";
    head.recording_id = "SIM02_T2";
  });
  CHECK(study.compare().code == 0);
  for (const char* visit : {"T1", "T2"}) check_named(study, {{"participant_id", "SIM02"}, {"visit_to", visit}}, "duplicate_recording");
  for (const TableRow& row : rows_where(table_of(study, "results/values.csv"), {{"participant_id", "SIM02"}, {"visit_id", "T1"}})) {
    CHECK(row.at("valid") == "FALSE");
    CHECK_FALSE(row.at("value").empty());
  }
  CHECK(rows_with(study, "duplicate_recording") == study.changes({{"participant_id", "SIM02"}}).size() / 2);
  CHECK(study.report_says("duplicate"));
}

TEST_CASE("compare: an exchanged side is named") {
  const PlantedStudy study;
  rewrite(study.recording("SIM01_T2.nwb"), [](Recording& head, Counts& counts) {
    const std::size_t channels = head.stream.channels.size();
    for (std::size_t a = 0; a < channels; ++a) {
      for (std::size_t b = a + 1; b < channels; ++b) {
        if (head.stream.channels[a].muscle != head.stream.channels[b].muscle) continue;
        for (std::size_t row = 0; row < counts.size(); row += channels) std::swap(counts[row + a], counts[row + b]);
      }
    }
  });
  CHECK(study.compare().code == 0);
  check_named(study, {{"participant_id", "SIM01"}, {"visit_to", "T2"}}, "exchanged_sides");
  CHECK(rows_with(study, "exchanged_sides") == study.changes({{"participant_id", "SIM01"}, {"visit_to", "T2"}}).size());
  CHECK(study.report_says("exchanged"));
}

TEST_CASE("compare: a collapsed channel is named, dead or all but dead") {
  for (const int left : {0, 30}) {
    CAPTURE(left);
    const PlantedStudy study;
    std::string side;
    rewrite(study.recording("SIM03_M6.nwb"), [&](Recording& head, Counts& counts) {
      side = to_string(head.stream.channels[0].side);
      for (std::size_t row = 0; row < counts.size(); row += head.stream.channels.size()) {
        counts[row] = left == 0 ? std::int16_t{7} : static_cast<std::int16_t>(counts[row] / left);
      }
    });
    CHECK(study.compare().code == 0);
    const auto rows = study.changes({{"participant_id", "SIM03"}, {"visit_to", "M6"}, {"muscle", "TA"}, {"side", side}});
    REQUIRE_FALSE(rows.empty());
    for (const TableRow& row : rows) {
      CHECK(has_code(row, "collapsed_channel"));
      CHECK(row.at("verdict") != "increase");
      CHECK(row.at("verdict") != "decrease");
    }
    CHECK(study.report_says("collapsed"));
  }
}

TEST_CASE("compare: a unit jump is named") {
  for (const double factor : {1e-3, 1e3}) {
    CAPTURE(factor);
    const PlantedStudy study;
    rewrite(study.recording("SIM04_T3.nwb"), [&](Recording& head, Counts&) {
      head.conversion *= factor;
      for (Channel& c : head.stream.channels) {
        c.lsb = *c.lsb * factor;
        c.rail_low = *c.rail_low * factor;
        c.rail_high = *c.rail_high * factor;
      }
    });
    CHECK(study.compare().code == 0);
    check_named(study, {{"participant_id", "SIM04"}, {"visit_to", "T3"}}, "unit_jump");
    CHECK(study.report_says("unit"));
  }
}

TEST_CASE("compare: a changed filter of the device is named") {
  const PlantedStudy study;
  rewrite(study.recording("SIM02_T3.nwb"), [](Recording& head, Counts& counts) {
    // Three single poles at 120 Hz: 9 dB and more are gone above 160 Hz.
    const std::size_t channels = head.stream.channels.size();
    const double keep = std::exp(-2 * 3.141592653589793 * 120 / head.stream.fs_hz);
    for (std::size_t c = 0; c < channels; ++c) {
      double state[3] = {0, 0, 0};
      for (std::size_t k = c; k < counts.size(); k += channels) {
        double x = counts[k];
        for (double& s : state) x = s = keep * s + (1 - keep) * x;
        counts[k] = static_cast<std::int16_t>(std::lround(x));
      }
    }
  });
  CHECK(study.compare().code == 0);
  check_named(study, {{"participant_id", "SIM02"}, {"visit_to", "T3"}}, "different_band");
  CHECK(rows_with(study, "different_band") == study.changes({{"participant_id", "SIM02"}, {"visit_to", "T3"}}).size());
  CHECK(study.report_says("filter"));
}

TEST_CASE("compare: a recording measured with another filter is refused with the key that differs, until it is measured again") {
  const PlantedStudy study;
  study.write("other.toml", "[filter]\nhigh_pass_hz = 30\n");
  REQUIRE(study.run("extract study/recordings/SIM01_M6.nwb --analysis other.toml").code == 0);
  const Outcome refused = study.compare();
  CHECK(refused.code == 3);
  CHECK(refused.words.find("filter.high_pass_hz: 20.0 and 30.0") != std::string::npos);
  CHECK(refused.words.find("--re-extract") != std::string::npos);
  check_named(study, {{"participant_id", "SIM01"}, {"visit_to", "M6"}}, "different_settings");
  CHECK(study.report_says("filter.high_pass_hz: 20.0 and 30.0"));
  CHECK(study.compare("--re-extract").code == 0);
  CHECK(study.bytes("results/changes.csv") == ComparedStudy::shared().bytes("results/changes.csv"));
}

TEST_CASE("compare: a plan with another filter measures all of it again") {
  const PlantedStudy study;
  std::string plan = study.bytes("study/study.toml");
  const auto at = plan.find("high_pass_hz = 20.0");
  REQUIRE(at != std::string::npos);
  plan.replace(at, 19, "high_pass_hz = 30.0");
  study.write("study/study.toml", plan);
  const Outcome outcome = study.compare();
  CHECK(outcome.code == 0);
  CHECK(outcome.results.find("24 recordings: 24 measured, 0 up to date") != std::string::npos);
}

TEST_CASE("compare: a recording that cannot be read is named and the others stand") {
  const PlantedStudy study;
  study.write("study/recordings/SIM01_M6.nwb", "no HDF5 at all");
  const Outcome outcome = study.compare();
  CHECK(outcome.code == 3);
  CHECK(outcome.words.find("SIM01_M6.nwb") != std::string::npos);
  CHECK(study.changes({{"participant_id", "SIM02"}, {"visit_to", "M6"}, {"endpoint", "primary"}})[0].at("change") ==
        rows_where(table_of(ComparedStudy::shared(), "results/changes.csv"),
                   {{"participant_id", "SIM02"}, {"visit_to", "M6"}, {"endpoint", "primary"}})[0]
            .at("change"));
}

TEST_CASE("compare: what cannot be is one sentence") {
  const CommandFolder folder;
  CHECK(folder.run("compare none.toml -o results").code == 66);
  folder.write("bad.toml", "schema = \"semg-study/1\"\n[study]\nid = \"X\"\nparticipnts = \"a.csv\"\n");
  const Outcome bad = folder.run("compare bad.toml -o results");
  CHECK(bad.code == 64);
  CHECK(bad.words.find("bad.toml") != std::string::npos);
  CHECK(bad.words.find("participants") != std::string::npos);
  CHECK(std::count(bad.words.begin(), bad.words.end(), '\n') == 1);
  CHECK_FALSE(std::filesystem::exists(folder.path("results")));
}

TEST_CASE("compare: R reads every table with its types and labels, and finds the same changes") {
  if (std::system("Rscript --version >/dev/null 2>&1") != 0) {
    MESSAGE("[semg-skip] no Rscript");
    return;
  }
  const PlantedStudy study;
  REQUIRE(study.compare().code == 0);
  study.write("check.R", R"(source("results/load.R")
stopifnot(is.factor(changes$verdict), is.numeric(changes$change), is.integer(changes$n_to), is.character(changes$participant_id),
          is.logical(values$valid), is.character(changes$reason), nrow(values) > 0, nrow(values_wide) == 24,
          attr(changes$change, "label") != "", attr(values$value, "label") != "", identical(levels(changes$endpoint), c("primary", "secondary", "exploratory")),
          all(codebook$meaning_en != ""), all(codebook$meaning_zh != ""))
told <- !is.na(changes$change)
again <- semg_recompute()[told]
stopifnot(sum(told) > 200, max(abs(again - changes$change[told]) / pmax(1, abs(again))) < 1e-9)
cat("R is content\n"))");
  const int status = std::system(("cd '" + study.path("").string() + "' && Rscript check.R >out.txt 2>&1").c_str());
  CAPTURE(study.bytes("out.txt"));
  CHECK(status == 0);
  CHECK(study.bytes("out.txt").find("R is content") != std::string::npos);
  CHECK(std::system(("cd '" + study.path("results").string() + "' && Rscript load.R >../out2.txt 2>&1").c_str()) == 0);
  // A table that was tampered with is told.
  std::string changes = study.bytes("results/changes.csv");
  const auto at = changes.find("ln_ratio");
  REQUIRE(at != std::string::npos);
  changes.insert(changes.rfind(',', at - 2) + 1, "9");
  study.write("results/changes.csv", changes);
  CHECK(std::system(("cd '" + study.path("results").string() + "' && Rscript load.R >../out3.txt 2>&1").c_str()) != 0);
}

}  // namespace semg
