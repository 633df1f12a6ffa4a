// SPDX-License-Identifier: BSD-3-Clause
// semg extract --sensitivity: each value beside what two other choices make of it.
#include <cmath>

#include <doctest/doctest.h>

#include "tests/apps/extract_command.hpp"

using namespace semg;

TEST_CASE("extract --sensitivity tells of every value what another high-pass and another detector make of it") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --channels 2 --repetitions 3 --periods").code == 0);
  const Outcome run = folder.run("extract sim.nwb --csv t --sensitivity");
  REQUIRE(run.code == 0);
  CHECK(run.results.find("filter.high_pass_hz = 30") != std::string::npos);
  CHECK(run.results.find("activation.method = hodges_bui") != std::string::npos);
  const ReadTable told = table_of(folder, "t/sensitivity.csv"), summary = table_of(folder, "t/summary.csv");
  CHECK(told.rows.size() == 2 * summary.rows.size());
  // What is told is what an analysis with that setting gives.
  folder.write("other.toml", "[filter]\nhigh_pass_hz = 30\n");
  REQUIRE(folder.run("extract sim.nwb -o other.features.h5 --csv other --analysis other.toml").code == 0);
  const ReadTable other = table_of(folder, "other/summary.csv");
  REQUIRE(other.rows.size() == summary.rows.size());
  int moved = 0;
  for (std::size_t k = 0; k < summary.rows.size(); ++k) {
    CHECK(told.rows[k].at("alternative") == "filter.high_pass_hz = 30");
    for (const char* column : {"task", "repetition", "channel", "feature", "unit"})
      REQUIRE(told.rows[k].at(column) == summary.rows[k].at(column));
    CHECK(told.rows[k].at("value") == summary.rows[k].at("value"));
    CHECK(told.rows[k].at("alternative_value") == other.rows[k].at("value"));
    if (told.rows[k].at("difference").empty()) continue;
    const double from = number_in(summary.rows[k], "value"), to = number_in(other.rows[k], "value");
    CHECK(std::abs(number_in(told.rows[k], "difference") - (to - from)) <= 2e-8 * std::abs(from));  // tables have nine digits
    moved += number_in(told.rows[k], "difference") != 0;
  }
  CHECK(moved > 20);
  CHECK(rows_where(table_of(folder, "t/codebook.csv"), {{"table", "sensitivity"}}).size() == told.columns.size());
}

TEST_CASE("extract --sensitivity against settings that are the alternative turns to the default") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --channels 1 --repetitions 3").code == 0);
  folder.write("other.toml", "[filter]\nhigh_pass_hz = 30\n[activation]\nmethod = \"hodges_bui\"\n");
  const Outcome run = folder.run("extract sim.nwb --analysis other.toml --sensitivity");
  REQUIRE(run.code == 0);
  CHECK(run.results.find("filter.high_pass_hz = 20") != std::string::npos);
  CHECK(run.results.find("activation.method = first_departure") != std::string::npos);
}
