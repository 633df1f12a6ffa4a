// SPDX-License-Identifier: BSD-3-Clause
// A recording with rest, MVC and five repetitions cut by a table of periods, against files cut by hand.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

constexpr int kRate = 1000;

struct Cut {
  const char* task;
  int repetition;
  double start_s, stop_s;
  std::int64_t first_row() const { return std::llround(start_s * kRate); }
  std::int64_t rows() const { return std::llround((stop_s - start_s) * kRate); }
};

// Bursts stand at 8-11 s, then 3 s each every 6 s. Some cuts touch, some do not, and the last two part a burst.
const std::vector<Cut> kCuts = {{"rest", 0, 0, 7},        {"mvc", 0, 7.25, 13},      {"grip", 1, 13, 19},    {"grip", 2, 19, 25},
                                {"grip", 3, 25, 31.0625}, {"grip", 4, 31.5, 39.375}, {"grip", 5, 39.375, 46}};

/// whole.nwb: rest, MVC and five repetitions, cut by periods.csv.
void measure_whole(const CommandFolder& folder) {
  REQUIRE(folder.run("simulate recording -o sim.nwb --channels 2 --fs 1000 --rest 8 --burst 3,3 --repetitions 7 --seed 11").code == 0);
  std::string table = "t_start_s,t_stop_s,task,repetition\n";
  for (const Cut& cut : kCuts) {
    table += std::to_string(cut.start_s) + "," + std::to_string(cut.stop_s) + "," + cut.task + "," +
             (cut.repetition > 0 ? std::to_string(cut.repetition) : "") + "\n";
  }
  folder.write("periods.csv", table);
  REQUIRE(folder.run("import sim.nwb -o whole.nwb --periods periods.csv").code == 0);
  REQUIRE(folder.run("extract whole.nwb --csv whole").code == 0);
}

/// Rows of one period, their times counted from its start; `except` is left out.
std::vector<TableRow> rows_of_cut(const ReadTable& table, const Cut& cut, const std::vector<std::string>& times) {
  auto rows = rows_where(table, {{"task", cut.task}, {"repetition", cut.repetition > 0 ? std::to_string(cut.repetition) : ""}});
  for (TableRow& row : rows) {
    for (const std::string& time : times) row[time] = std::to_string(number_in(row, time) - cut.start_s);
  }
  return rows;
}

void check_same_number(const TableRow& a, const TableRow& b, const std::string& column) {
  REQUIRE(a.at(column).empty() == b.at(column).empty());
  if (!a.at(column).empty()) CHECK_MESSAGE(number_in(a, column) == doctest::Approx(number_in(b, column)).epsilon(1e-6), column);
}

}  // namespace

TEST_CASE("windows and activations of a recording cut by periods are those of files cut by hand, from 0.5 s after each cut on") {
  const CommandFolder folder;
  measure_whole(folder);
  const ReadTable whole_windows = table_of(folder, "whole/windows.csv");
  const ReadTable whole_activations = table_of(folder, "whole/activations.csv");
  std::size_t windows = 0, activations = 0;
  for (std::size_t k = 0; k < kCuts.size(); ++k) {
    const Cut& cut = kCuts[k];
    const std::string name = "cut" + std::to_string(k);
    CAPTURE(name);
    write_plain_hdf5(folder.path(name + ".h5"), rows_of(folder.path("sim.nwb"), cut.first_row(), cut.rows()), 2);
    REQUIRE(folder.run("import " + name + ".h5 -o " + name + ".nwb --dataset /emg --fs 1000 --unit uV").code == 0);
    REQUIRE(folder.run("extract " + name + ".nwb --rest cut0.nwb --csv " + name).code == 0);
    const std::vector<std::string> channels = {whole_windows.rows[0].at("channel"),
                                               table_of(folder, name + "/windows.csv").rows[0].at("channel")};

    const auto in_whole = rows_of_cut(whole_windows, cut, {"t_start_s", "t_end_s"});
    const auto in_cut = table_of(folder, name + "/windows.csv").rows;
    REQUIRE(in_whole.size() == in_cut.size());
    for (std::size_t w = 0; w < in_whole.size(); ++w) {
      const TableRow& a = in_whole[w];
      const TableRow& b = in_cut[w];
      REQUIRE(a.at("feature") == b.at("feature"));
      REQUIRE(number_in(a, "t_start_s") == doctest::Approx(number_in(b, "t_start_s")));
      REQUIRE(number_in(a, "t_end_s") == doctest::Approx(number_in(b, "t_end_s")));
      if (number_in(b, "t_start_s") < 0.5) continue;
      ++windows;
      CAPTURE(a.at("t_start_s"));
      CHECK(a.at("reason") == b.at("reason"));
      check_same_number(a, b, "value");
    }

    const auto whole_list = rows_of_cut(whole_activations, cut, {"onset_s", "offset_s"});
    const auto later = [](std::vector<TableRow> rows) {
      std::erase_if(rows, [](const TableRow& row) { return number_in(row, "onset_s") < 0.5; });
      return rows;
    };
    const auto from_whole = later(whole_list);
    const auto from_cut = later(table_of(folder, name + "/activations.csv").rows);
    REQUIRE(from_whole.size() == from_cut.size());
    for (std::size_t i = 0; i < from_whole.size(); ++i) {
      ++activations;
      for (const char* column : {"onset_s", "offset_s", "duration_s", "rms", "arv", "iemg", "peak", "mdf_hz", "mnf_hz", "snr_db"}) {
        check_same_number(from_whole[i], from_cut[i], column);
      }
      CHECK(from_whole[i].at("reason") == from_cut[i].at("reason"));
    }
  }
  CHECK(windows > 1000);
  CHECK(activations >= 10);
}

