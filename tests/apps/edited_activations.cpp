// SPDX-License-Identifier: BSD-3-Clause
// Activations whose edges a person set.
#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

void simulate(const CommandFolder& folder, const std::string& options = "") {
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --channels 2 --repetitions 2 --recording-id SIM-R " + options).code == 0);
}

ReadTable activations_with(const CommandFolder& folder, const std::string& edges) {
  folder.write("edges.csv", edges);
  REQUIRE(folder.run("extract sim.nwb --events edges.csv --csv tables").code == 0);
  return table_of(folder, "tables/activations.csv");
}

}  // namespace

TEST_CASE("edges set by hand replace the automatic ones of their channel, are marked edited, and leave other channels alone") {
  const CommandFolder folder;
  simulate(folder);
  REQUIRE(folder.run("extract sim.nwb --csv auto").code == 0);
  const auto before = rows_where(table_of(folder, "auto/activations.csv"), {{"channel", "CH1"}});
  const ReadTable table = activations_with(folder, "channel,onset_s,offset_s\nCH2,9,9.5\nCH2,5.5,7.25\n");
  const auto edited = rows_where(table, {{"channel", "CH2"}});
  REQUIRE(edited.size() == 2);
  for (const TableRow& row : edited) CHECK(row.at("source") == "edited");
  CHECK(edited[0].at("onset_s") == "5.5");
  CHECK(edited[0].at("offset_s") == "7.25");
  CHECK(edited[1].at("onset_s") == "9");
  CHECK(edited[1].at("index") == "2");
  CHECK(number_in(edited[0], "rms") > 10);
  CHECK(number_in(edited[0], "snr_db") > 20);
  CHECK(rows_where(table, {{"channel", "CH1"}}) == before);
  for (const TableRow& row : before) CHECK(row.at("source") == "auto");
  const auto count = rows_where(table_of(folder, "tables/summary.csv"), {{"feature", "activation_count"}, {"channel", "CH2"}});
  CHECK(count.at(0).at("value") == "2");
  // The share of active time follows the edges: all of 6.0 to 6.25 s, none of 4.0 to 4.25 s.
  const ReadTable windows = table_of(folder, "tables/windows.csv");
  const auto share = [&](const char* at) {
    return rows_where(windows, {{"feature", "active_fraction"}, {"channel", "CH2"}, {"t_start_s", at}}).at(0).at("value");
  };
  CHECK(share("6") == "1");
  CHECK(share("4") == "0");
  CHECK(share("5.375") == "0.5");
}

TEST_CASE("the automatic table given back as edges keeps every edge and value, now as edited") {
  const CommandFolder folder;
  simulate(folder);
  REQUIRE(folder.run("extract sim.nwb --csv auto").code == 0);
  const ReadTable before = table_of(folder, "auto/activations.csv");
  const ReadTable after = activations_with(folder, folder.bytes("auto/activations.csv"));
  REQUIRE(before.rows.size() == after.rows.size());
  REQUIRE(!before.rows.empty());
  for (std::size_t k = 0; k < before.rows.size(); ++k) {
    TableRow expected = before.rows[k];
    expected["source"] = "edited";
    CHECK(after.rows[k] == expected);
  }
}

TEST_CASE("rows of another recording in the table are let be") {
  const CommandFolder folder;
  simulate(folder);
  const ReadTable table =
      activations_with(folder, "recording_id,channel,onset_s,offset_s\nOTHER,unheard of,1,2\nSIM-R,CH1,5,6\nOTHER,CH2,1,2\n");
  CHECK(rows_where(table, {{"source", "edited"}}).size() == 1);
  CHECK(rows_where(table, {{"source", "auto"}, {"channel", "CH2"}}).size() == 2);
}

TEST_CASE("the end of the recording and a spreadsheet's habits are fine: CRLF, a mark of UTF-8, empty lines, quotes") {
  const CommandFolder folder;
  simulate(folder, "--duration 17");
  const ReadTable table = activations_with(folder, "\xEF\xBB\xBF\"channel\",\"onset_s\",\"offset_s\"\r\n\"CH1\",0,1\r\n\r\nCH1,16,17\r\n");
  const auto edited = rows_where(table, {{"source", "edited"}});
  REQUIRE(edited.size() == 2);
  CHECK(edited[1].at("offset_s") == "17");
  CHECK(edited[0].at("valid") == "FALSE");
  CHECK(edited[0].at("reason") == "settling");
}

