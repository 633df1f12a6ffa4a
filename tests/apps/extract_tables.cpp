// SPDX-License-Identifier: BSD-3-Clause
// The tables as a statistician opens them: columns in their order, one way to write a number, a codebook that leaves nothing out.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

/// A recording with everything in it: two channels, a gap, periods, edges set by hand.
void make_tables(const CommandFolder& folder) {
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --channels 2 --repetitions 3 --periods --gap 12,0.3").code == 0);
  folder.write("edges.csv", "channel,onset_s,offset_s\nCH2,5,7.5\nCH2,11,13\n");
  REQUIRE(folder.run("extract sim.nwb --csv tables --events edges.csv --features all").code == 0);
}

const std::vector<std::string> kTables = {"windows", "activations", "summary", "fatigue"};

}  // namespace

TEST_CASE("windows.csv, activations.csv and summary.csv have the columns that were promised, in that order") {
  const CommandFolder folder;
  make_tables(folder);
  CHECK(folder.bytes("tables/windows.csv")
            .starts_with("recording_id,participant_id,visit_id,task,repetition,channel,muscle,side,t_start_s,t_end_s,feature,value,unit,"
                         "valid,reason,ci_low,ci_high\n"));
  CHECK(folder.bytes("tables/activations.csv")
            .starts_with(
                "recording_id,participant_id,visit_id,task,repetition,channel,muscle,side,index,onset_s,offset_s,duration_s,"
                "amplitude_unit,rms,arv,"
                "iemg,peak,mdf_hz,mnf_hz,snr_db,valid,reason,source,rms_ci_low,rms_ci_high,arv_ci_low,arv_ci_high,mdf_ci_low,mdf_ci_high,"
                "mnf_ci_low,mnf_ci_high\n"));
  CHECK(folder.bytes("tables/summary.csv")
            .starts_with("recording_id,participant_id,visit_id,task,repetition,channel,muscle,side,feature,statistic,value,unit,ci_low,ci_"
                         "high,n,n_unit,"
                         "valid,reason\n"));
  CHECK(folder.bytes("tables/codebook.csv").starts_with("table,column,type,unit,levels,meaning_en,meaning_zh\n"));
}

TEST_CASE("the codebook explains every column of every table, in order, in English and in Chinese") {
  const CommandFolder folder;
  make_tables(folder);
  const ReadTable codebook = table_of(folder, "tables/codebook.csv");
  std::vector<std::pair<std::string, std::string>> explained, there;
  for (const TableRow& row : codebook.rows) {
    explained.emplace_back(row.at("table"), row.at("column"));
    CHECK_FALSE(row.at("type").empty());
    CHECK_FALSE(row.at("meaning_en").empty());
    CHECK(std::any_of(row.at("meaning_zh").begin(), row.at("meaning_zh").end(), [](char c) { return (c & 0x80) != 0; }));
  }
  for (const std::string& table : kTables) {
    for (const std::string& column : table_of(folder, "tables/" + table + ".csv").columns) there.emplace_back(table, column);
  }
  CHECK(explained == there);
}

TEST_CASE("what the codebook says of a column holds for every cell of it") {
  const CommandFolder folder;
  make_tables(folder);
  const ReadTable codebook = table_of(folder, "tables/codebook.csv");
  for (const std::string& name : kTables) {
    const ReadTable table = table_of(folder, "tables/" + name + ".csv");
    REQUIRE(!table.rows.empty());
    for (const TableRow& about : rows_where(codebook, {{"table", name}})) {
      const std::string& column = about.at("column");
      CAPTURE(name);
      CAPTURE(column);
      std::set<std::string> levels;
      std::istringstream words(about.at("levels"));
      for (std::string word; std::getline(words, word, ';');) levels.insert(word);
      for (const TableRow& row : table.rows) {
        const std::string& cell = row.at(column);
        if (cell.empty()) continue;
        if (about.at("type") == "number" || about.at("type") == "integer") {
          std::size_t read = 0;
          const double value = std::stod(cell, &read);
          REQUIRE(read == cell.size());
          REQUIRE(std::isfinite(value));
          if (about.at("type") == "integer") REQUIRE(cell == std::to_string(static_cast<long long>(value)));
          char again[64];
          std::snprintf(again, sizeof again, "%.9g", value);
          REQUIRE(cell == again);
        }
        if (about.at("type") == "id") REQUIRE(std::isalpha(static_cast<unsigned char>(cell[0])));
        if (levels.empty()) continue;
        std::istringstream found(cell);
        for (std::string word; std::getline(found, word, ';');) REQUIRE_MESSAGE(levels.contains(word), word);
      }
    }
  }
}

