// SPDX-License-Identifier: BSD-3-Clause
// The same recording gives the same bits: again, with any number of jobs, in any storage layout, beside any other channel.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

/// 32 channels of 20 s at 2048 Hz, one gap in them.
void simulate_32(const CommandFolder& folder, const std::string& options = "") {
  REQUIRE(folder.run("simulate recording -o sim.nwb --channels 32 --fs 2048 --duration 20 --seed 7 --gap 8.5,0.1 " + options).code == 0);
}

/// Values of one channel out of [rows x channels].
std::vector<double> column_of(const std::vector<double>& values, std::size_t channel, std::size_t channels) {
  std::vector<double> column;
  for (std::size_t at = channel; at < values.size(); at += channels) column.push_back(values[at]);
  return column;
}

bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return x == y || (x != x && y != y); });
}

}  // namespace

TEST_CASE("extracted twice, with one job and with two, files and tables are the same bytes") {
  const CommandFolder folder;
  simulate_32(folder);
  REQUIRE(folder.run("simulate recording -o sim2.nwb --channels 2 --seed 8").code == 0);
  REQUIRE(folder.run("simulate recording -o sim3.nwb --channels 1 --seed 9").code == 0);
  const std::string all = "extract sim.nwb sim2.nwb sim3.nwb ";
  REQUIRE(folder.run(all + "--out-dir one --csv one --jobs 1").code == 0);
  REQUIRE(folder.run(all + "--out-dir again --csv again --jobs 1").code == 0);
  REQUIRE(folder.run(all + "--out-dir two --csv two --jobs 2").code == 0);
  REQUIRE(folder.run(all + "--out-dir many --csv many --jobs 16").code == 0);
  for (const char* name : {"sim.features.h5", "sim2.features.h5", "sim3.features.h5", "windows.csv", "activations.csv", "summary.csv",
                           "fatigue.csv", "codebook.csv"}) {
    CAPTURE(name);
    const std::string bytes = folder.bytes(std::string("one/") + name);
    CHECK(bytes.size() > 500);
    for (const char* other : {"again/", "two/", "many/"}) CHECK(folder.bytes(std::string(other) + name) == bytes);
  }
}

TEST_CASE("a page made twice is the same bytes") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb").code == 0);
  REQUIRE(folder.run("extract sim.nwb --report one.html").code == 0);
  REQUIRE(folder.run("extract sim.nwb --report two.html").code == 0);
  CHECK(folder.bytes("one.html") == folder.bytes("two.html"));
}

TEST_CASE("chunks of 100, 2048 and 65536 rows, and none at all, give equal datasets throughout") {
  const CommandFolder folder;
  simulate_32(folder);
  if (std::system("h5repack --version >/dev/null 2>&1") != 0) {
    MESSAGE("[semg-skip] no h5repack");
    return;
  }
  REQUIRE(folder.run("extract sim.nwb").code == 0);
  const auto expected = datasets_of(folder.path("sim.features.h5"));
  CHECK(expected.size() > 40);
  for (const char* layout : {"CHUNK=100x32", "CHUNK=2048x32", "CHUNK=65536x32", "CHUNK=777x5", "CONTI"}) {
    CAPTURE(layout);
    const std::string repack =
        "cd '" + folder.path("").string() + "' && h5repack -l /acquisition/emg/data:" + layout + " sim.nwb repacked.nwb";
    REQUIRE(std::system(repack.c_str()) == 0);
    REQUIRE(folder.run("extract repacked.nwb").code == 0);
    const auto found = datasets_of(folder.path("repacked.features.h5"));
    REQUIRE(found.size() == expected.size());
    for (const auto& [name, content] : expected) CHECK_MESSAGE(found.at(name) == content, name);
  }
}

