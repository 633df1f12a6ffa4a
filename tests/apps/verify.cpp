// SPDX-License-Identifier: BSD-3-Clause
#include <string>

#include <doctest/doctest.h>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

void measured(const CommandFolder& folder, const std::string& options = "") {
  REQUIRE(folder.run("simulate recording -o sim.nwb --channels 2 --fs 1000 --repetitions 3").code == 0);
  REQUIRE(folder.run("extract sim.nwb " + options).code == 0);
}

}  // namespace

TEST_CASE("what was measured is measured again, bit for bit") {
  const CommandFolder folder;
  measured(folder);
  const Outcome outcome = folder.run("verify sim.features.h5");
  CHECK(outcome.code == 0);
  CHECK(outcome.results == "sim.features.h5: identical, bit for bit\n");
  CHECK(outcome.words.empty());
}

TEST_CASE("with each detector by name: three bursts are found, measured again bit for bit, and explained by its name") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --channels 2 --fs 2000 --repetitions 3").code == 0);
  for (const std::string method : {"first_departure", "hodges_bui", "bonato", "lidierth", "tkeo", "aglr_step"}) {
    CAPTURE(method);
    folder.write("a.toml", "[activation]\nmethod = \"" + method + "\"\n");
    REQUIRE(folder.run("extract sim.nwb --analysis a.toml --csv . -o sim.features.h5").code == 0);
    CHECK(table_of(folder, "activations.csv").rows.size() == 6);
    CHECK(folder.run("verify sim.features.h5").results == "sim.features.h5: identical, bit for bit\n");
    REQUIRE(folder.run("extract sim.nwb --rest sim.nwb --analysis a.toml -o sim.features.h5").code == 0);
    CHECK(folder.run("verify sim.features.h5").results == "sim.features.h5: identical, bit for bit\n");
    CHECK(folder.run("explain sim.features.h5").results.find("Activation (" + method + "): ") != std::string::npos);
  }
}

TEST_CASE("one sample that changed by one count is found, and said to be in the recording") {
  const CommandFolder folder;
  measured(folder);
  change_sample(folder.path("sim.nwb"), 7000, 1, 1);
  const Outcome outcome = folder.run("verify sim.features.h5");
  CHECK(outcome.code == 2);
  CHECK(outcome.results.starts_with("sim.features.h5: differs, first in /"));
  CHECK(outcome.results.find("; the recording was changed after it was measured\n") != std::string::npos);
}

TEST_CASE("one value that was changed in the features file is found, and its place is named") {
  const CommandFolder folder;
  measured(folder);
  {
    const Hdf5Object file(H5Fopen(folder.path("sim.features.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    const Hdf5Object data(H5Dopen2(file.id(), "/windows/spectrum/mdf", H5P_DEFAULT));
    auto values = numbers_of(folder.path("sim.features.h5"), "/windows/spectrum/mdf");
    REQUIRE(values.size() > 40);
    std::size_t at = 0;
    while (!(values[at] > 0)) ++at;
    values[at] += 0.5;
    REQUIRE(H5Dwrite(data.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
  }
  const Outcome outcome = folder.run("verify sim.features.h5");
  CHECK(outcome.code == 2);
  CHECK(outcome.results.starts_with("sim.features.h5: differs, first in /windows/spectrum/mdf, largest relative difference 0.0"));
  CHECK(outcome.results.find("recording was changed") == std::string::npos);
}

TEST_CASE("a recording stored otherwise verifies, and its other bytes are told") {
  const CommandFolder folder;
  measured(folder);
  if (std::system("h5repack --version >/dev/null 2>&1") != 0) {
    MESSAGE("[semg-skip] no h5repack");
    return;
  }
  const std::string repack =
      "cd '" + folder.path("").string() + "' && h5repack -l /acquisition/emg/data:CHUNK=100x2 sim.nwb r.nwb && mv r.nwb sim.nwb";
  REQUIRE(std::system(repack.c_str()) == 0);
  const Outcome outcome = folder.run("verify sim.features.h5");
  CHECK(outcome.code == 0);
  CHECK(outcome.results ==
        "sim.features.h5: identical, bit for bit (the recording's file has other bytes than it had, its samples measure the same)\n");
}

TEST_CASE("features made with settings, rest and edited edges of their own verify with these") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o rest.nwb --channels 2 --fs 1000 --rest 6 --burst 1,1 --repetitions 1 --seed 4").code == 0);
  folder.write("own.toml", "[amplitude]\nwindow_s = 0.1\n[filter]\nhigh_pass_hz = 30\n");
  folder.write("edges.csv", "channel,onset_s,offset_s\nCH1,5.5,7.25\nCH1,8,9\n");
  measured(folder, "--analysis own.toml --rest rest.nwb --events edges.csv");
  std::filesystem::remove(folder.path("rest.nwb"));  // what was taken from it is in the features file
  const Outcome outcome = folder.run("verify sim.features.h5");
  CHECK(outcome.results == "sim.features.h5: identical, bit for bit\n");
  CHECK(outcome.code == 0);
}

TEST_CASE("a features file may stand elsewhere than its recording, whose folder is then named") {
  const CommandFolder folder;
  measured(folder, "--out-dir away");
  const Outcome lost = folder.run("verify away/sim.features.h5");
  CHECK(lost.code == 66);
  CHECK(lost.words ==
        "semg: sim.features.h5: recording sim.nwb: found none in the same folder, expected it there; name its folder by --recordings\n");
  CHECK(folder.run("verify away/sim.features.h5 --recordings .").code == 0);
}

TEST_CASE("what is no features file is refused in one sentence") {
  const CommandFolder folder;
  measured(folder);
  CHECK(folder.run("verify nothing.h5").code == 66);
  const Outcome recording = folder.run("verify sim.nwb");
  CHECK(recording.code == 65);
  CHECK(recording.words == "semg: sim.nwb: schema: found none, expected semg-features/1, as semg extract writes it\n");
  folder.write("text.h5", "not HDF5");
  const Outcome text = folder.run("verify text.h5");
  CHECK(text.code == 65);
  CHECK(text.words.starts_with("semg: text.h5: "));
}

TEST_CASE("verify leaves nothing behind") {
  const CommandFolder folder;
  measured(folder);
  const std::size_t files = folder.files();
  const Outcome outcome = folder.run("verify sim.features.h5");
  CHECK(outcome.code == 0);
  CHECK(folder.files() == files);
}