TEST_CASE("an edited activation that a period parts belongs to each period with its part") {
  const CommandFolder folder;
  simulate(folder);
  folder.write("periods.csv", "t_start_s,t_stop_s,task,repetition\n0,4,rest,\n4,6,grip,1\n6,10,grip,2\n");
  REQUIRE(folder.run("import sim.nwb -o cut.nwb --periods periods.csv").code == 0);
  folder.write("edges.csv", "channel,onset_s,offset_s\nCH1,5.25,7\n");
  REQUIRE(folder.run("extract cut.nwb --events edges.csv --csv tables").code == 0);
  const auto edited = rows_where(table_of(folder, "tables/activations.csv"), {{"source", "edited"}});
  REQUIRE(edited.size() == 2);
  CHECK(edited[0].at("repetition") == "1");
  CHECK(edited[0].at("onset_s") == "5.25");
  CHECK(edited[0].at("offset_s") == "6");
  CHECK(edited[1].at("repetition") == "2");
  CHECK(edited[1].at("onset_s") == "6");
  CHECK(edited[1].at("offset_s") == "7");
}

TEST_CASE("edges that cannot be are refused with their line, in one sentence, with 65") {
  const CommandFolder folder;
  simulate(folder, "--duration 17");
  const auto sentence = [&](const std::string& rows) {
    folder.write("edges.csv", rows);
    const Outcome outcome = folder.run("extract sim.nwb --events edges.csv");
    CHECK(outcome.code == 65);
    CHECK_FALSE(std::filesystem::exists(folder.path("sim.features.h5")));
    return outcome.words;
  };
  const std::string head = "channel,onset_s,offset_s\n";
  CHECK(sentence(head + "CH1,5,6\nCH3,7,8\n") ==
        "semg: edges.csv: line 3: channel: found 'CH3', expected a channel of SIM-R such as CH1\n");
  CHECK(sentence(head + "CH1,6,5\n") == "semg: edges.csv: line 2: offset_s: found 5, expected after onset_s 6\n");
  CHECK(sentence(head + "CH1,5,5\n") == "semg: edges.csv: line 2: offset_s: found 5, expected after onset_s 5\n");
  CHECK(sentence(head + "CH1,5,7\n\nCH1,6,8\n") == "semg: edges.csv: channel CH1: activations at 5 s and 6 s overlap\n");
  CHECK(sentence(head + "CH1,5,17.5\n") == "semg: edges.csv: line 2: offset_s: found 17.5, expected 0 to 17, the recording's end\n");
  CHECK(sentence(head + "CH1,-1,2\n") == "semg: edges.csv: line 2: onset_s: found -1, expected 0 to 17, the recording's end\n");
  CHECK(sentence(head + "CH1,five,6\n") == "semg: edges.csv: line 2: onset_s: found 'five', expected seconds\n");
  CHECK(sentence(head + "CH1,5\n") == "semg: edges.csv: line 2: offset_s: found '', expected seconds\n");
  CHECK(sentence(head + "CH1,nan,6\n") == "semg: edges.csv: line 2: onset_s: found 'nan', expected seconds\n");
  CHECK(sentence(head + "CH1,1e300,6\n").starts_with("semg: edges.csv: line 2: onset_s: found 1e+300, expected 0 to 17"));
  CHECK(sentence("channel,start,stop\nCH1,5,6\n") ==
        "semg: edges.csv: line 1: found no column onset_s, expected channel,onset_s,offset_s\n");
  CHECK(sentence("") == "semg: edges.csv: found no line, expected channel,onset_s,offset_s\n");
}

TEST_CASE("without any edge of a channel in the table its activations stay automatic") {
  const CommandFolder folder;
  simulate(folder);
  const ReadTable table = activations_with(folder, "channel,onset_s,offset_s\n");
  CHECK(rows_where(table, {{"source", "edited"}}).empty());
  CHECK(table.rows.size() == 4);
}