TEST_CASE("tables are UTF-8 with LF, and a value that is not valid is empty, never 0, with its reason") {
  const CommandFolder folder;
  make_tables(folder);
  for (const char* name : {"windows", "activations", "summary", "codebook"}) {
    const std::string bytes = folder.bytes(std::string("tables/") + name + ".csv");
    CHECK(bytes.find('\r') == std::string::npos);
    CHECK(bytes.find("nan") == std::string::npos);
    CHECK(bytes.find("inf") == std::string::npos);
    CHECK_FALSE(bytes.starts_with("\xEF\xBB\xBF"));
    CHECK(bytes.ends_with('\n'));
  }
  std::size_t invalid = 0;
  for (const char* name : {"windows", "summary"}) {
    for (const TableRow& row : table_of(folder, std::string("tables/") + name + ".csv").rows) {
      const bool valid = row.at("valid") == "TRUE";
      REQUIRE((valid || row.at("valid") == "FALSE"));
      REQUIRE(row.at("value").empty() == !valid);
      REQUIRE(row.at("reason").empty() == valid);
      invalid += valid ? 0 : 1;
    }
  }
  CHECK(invalid > 10);
}

TEST_CASE("a window that is measured is named by its time, and a gap has none") {
  const CommandFolder folder;
  make_tables(folder);
  const ReadTable windows = table_of(folder, "tables/windows.csv");
  for (const TableRow& row : rows_where(windows, {{"feature", "rms"}})) {
    REQUIRE(number_in(row, "t_end_s") - number_in(row, "t_start_s") == doctest::Approx(0.25));
    REQUIRE((number_in(row, "t_end_s") <= 12 + 1e-9 || number_in(row, "t_start_s") >= 12.3 - 1e-9));
  }
  // A valid window of each feature is in the features file under the same row.
  const auto first_row = numbers_of(folder.path("sim.features.h5"), "/windows/amplitude/first_row");
  const auto rms = numbers_of(folder.path("sim.features.h5"), "/windows/amplitude/rms");
  const auto rows = rows_where(windows, {{"feature", "rms"}, {"channel", "CH2"}});
  REQUIRE(rows.size() == first_row.size());
  for (std::size_t w = 0; w < rows.size(); ++w) {
    REQUIRE(number_in(rows[w], "t_start_s") * 1000 == doctest::Approx(first_row[w]));
    if (rows[w].at("valid") == "TRUE") REQUIRE(number_in(rows[w], "value") == doctest::Approx(rms[2 * w + 1]).epsilon(1e-8));
  }
}

TEST_CASE("a name with a comma, a quote and Chinese signs goes through the tables whole") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --channels 1 --repetitions 1").code == 0);
  REQUIRE(folder.run("import sim.nwb -o rec.nwb --channel 'CH1=小指伸肌, \"deep\":left'").code == 0);
  REQUIRE(folder.run("extract rec.nwb --csv tables").code == 0);
  for (const std::string& name : kTables) {
    for (const TableRow& row : table_of(folder, "tables/" + name + ".csv").rows) {
      REQUIRE(row.at("muscle") == "小指伸肌, \"deep\"");
      REQUIRE(row.at("side") == "left");
    }
  }
}

TEST_CASE("tables of several recordings stand one under the other, told apart by recording_id") {
  const CommandFolder folder;
  for (const char* name : {"a", "b"}) {
    REQUIRE(folder.run(std::string("simulate recording -o ") + name + ".nwb --fs 1000 --repetitions 1 --recording-id SIM-" + name).code ==
            0);
  }
  REQUIRE(folder.run("extract b.nwb a.nwb --csv tables").code == 0);
  const ReadTable summary = table_of(folder, "tables/summary.csv");
  const std::size_t half = summary.rows.size() / 2;
  REQUIRE(half > 0);
  for (std::size_t k = 0; k < summary.rows.size(); ++k) REQUIRE(summary.rows[k].at("recording_id") == (k < half ? "SIM-b" : "SIM-a"));
}