TEST_CASE("filters run through the edge of a period: its first window is valid, where that of a file cut there is settling") {
  const CommandFolder folder;
  measure_whole(folder);
  const ReadTable windows = table_of(folder, "whole/windows.csv");
  for (const Cut& cut : kCuts) {
    if (cut.start_s == 0) continue;
    CAPTURE(cut.start_s);
    const auto rows = rows_of_cut(windows, cut, {"t_start_s"});
    const auto first = rows_where({{}, rows}, {{"feature", "rms"}});
    REQUIRE(!first.empty());
    CHECK(std::abs(number_in(first[0], "t_start_s")) < 1e-9);
    CHECK(first[0].at("valid") == "TRUE");
  }
}

TEST_CASE("no window and no activation crosses the edge of a period, and none stands outside all of them") {
  const CommandFolder folder;
  measure_whole(folder);
  const auto lies_in_its_period = [](const TableRow& row, const char* begin, const char* end) {
    return std::any_of(kCuts.begin(), kCuts.end(), [&](const Cut& cut) {
      return row.at("task") == cut.task && row.at("repetition") == (cut.repetition > 0 ? std::to_string(cut.repetition) : "") &&
             number_in(row, begin) >= cut.start_s - 1e-9 && number_in(row, end) <= cut.stop_s + 1e-9;
    });
  };
  const ReadTable windows = table_of(folder, "whole/windows.csv");
  for (const TableRow& row : windows.rows) REQUIRE(lies_in_its_period(row, "t_start_s", "t_end_s"));
  const ReadTable activations = table_of(folder, "whole/activations.csv");
  for (const TableRow& row : activations.rows) REQUIRE(lies_in_its_period(row, "onset_s", "offset_s"));
  // The burst of 38 to 41 s is parted at 39.375 s: its first part ends there, its second begins there.
  for (const char* channel : {"CH1", "CH2"}) {
    const auto fourth = rows_where(activations, {{"task", "grip"}, {"repetition", "4"}, {"channel", channel}});
    const auto fifth = rows_where(activations, {{"task", "grip"}, {"repetition", "5"}, {"channel", channel}});
    REQUIRE(fourth.size() == 2);
    REQUIRE(!fifth.empty());
    CHECK(std::abs(number_in(fourth[1], "offset_s") - 39.375) <= 0.005);
    CHECK(std::abs(number_in(fifth[0], "onset_s") - 39.375) <= 0.005);
  }
}

TEST_CASE("the summary has one row for each channel, feature, task and repetition, one for each task done several times, and one for all") {
  const CommandFolder folder;
  measure_whole(folder);
  const ReadTable summary = table_of(folder, "whole/summary.csv");
  std::set<std::vector<std::string>> seen;
  for (const TableRow& row : summary.rows) {
    CHECK_MESSAGE(seen.insert({row.at("channel"), row.at("feature"), row.at("task"), row.at("repetition")}).second, row.at("feature"));
  }
  const std::set<std::string> features = {"rms_active", "rms_rest", "arv_active", "iemg_active",      "mdf_active", "mnf_active",
                                          "rms",        "mdf",      "mnf",        "activation_count", "duration",   "active_fraction",
                                          "mdf_slope",  "snr"};
  std::size_t expected = 0;
  for (const char* channel : {"CH1", "CH2"}) {
    for (const std::string& feature : features) {
      std::vector<std::pair<std::string, std::string>> of = {{"", ""}, {"rest", ""}, {"mvc", ""}, {"grip", ""}};
      for (int r = 1; r <= 5; ++r) of.emplace_back("grip", std::to_string(r));
      for (const auto& [task, repetition] : of)
        CHECK_MESSAGE(seen.contains({channel, feature, task, repetition}), (feature + " " + task + repetition));
      expected += of.size();
    }
  }
  CHECK(summary.rows.size() == expected);
}

TEST_CASE("of a task done five times every repetition counts once, and its interval is that of five") {
  const CommandFolder folder;
  measure_whole(folder);
  const ReadTable summary = table_of(folder, "whole/summary.csv");
  double ln = 0, squares = 0;
  for (int r = 1; r <= 5; ++r) {
    const auto one =
        rows_where(summary, {{"task", "grip"}, {"repetition", std::to_string(r)}, {"feature", "rms_active"}, {"channel", "CH1"}});
    REQUIRE(one.size() == 1);
    ln += std::log(number_in(one[0], "value")) / 5;
    squares += std::pow(std::log(number_in(one[0], "value")), 2);
  }
  const auto all = rows_where(summary, {{"task", "grip"}, {"repetition", ""}, {"feature", "rms_active"}, {"channel", "CH1"}});
  REQUIRE(all.size() == 1);
  CHECK(all[0].at("n") == "5");
  CHECK(all[0].at("n_unit") == "repetitions");
  CHECK(number_in(all[0], "value") == doctest::Approx(std::exp(ln)).epsilon(1e-6));
  const double reach = 2.7764451 * std::sqrt((squares - 5 * ln * ln) / 4 / 5);  // t of 4 degrees of freedom
  CHECK(number_in(all[0], "ci_low") == doctest::Approx(std::exp(ln - reach)).epsilon(1e-4));
  CHECK(number_in(all[0], "ci_high") == doctest::Approx(std::exp(ln + reach)).epsilon(1e-4));
  const auto mvc = rows_where(summary, {{"task", "mvc"}, {"feature", "rms_active"}, {"channel", "CH1"}});
  REQUIRE(mvc.size() == 1);
  CHECK(mvc[0].at("n") == "1");
  CHECK(mvc[0].at("ci_low").empty());  // one activation has no spread
}
