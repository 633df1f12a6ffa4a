// SPDX-License-Identifier: BSD-3-Clause
// Who somebody is stays in the source: not in the recording, not in features, tables or page, not under any compression.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/extract_command.hpp"
#include "tests/io/formats/edf_bytes.hpp"

using namespace semg;

namespace {

/// All bytes of all files below a folder, and their names; of HDF5 files every dataset as it reads.
std::string everything_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    all += entry.path().filename().string() + "\n";
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
    if (H5Fis_hdf5(entry.path().c_str()) <= 0) continue;
    for (const auto& [name, content] : datasets_of(entry.path())) all += name + content;
  }
  return all;
}

}  // namespace

TEST_CASE("a name planted in an EDF header, in the source's file name and in its folder is in no output") {
  const CommandFolder folder;
  EdfBytes edf;
  edf.patient = "HN-47110815 F 02-MAY-1951 Mueller_Hannelore";
  edf.recording = "Startdate 26-FEB-2018 PSG-7713 Quacksalber Cyton";
  edf.records = "20";
  edf.signals[0].samples = "1000";
  edf.data = counts(20000, 2, [](std::int64_t i) { return (i % 5000 < 2500 ? 20 : 2000) * ((i * 2654435761) % 199 - 99) / 99; });
  std::filesystem::create_directories(folder.path("Hannelore"));
  folder.write("Hannelore/Mueller_1951.edf", edf.bytes());
  folder.write("edges.csv", "channel,onset_s,offset_s\nEMG,3,4\n");
  std::filesystem::create_directories(folder.path("made"));
  REQUIRE(folder.run("import Hannelore/Mueller_1951.edf -o made/rec.nwb --participant P01 --visit V0").code == 0);
  std::string said;
  for (const char* command : {"extract made/rec.nwb --csv made/tables --report made/page.html",
                              "extract made/rec.nwb --events edges.csv -o made/edited.features.h5", "extract made/rec.nwb --progress json",
                              "info made/rec.nwb --json", "info made/rec.nwb", "verify made/rec.features.h5",
                              "explain made/rec.features.h5", "export made/rec.nwb --to csv -o made/export.csv"}) {
    CAPTURE(command);
    const Outcome outcome = folder.run(command);
    CHECK(outcome.code == 0);
    said += outcome.results + outcome.words;
  }
  const std::string made = everything_in(folder.path("made"));
  CHECK(made.find("P01") != std::string::npos);  // the search finds what is there
  for (const char* planted : {"Mueller", "Hannelore", "47110815", "MAY-1951", "PSG-7713", "Quacksalber"}) {
    CAPTURE(planted);
    CHECK(made.find(planted) == std::string::npos);
    CHECK(said.find(planted) == std::string::npos);
  }
}

TEST_CASE("no output holds the path of a folder of this machine") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --repetitions 2").code == 0);
  std::filesystem::create_directories(folder.path("made"));
  const std::string here = folder.path("").string();
  REQUIRE(folder.run("import '" + here + "sim.nwb' -o '" + here + "made/rec.nwb'").code == 0);
  REQUIRE(folder
              .run("extract '" + here + "made/rec.nwb' --rest '" + here + "sim.nwb' --csv '" + here + "made/tables' --report '" + here +
                   "made/page.html'")
              .code == 0);
  const std::string made = everything_in(folder.path("made"));
  CHECK(made.find(folder.path("").parent_path().filename().string()) == std::string::npos);
  CHECK(made.find("/tmp/") == std::string::npos);
  CHECK(made.find("/home/") == std::string::npos);
}
