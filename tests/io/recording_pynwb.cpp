// SPDX-License-Identifier: BSD-3-Clause
// Our recordings before the judges that others trust: pynwb's validator and nwbinspector, where PyPI can be reached.
#include <cstdlib>

#include <doctest/doctest.h>
#include <hdf5.h>
#include <sys/wait.h>

#include "io/hdf5_object.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

/// Exit code of the judges' script.
int judge(const TemporaryFolder& folder, const std::vector<std::string>& names) {
  const std::filesystem::path venv = std::filesystem::path(SEMG_BINARY).parent_path() / "nwb-venv";
  std::string command = "/usr/bin/python3 -B '" SEMG_SOURCE "/tests/validate_nwb.py' '" + venv.string() + "'";
  for (const std::string& name : names) command += " '" + (folder / name).string() + "'";
  const int status = std::system((command + " >/dev/stderr").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("recording: pynwb and nwbinspector find no error in any kind of recording") {
  const TemporaryFolder folder;
  write_sample(folder / "whole.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  write_sample(folder / "floats.nwb", sample_head(SampleType::float32), sample_counts<float>());
  Recording arbitrary = sample_head(SampleType::int32);
  for (Channel& channel : arbitrary.stream.channels) channel.unit = Unit::arbitrary;
  write_sample(folder / "arbitrary.nwb", arbitrary, sample_counts<std::int32_t>());
  Recording described = sample_head(SampleType::int16);
  described.stream.channels[0].ied_mm = 20;
  described.stream.channels[0].reference = "patella";
  write_sample(folder / "described.nwb", described, sample_counts<std::int16_t>());
  Recording bare;
  bare.recording_id = "bare";
  bare.simulated = true;
  bare.stream = {.fs_hz = 1000, .channels = {{.label = "a", .muscle = "a", .lsb = {}, .rail_low = {}, .rail_high = {}}}};
  RecordingWriter writer(folder / "bare.nwb", bare);
  writer.append(sample_counts<float>(2000, 1));
  writer.finish({}, {}, {});

  const int judged = judge(folder, {"whole.nwb", "floats.nwb", "arbitrary.nwb", "described.nwb", "bare.nwb"});
  if (judged == 77) {
    MESSAGE("[semg-skip] pynwb cannot be had here");
    return;
  }
  CHECK(judged == 0);

  {
    const Hdf5Object file(H5Fopen((folder / "whole.nwb").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    REQUIRE(H5Ldelete(file.id(), "/session_start_time", H5P_DEFAULT) >= 0);
  }
  CHECK(judge(folder, {"whole.nwb"}) == 1);  // it does find errors
}