TEST_CASE("a channel has the same values alone, among three and among thirty-two") {
  const CommandFolder folder;
  simulate_32(folder);
  REQUIRE(folder.run("import sim.nwb -o one.nwb --channel CH2=TA:left").code == 0);
  REQUIRE(folder.run("import sim.nwb -o three.nwb --channel CH1 --channel CH2 --channel CH32").code == 0);
  for (const char* name : {"sim", "one", "three"}) REQUIRE(folder.run(std::string("extract ") + name + ".nwb --csv " + name).code == 0);
  for (const char* dataset : {"/windows/amplitude/rms", "/windows/amplitude/arv", "/windows/amplitude/active_fraction",
                              "/windows/amplitude/reason", "/windows/spectrum/mdf", "/windows/spectrum/mnf", "/windows/spectrum/reason"}) {
    CAPTURE(dataset);
    const auto all = numbers_of(folder.path("sim.features.h5"), dataset);
    const auto three = numbers_of(folder.path("three.features.h5"), dataset);
    REQUIRE(all.size() > 32 * 10);
    CHECK(same_numbers(column_of(all, 1, 32), numbers_of(folder.path("one.features.h5"), dataset)));
    CHECK(same_numbers(column_of(all, 1, 32), column_of(three, 1, 3)));
    CHECK(same_numbers(column_of(all, 31, 32), column_of(three, 2, 3)));
  }
  for (const char* table : {"/activations.csv", "/summary.csv"}) {
    CAPTURE(table);
    auto all = rows_where(table_of(folder, std::string("sim") + table), {{"channel", "CH2"}});
    auto one = table_of(folder, std::string("one") + table).rows;
    for (auto* rows : {&all, &one}) {  // who it is may differ: the imported part is another recording
      for (TableRow& row : *rows) row["recording_id"] = row["participant_id"] = row["visit_id"] = "";
    }
    CHECK(!all.empty());
    CHECK(all == one);
  }
}

TEST_CASE("a simulated recording stays simulated when it is imported again, and keeps muscles and sides") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --channels 2 --duration 20 --rest 5 --burst 2,2 --repetitions 2").code == 0);
  REQUIRE(folder.run("import sim.nwb -o again.nwb").code == 0);
  const auto about = nlohmann::json::parse(folder.run("info again.nwb --json").results);
  CHECK(about.at("simulated") == true);
  CHECK(about.at("channels").at(0).at("muscle") == "TA");
  CHECK(about.at("channels").at(0).at("side") == "right");
  CHECK(about.at("channels").at(1).at("side") == "left");
  REQUIRE(folder.run("import sim.nwb -o other.nwb --channel CH1=GM:left").code == 0);
  CHECK(nlohmann::json::parse(folder.run("info other.nwb --json").results).at("channels").at(0).at("muscle") == "GM");
}

TEST_CASE("simulating and importing twice gives the same bytes") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o a.nwb --seed 5 --channels 3 --gap 3,0.2 --line-uv 5").code == 0);
  REQUIRE(folder.run("simulate recording -o b.nwb --seed 5 --channels 3 --gap 3,0.2 --line-uv 5").code == 0);
  CHECK(folder.bytes("a.nwb") == folder.bytes("b.nwb"));
  CHECK(folder.bytes("a.truth.json") == folder.bytes("b.truth.json"));
  REQUIRE(folder.run("import a.nwb -o c.nwb --recording-id R").code == 0);
  REQUIRE(folder.run("import a.nwb -o d.nwb --recording-id R").code == 0);
  CHECK(folder.bytes("c.nwb") == folder.bytes("d.nwb"));
  CHECK(folder.bytes("c.nwb").size() > 10000);
}

TEST_CASE("a real export imported and measured twice gives the same bytes") {
  if (!real_data_is_there()) return;
  for (const auto& [source, options] : {std::pair("plux/emg_bursts.h5", ""), std::pair("myonset/example_data.bdf", "--channel EXG1-EXG2"),
                                        std::pair("uci_lower_limb/5Nmar.txt", "")}) {
    CAPTURE(source);
    const CommandFolder folder;
    for (const char* name : {"one", "two"}) {
      REQUIRE(folder.run("import " + real(source) + " -o " + name + ".nwb --recording-id R " + options).code == 0);
    }
    CHECK(folder.bytes("one.nwb") == folder.bytes("two.nwb"));
    REQUIRE(folder.run("extract one.nwb").code == 0);
    REQUIRE(folder.run("extract one.nwb -o two.features.h5").code == 0);
    CHECK(folder.bytes("one.features.h5") == folder.bytes("two.features.h5"));
  }
}
