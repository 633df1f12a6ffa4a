// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/nwb_series.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/recording_reader.hpp"
#include "tests/io/formats/hdf5_made.hpp"

namespace {

using semg::MadeHdf5;

/// The least of an NWB file around a series of 6 rows and 2 channels.
void add_series(MadeHdf5& file, const std::string& path, const std::string& type, const std::string& unit) {
  file.dataset<std::int16_t>(path + "/data", {6, 2}, {1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6});
  file.text(path, "neurodata_type", type);
  file.text(path + "/data", "unit", unit);
  file.number<double>(path + "/data", "conversion", 2e-7);
}

void add_rate(MadeHdf5& file, const std::string& path, double fs_hz) {
  const double start_s = 0;
  file.dataset(path + "/starting_time", H5T_NATIVE_DOUBLE, {}, &start_s, semg::Hdf5Object(H5Pcreate(H5P_DATASET_CREATE)));
  file.number<double>(path + "/starting_time", "rate", fs_hz);
}

MadeHdf5& nwb(MadeHdf5& file) {
  file.text("/", "nwb_version", "2.7.0");
  file.text_dataset("/session_start_time", {}, {"2026-07-27T10:00:00+08:00"});
  file.text_dataset("/general/subject/subject_id", {}, {"Anna"});
  return file;
}

std::vector<double> all_of(semg::SignalFile& file, std::size_t channel) {
  std::vector<double> out(static_cast<std::size_t>(file.channels[channel].rows));
  file.read(channel, 0, out);
  return out;
}

}  // namespace

TEST_CASE("NWB: counts and their conversion to volts are given as they are stored") {
  MadeHdf5 file;
  add_series(nwb(file), "/acquisition/emg", "ElectricalSeries", "volts");
  add_rate(file, "/acquisition/emg", 2148.148148148148);
  const auto path = file.path();
  const auto scan = semg::open_nwb_series(path, {});
  CHECK(scan->format == "NWB");
  CHECK(scan->session_start == "2026-07-27T10:00:00+08:00");
  REQUIRE(scan->channels.size() == 2);
  CHECK(scan->channels[0].fs_hz == 2148.148148148148);
  CHECK(scan->channels[0].unit == "V");
  CHECK(scan->channels[0].scale == 2e-7);
  CHECK(scan->channels[0].integer);
  CHECK(scan->channels[0].rows == 6);
  CHECK(all_of(*scan, 1) == std::vector<double>{-1, -2, -3, -4, -5, -6});
}

TEST_CASE("NWB: an importer and the reader of recordings take the same values from a file") {
  MadeHdf5 file;
  add_series(nwb(file), "/processing/x/emg", "TimeSeries", "millivolts");
  add_rate(file, "/processing/x/emg", 1000);
  file.number<double>("/processing/x/emg/data", "offset", 0.25);
  file.dataset<float>("/processing/x/emg/channel_conversion", {2}, {1.F, 2.F});
  const auto path = file.path();
  const auto scan = semg::open_nwb_series(path, {"emg"});
  semg::RecordingReader reader(path, "emg");
  semg::Block block(2, 6);
  REQUIRE(reader.read(block));
  REQUIRE(block.rows() == 6);
  for (std::size_t c = 0; c < 2; ++c) {
    const semg::ForeignChannel& channel = scan->channels[c];
    CHECK(channel.unit == "V");
    const std::vector<double> counts = all_of(*scan, c);
    for (std::size_t r = 0; r < 6; ++r) {
      CHECK((counts[r] * channel.scale + channel.offset) * 1e6 == doctest::Approx(static_cast<double>(block.row(r)[c])).epsilon(1e-6));
    }
  }
}

TEST_CASE("NWB: timestamps with a jump are a rate with a gap") {
  MadeHdf5 file;
  add_series(nwb(file), "/acquisition/emg", "ElectricalSeries", "volts");
  file.dataset<double>("/acquisition/emg/timestamps", {6}, {0, 0.01, 0.02, 0.06, 0.07, 0.08});
  const auto scan = semg::open_nwb_series(file.path(), {});
  CHECK(scan->channels[0].fs_hz == doctest::Approx(100).epsilon(1e-9));
  REQUIRE(scan->gaps.size() == 1);
  CHECK(scan->gaps[0] == semg::Gap{3, 3});
  const std::vector<double> counts = all_of(*scan, 0);
  REQUIRE(counts.size() == 9);
  CHECK(counts[2] == 3);
  CHECK(std::isnan(counts[3]));
  CHECK(std::isnan(counts[5]));
  CHECK(counts[6] == 4);
}

TEST_CASE("NWB: of several series one has to be chosen, by its path or its last part") {
  MadeHdf5 file;
  for (const char* name : {"/acquisition/left", "/acquisition/right"}) {
    add_series(file, name, "ElectricalSeries", "volts");
    add_rate(file, name, 1000);
  }
  nwb(file);
  const auto path = file.path();
  CHECK_THROWS_WITH(semg::open_nwb_series(path, {}),
                    "scan.h5: series: found 2, expected one to be chosen of /acquisition/left, /acquisition/right");
  CHECK(semg::open_nwb_series(path, {"right"})->channels.size() == 2);
  CHECK(semg::open_nwb_series(path, {"/acquisition/left"})->channels.size() == 2);
  CHECK_THROWS_WITH(semg::open_nwb_series(path, {"up"}),
                    "scan.h5: series: found no 'up', expected one of /acquisition/left, /acquisition/right");
}

TEST_CASE("NWB: a series in a unit that is no voltage keeps it, for the user to settle") {
  MadeHdf5 file;
  add_series(nwb(file), "/acquisition/emg", "TimeSeries", "percent of MVC");
  add_rate(file, "/acquisition/emg", 1000);
  const auto scan = semg::open_nwb_series(file.path(), {});
  CHECK(scan->channels.at(0).unit == "percent of MVC");
  CHECK(scan->channels[0].scale == 2e-7);
  CHECK(all_of(*scan, 0)[5] == 6);
}

TEST_CASE("NWB: a recording with more channels than rows is not turned on its side") {
  MadeHdf5 file;
  file.dataset<float>("/acquisition/emg/data", {2, 3}, {1, 2, 3, 4, 5, 6});
  file.text("/acquisition/emg", "neurodata_type", "ElectricalSeries");
  add_rate(nwb(file), "/acquisition/emg", 1000);
  const auto scan = semg::open_nwb_series(file.path(), {});
  REQUIRE(scan->channels.size() == 3);
  CHECK(all_of(*scan, 2) == std::vector<double>{3, 6});
}
