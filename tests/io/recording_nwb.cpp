// SPDX-License-Identifier: BSD-3-Clause
// A recording is a valid NWB file, and the checker that says so finds what is wrong.
#include <functional>

#include <doctest/doctest.h>
#include <hdf5.h>

#include "io/hdf5_object.hpp"
#include "io/nwb_tree.hpp"
#include "tests/io/nwb_checker.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

TEST_CASE("recording: every kind of recording has the structure of NWB 2.7.0") {
  const TemporaryFolder folder;
  write_sample(folder / "whole.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  CHECK(nwb_faults(folder / "whole.nwb") == std::vector<std::string>{});
  Recording arbitrary = sample_head(SampleType::int32);
  for (Channel& channel : arbitrary.stream.channels) channel.unit = Unit::arbitrary;
  write_sample(folder / "arbitrary.nwb", arbitrary, sample_counts<std::int32_t>());
  CHECK(nwb_faults(folder / "arbitrary.nwb") == std::vector<std::string>{});
  Recording bare;
  bare.stream = {.fs_hz = 10, .channels = {{.label = "a", .muscle = "a", .lsb = {}, .rail_low = {}, .rail_high = {}}}};
  RecordingWriter writer(folder / "bare.nwb", bare);
  writer.append(std::vector<float>{1});
  writer.finish({}, {}, {});
  CHECK(nwb_faults(folder / "bare.nwb") == std::vector<std::string>{});
}

TEST_CASE("recording: each thing that NWB demands is missed where it is taken away") {
  const TemporaryFolder folder;
  write_sample(folder / "whole.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  const auto faults_after = [&](const std::function<void(hid_t)>& spoil) {
    std::filesystem::copy_file(folder / "whole.nwb", folder / "spoiled.nwb", std::filesystem::copy_options::overwrite_existing);
    {
      const Hdf5Object file(H5Fopen((folder / "spoiled.nwb").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
      spoil(file.id());
    }
    std::string all;
    for (const std::string& fault : nwb_faults(folder / "spoiled.nwb")) all += fault + "\n";
    return all;
  };
  const auto without = [&](const char* path) {
    return faults_after([&](hid_t file) { REQUIRE(H5Ldelete(file, path, H5P_DEFAULT) >= 0); });
  };
  const auto without_attribute = [&](const char* path, const char* name) {
    return faults_after([&](hid_t file) { REQUIRE(H5Adelete_by_name(file, path, name, H5P_DEFAULT) >= 0); });
  };
  const auto finds = [](const std::string& faults, const char* sentence) { return faults.find(sentence) != std::string::npos; };
  CHECK(faults_after([](hid_t) {}) == "");
  CHECK(finds(without("/identifier"), "/identifier: is no text"));
  CHECK(finds(without("/file_create_date"), "/file_create_date: is no list of texts"));
  CHECK(finds(without("/stimulus/templates"), "/stimulus/templates: is no group"));
  CHECK(finds(without("/acquisition/emg/electrodes"), "/acquisition/emg/electrodes: is no DynamicTableRegion"));
  CHECK(finds(without("/acquisition/emg/starting_time"), "/acquisition/emg: has neither a rate nor timestamps"));
  CHECK(finds(without("/general/devices/recorder"), "/general/extracellular_ephys/emg/device: leads to no Device"));
  CHECK(finds(without("/general/extracellular_ephys/electrodes"), "/acquisition/emg/electrodes@table: leads to no DynamicTable"));
  CHECK(finds(without("/general/extracellular_ephys/emg"), "/general/extracellular_ephys/electrodes/group: leads to no ElectrodeGroup"));
  CHECK(finds(without("/general/extracellular_ephys/electrodes/location"), "electrodes/location: is no VectorData"));
  CHECK(finds(without("/intervals/trials/id"), "/intervals/trials/id: are no ElementIdentifiers"));
  CHECK(finds(without("/intervals/trials/stop_time"), "/intervals/trials/stop_time: is missing"));
  CHECK(finds(without_attribute("/", "nwb_version"), "/@nwb_version: is not 2.7.0"));
  CHECK(finds(without_attribute("/acquisition/emg", "neurodata_type"), "/acquisition/emg@neurodata_type: is missing"));
  CHECK(finds(without_attribute("/acquisition/emg", "object_id"), "/acquisition/emg@object_id: is no UUID"));
  CHECK(finds(without_attribute("/acquisition/emg/data", "unit"), "/acquisition/emg/data@unit: is not what ElectricalSeries wants"));
  CHECK(finds(without_attribute("/intervals/events", "colnames"), "/intervals/events@colnames: is missing"));
  CHECK(finds(without_attribute("/intervals/events/text", "description"), "/intervals/events/text@description: is missing"));
  CHECK(finds(without_attribute("/intervals/events/text", "namespace"),
              "/intervals/events/text@namespace: is not where VectorData is defined"));
  CHECK(finds(
      faults_after([](hid_t file) { H5Lmove(file, "/intervals/events/text", file, "/intervals/trials/text", H5P_DEFAULT, H5P_DEFAULT); }),
      "/intervals/trials/text: is not in colnames"));
  CHECK(finds(faults_after([](hid_t file) {
                H5Ldelete(file, "/intervals/events/duration_s", H5P_DEFAULT);
                H5Lcreate_hard(file, "/acquisition/emg/starting_time", file, "/intervals/events/duration_s", H5P_DEFAULT, H5P_DEFAULT);
              }),
              "/intervals/events/duration_s: is no VectorData"));
}

TEST_CASE("recording: a session start is a date, a time and an offset") {
  for (const char* good : {"2026-07-27T10:00:00+08:00", "2026-07-27T10:00:00Z", "1970-01-01T00:00:00.000001-11:30"})
    CHECK(is_session_start(good));
  for (const char* bad : {"", "2026-07-27", "2026-07-27T10:00", "2026-07-27T10:00:00", "2026-07-27T25:00:00Z", "2026-07-27T10:00:00+8:00",
                          "2026-07-27T10:00:00Z and more", "2026-07-27T10:00:00.Z", "2026-00-27T10:00:00Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_session_start(bad));
  }
}
