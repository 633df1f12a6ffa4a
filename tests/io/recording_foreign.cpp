// SPDX-License-Identifier: BSD-3-Clause
// NWB files of other programs, read as recordings.
#include <doctest/doctest.h>

#include "tests/io/foreign_nwb.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

/// The first row of a file with the counts -3 and 100 stored in `stored`, whose conversion is `conversion`.
std::vector<float> first_row(hid_t stored, double conversion = 1e-6) {
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    const std::array<double, 4> values = {H5Tget_sign(stored) == H5T_SGN_NONE ? 3.0 : -3.0, 100, 5, 6};
    file.samples(stored, {2, 2}, H5T_NATIVE_DOUBLE, values.data());
    file.output.attribute(file.data, "conversion", conversion);
    file.rate(1000);
  }
  RecordingReader reader(folder / "x.nwb");
  Block block(2, 10);
  REQUIRE(reader.read(block));
  REQUIRE(block.rows() == 2);
  return {block.row(0)[0], block.row(0)[1]};
}

/// A file of one channel with these times; its rows are 0, 1, 2, ...
void write_times(const std::filesystem::path& path, const std::vector<double>& times_s) {
  ForeignNwb file(path);
  std::vector<double> values(times_s.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  file.samples(H5T_IEEE_F64LE, {values.size()}, H5T_NATIVE_DOUBLE, values.data());
  file.output.attribute(file.data, "conversion", 1e-6);
  file.output.column(file.series + "/timestamps", times_s);
}

}  // namespace

TEST_CASE("foreign nwb: every type of number reads as microvolts, in either byte order") {
  for (const hid_t type : {H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I16BE, H5T_STD_I32LE, H5T_STD_I32BE, H5T_IEEE_F32LE, H5T_IEEE_F32BE,
                           H5T_IEEE_F64LE, H5T_IEEE_F64BE}) {
    CHECK(first_row(type) == std::vector<float>{-3, 100});
  }
  for (const hid_t type : {H5T_STD_U8LE, H5T_STD_U16LE, H5T_STD_U16BE}) CHECK(first_row(type) == std::vector<float>{3, 100});
  CHECK(first_row(H5T_STD_I16LE, 0.195e-6) ==
        std::vector<float>{static_cast<float>(-3 * (0.195e-6 * 1e6)), static_cast<float>(100 * (0.195e-6 * 1e6))});
}

TEST_CASE("foreign nwb: volts are count x conversion x channel_conversion + offset, rounded once") {
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    const std::array<std::int16_t, 4> values = {1000, -2000, 3, 4};
    file.samples(H5T_STD_I16LE, {2, 2}, H5T_NATIVE_INT16, values.data());
    file.output.attribute(file.data, "conversion", 0.3e-6);
    file.output.attribute(file.data, "offset", -0.0123e-3);
    file.output.column(file.series + "/channel_conversion", std::vector<double>{1.5, 2.25});
    file.rate(1000);
  }
  RecordingReader reader(folder / "x.nwb");
  Block block(2, 10);
  REQUIRE(reader.read(block));
  CHECK(block.row(0)[0] == static_cast<float>(1000 * (0.3e-6 * 1e6 * 1.5) + -0.0123e-3 * 1e6));
  CHECK(block.row(0)[1] == static_cast<float>(-2000 * (0.3e-6 * 1e6 * 2.25) + -0.0123e-3 * 1e6));
  CHECK(reader.info().channels[1].lsb == 0.3e-6 * 1e6 * 2.25);
}

TEST_CASE("foreign nwb: one dimension is one channel, and channels without electrodes are numbered") {
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "one.nwb");
    const std::array<float, 3> values = {1, 2, 3};
    file.samples(H5T_IEEE_F32LE, {3}, H5T_NATIVE_FLOAT, values.data());
    file.rate(500);
  }
  const RecordingReader reader(folder / "one.nwb");
  REQUIRE(reader.info().channels.size() == 1);
  CHECK(reader.info().channels[0].label == "ch1");
  CHECK(reader.info().fs_hz == 500);
  CHECK(reader.recording().recording_id == "one");
  CHECK(reader.recording().source_format == "NWB");
  CHECK(same_bits(read_grid(folder / "one.nwb"), {1e6F, 2e6F, 3e6F}));  // no conversion: volts
}

TEST_CASE("foreign nwb: labels and muscles come from the electrodes that the series names") {
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    file.samples(H5T_STD_I16LE, {2, 2}, H5T_NATIVE_INT16, std::array<std::int16_t, 4>{1, 2, 3, 4}.data());
    file.rate(500);
    file.output.group("/general");
    file.output.group("/general/extracellular_ephys");
    file.output.group("/general/extracellular_ephys/electrodes");
    file.output.column("/general/extracellular_ephys/electrodes/id", std::vector<std::int32_t>{0, 1, 2});
    file.output.column("/general/extracellular_ephys/electrodes/label", std::vector<std::string>{"A", "B", "C"});
    file.output.column("/general/extracellular_ephys/electrodes/location", std::vector<std::string>{"soleus", "unknown", "vastus"});
    file.output.column(file.series + "/electrodes", std::vector<std::int32_t>{2, 1});
  }
  const RecordingReader reader(folder / "x.nwb");
  CHECK(reader.info().channels[0].label == "C");
  CHECK(reader.info().channels[0].muscle == "vastus");
  CHECK(reader.info().channels[1].label == "B");
  CHECK(reader.info().channels[1].muscle == "B");
}

