// SPDX-License-Identifier: BSD-3-Clause
// Thirty days of one person from one manifest: three motions, four trials a day.
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/apps/import/command.hpp"

using namespace semg;

TEST_CASE("360 files of thirty days become 360 recordings, four repetitions of three motions a day, and stay as they are") {
  if (!std::filesystem::exists(SEMG_REAL_DATA "/suguru")) {
    MESSAGE("[semg-skip] no real recordings at SEMG_REAL_DATA");
    return;
  }
  const ImportFolder folder;
  std::string manifest = "file,participant_id,visit_id,recorded_on,task\n";
  for (int day = 1; day <= 30; ++day) {
    for (int motion = 1; motion <= 3; ++motion) {
      for (int trial = 1; trial <= 4; ++trial) {
        manifest +=
            fmt::format(SEMG_REAL_DATA "/suguru/day{}/D{}M{}T{}.csv,P01,D{:02},{},M{}\n", day, day, motion, trial, day, day, motion);
      }
    }
  }
  folder.write("sessions.csv", manifest);
  const std::string run = "import --manifest sessions.csv --out-dir out --fs 200 --unit a.u.";
  const Outcome outcome = folder.run(run);
  CHECK(outcome.code == 0);
  CHECK(outcome.words == "semg: sessions.csv: 360 of 360 imported\n");
  for (int day = 1; day <= 30; ++day) {
    for (int motion = 1; motion <= 3; ++motion) {
      for (int trial = 1; trial <= 4; ++trial) {
        const std::string name = fmt::format("P01_D{:02}_M{}_{}", day, motion, trial);
        CAPTURE(name);
        const RecordingReader reader(folder.path("out/" + name + ".nwb"));
        const Recording& one = reader.recording();
        REQUIRE(one.periods.size() == 1);
        CHECK(one.periods[0] == Period{0, one.rows, fmt::format("M{}", motion), trial});
        CHECK(one.visit_id == fmt::format("D{:02}", day));
        CHECK(one.stream.fs_hz == 200);
        CHECK(one.stream.channels.size() == 8);
        CHECK(one.stream.channels[0].unit == Unit::arbitrary);
        CHECK(one.session_start == "");
      }
    }
  }
  CHECK(folder.run(run).words == "semg: sessions.csv: 0 of 360 imported, 360 already there\n");
}