TEST_CASE("foreign nwb: timestamps are a rate, and where they jump a gap") {
  const TemporaryFolder folder;
  std::vector<double> times;
  for (int i = 0; i < 1000; ++i) times.push_back(10 + i / 2000.0 + (i >= 400 ? 25 / 2000.0 : 0) + (i >= 700 ? 0.6 / 2000.0 : 0));
  write_times(folder / "x.nwb", times);
  RecordingReader reader(folder / "x.nwb");
  CHECK(reader.info().fs_hz == 2000);
  CHECK(reader.recording().rows == 1026);
  CHECK(reader.recording().gaps == std::vector<Gap>{{400, 25}, {725, 1}});
  const auto blocks = read_blocks(reader, 10'000);
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[1].first == 425);
  CHECK(blocks[1].row(0)[0] == 400);
  CHECK(blocks[2].first == 726);
  CHECK(blocks[2].row(0)[0] == 700);
}

TEST_CASE("foreign nwb: times that contradict a rate are refused") {
  const TemporaryFolder folder;
  std::vector<double> times;
  for (int i = 0; i < 1000; ++i) times.push_back(i / 2000.0);
  auto backward = times;
  backward[500] = backward[499];
  write_times(folder / "back.nwb", backward);
  CHECK(refusal(folder / "back.nwb") ==
        "back.nwb: /acquisition/emg/timestamps: found 0.2495 s after 0.2495 s at row 500, expected times that grow");
  auto drifting = times;
  for (std::size_t i = 501; i < drifting.size(); ++i) drifting[i] += 0.05 * (drifting[i] - 0.25);
  write_times(folder / "drift.nwb", drifting);
  CHECK(refusal(folder / "drift.nwb").find("expected a constant rate, within 0.5 %") != std::string::npos);
  write_times(folder / "one.nwb", {1});
  CHECK(refusal(folder / "one.nwb") == "one.nwb: /acquisition/emg/timestamps: found one time, expected two at least, to tell the rate");
  write_times(folder / "both.nwb", times);
  {
    const Hdf5Object file(H5Fopen((folder / "both.nwb").c_str(), H5F_ACC_RDWR, H5P_DEFAULT)), space(H5Screate(H5S_SCALAR));
    const Hdf5Object start(
        H5Dcreate2(file.id(), "/acquisition/emg/starting_time", H5T_NATIVE_DOUBLE, space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    const Hdf5Object rate(H5Acreate2(start.id(), "rate", H5T_NATIVE_DOUBLE, space.id(), H5P_DEFAULT, H5P_DEFAULT));
    const double fs_hz = 2048;
    H5Awrite(rate.id(), H5T_NATIVE_DOUBLE, &fs_hz);
  }
  CHECK(refusal(folder / "both.nwb") ==
        "both.nwb: /acquisition/emg/starting_time@rate: found 2048 Hz, expected 2000 Hz, as the timestamps say, within 0.5 %");
}

TEST_CASE("foreign nwb: invalid times without exact rows are gaps, and trials that name a task are periods") {
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    std::vector<std::int16_t> values(1000);
    file.samples(H5T_STD_I16LE, {1000, 1}, H5T_NATIVE_INT16, values.data());
    file.rate(100, 5.0);
    file.output.group("/intervals");
    for (const char* table : {"/intervals/invalid_times", "/intervals/trials"}) file.output.group(table);
    file.output.column("/intervals/invalid_times/start_time", std::vector<double>{7, 6.5, 14.5});
    file.output.column("/intervals/invalid_times/stop_time", std::vector<double>{7.5, 7.1, 99});
    file.output.column("/intervals/trials/start_time", std::vector<double>{5, 8});
    file.output.column("/intervals/trials/stop_time", std::vector<double>{6, 9});
    file.output.column("/intervals/trials/task", std::vector<std::string>{"rest", "grip"});
  }
  const RecordingReader reader(folder / "x.nwb");
  CHECK(reader.recording().gaps == std::vector<Gap>{{150, 100}, {950, 50}});
  CHECK(reader.recording().periods == std::vector<Period>{{0, 100, "rest", 0}, {300, 100, "grip", 0}});
}

TEST_CASE("foreign nwb: where there are several series one is chosen, and units that are no volts are said") {
  const TemporaryFolder folder;
  const auto add = [&](ForeignNwb& file, const std::string& unit) {
    file.samples(H5T_STD_I16LE, {2, 1}, H5T_NATIVE_INT16, std::array<std::int16_t, 2>{1, 2}.data());
    file.output.attribute(file.data, "unit", unit);
    file.rate(500);
  };
  {
    ForeignNwb file(folder / "x.nwb", "a");
    add(file, "volts");
    file.add_series("b", "ElectricalSeries");
    file.series = "/acquisition/b";
    file.data = "/acquisition/b/data";
    add(file, "volts");
  }
  CHECK(refusal(folder / "x.nwb") == "x.nwb: series: found 2, expected one to be chosen of /acquisition/a, /acquisition/b");
  CHECK(refusal(folder / "x.nwb", Fault::data, "b") == "");
  CHECK(refusal(folder / "x.nwb", Fault::data, "/acquisition/a") == "");
  CHECK(refusal(folder / "x.nwb", Fault::data, "c") == "x.nwb: series: found no 'c', expected one of /acquisition/a, /acquisition/b");
  {
    ForeignNwb file(folder / "mv.nwb", "emg", "TimeSeries");
    add(file, "mV");
  }
  CHECK(same_bits(read_grid(folder / "mv.nwb"), {1000, 2000}));
  {
    ForeignNwb file(folder / "m.nwb", "emg", "TimeSeries");
    add(file, "meters");
  }
  CHECK(refusal(folder / "m.nwb") ==
        "m.nwb: /acquisition/emg/data@unit: found 'meters', expected volts or a.u.; state the unit with: semg import --unit");
}
