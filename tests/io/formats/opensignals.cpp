// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/formats/hdf5_kind.hpp"
#include "io/formats/opensignals_hdf5.hpp"
#include "tests/io/formats/hdf5_made.hpp"

namespace {

using semg::MadeHdf5;

/// One device as OpenSignals writes it.
void add_device(MadeHdf5& file, const std::string& group, const std::string& kind, const std::vector<std::int32_t>& numbers,
                const std::vector<std::int32_t>& bits, const std::vector<std::uint16_t>& counts) {
  file.group(group + "/raw");
  file.text(group, "device", kind);
  file.text(group, "device name", "Anna's left arm");
  file.text(group, "macaddress", group.substr(1));
  file.text(group, "comments", "Anna Example");
  file.text(group, "date", "2026-7-2");
  file.text(group, "time", "9:05:06.69");
  file.number<std::int32_t>(group, "sampling rate", 1000);
  file.numbers<std::int32_t>(group, "channels", numbers);
  file.numbers<std::int32_t>(group, "resolution", bits);
  for (const std::int32_t n : numbers) {
    const std::string path = group + "/raw/channel_" + std::to_string(n);
    file.dataset<std::uint16_t>(path, {counts.size(), 1}, counts);
    file.text(path, "sensor", "EMG");
    file.text(path, "label", "CH" + std::to_string(n));
  }
  file.dataset<std::uint16_t>(group + "/digital/digital_1", {counts.size(), 1}, std::vector<std::uint16_t>(counts.size(), 1));
}

void add_counter(MadeHdf5& file, const std::string& group, const std::vector<std::uint16_t>& counts) {
  file.dataset<std::uint16_t>(group + "/raw/nSeq", {counts.size(), 1}, counts);
}

constexpr const char* kFirst = "/00:07:80:AA:AA:AA";
constexpr const char* kSecond = "/20:16:BB:BB:BB:BB";

}  // namespace

TEST_CASE("OpenSignals: the middle of the converter is 0 mV, its ends are the sensor's range") {
  MadeHdf5 file;
  add_device(file, kFirst, "channeller", {1}, {16}, {0, 32768, 65535});
  const auto scan = semg::open_opensignals_hdf5(file.path());
  const semg::ForeignChannel& emg = scan->channels.at(0);
  CHECK(emg.unit == "mV");
  CHECK(emg.fs_hz == 1000);
  CHECK(emg.integer);
  CHECK(emg.count_low == 0);
  CHECK(emg.count_high == 65535);
  CHECK(emg.scale == 3.0 / 65536);
  CHECK(32768 * emg.scale + emg.offset == 0);
  CHECK(emg.offset / emg.scale == -32768);
  std::vector<double> counts(3);
  scan->read(0, 0, counts);
  CHECK(counts == std::vector<double>{0, 32768, 65535});
  CHECK(scan->device == "biosignalsplux");
  CHECK(scan->session_start == "2026-07-02T09:05:06+00:00");
}

TEST_CASE("OpenSignals: the resolution of the file is that of each channel, 3.3 V over a gain of 1009 in BITalino") {
  MadeHdf5 file;
  add_device(file, kFirst, "bitalino_rev", {2, 5}, {10, 6}, {0, 32, 63});
  const auto scan = semg::open_opensignals_hdf5(file.path());
  CHECK(scan->device == "BITalino");
  CHECK(scan->channels.at(0).scale == doctest::Approx(3300.0 / 1009 / 1024).epsilon(1e-15));
  CHECK(512 * scan->channels[0].scale + scan->channels[0].offset == 0);
  CHECK(scan->channels[0].count_high == 1023);
  CHECK(scan->channels.at(1).scale == doctest::Approx(3300.0 / 1009 / 64).epsilon(1e-15));
  CHECK(scan->channels[1].count_high == 63);
}

TEST_CASE("OpenSignals: several devices are told apart by number; no address, name or comment is given") {
  MadeHdf5 file;
  add_device(file, kFirst, "biosignalsplux", {1}, {16}, {7, 8, 9});
  add_device(file, kSecond, "biosignalsplux", {1}, {12}, {1, 2, 3, 4});
  const auto scan = semg::open_opensignals_hdf5(file.path());
  REQUIRE(scan->channels.size() == 4);
  std::string all = scan->device + scan->format;
  std::vector<std::string> seen;
  for (const auto& c : scan->channels) {
    seen.push_back(c.device + "/" + c.label);
    all += c.label + c.device + c.unit;
  }
  CHECK(seen == std::vector<std::string>{"device 1/CH1", "device 1/digital_1", "device 2/CH1: 2", "device 2/digital_1: 2"});
  for (const auto& w : scan->warnings) all += w.text;
  for (const char* word : {"00:07", "20:16", "Anna"}) CHECK(all.find(word) == std::string::npos);
  CHECK(scan->channels[0].rows == 3);
  CHECK(scan->channels[2].rows == 4);
  CHECK(scan->channels[2].count_high == 4095);
  std::vector<double> counts(4);
  scan->read(2, 0, counts);
  CHECK(counts == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("OpenSignals: sensors whose conversion is not known keep their counts and have no unit") {
  MadeHdf5 file;
  add_device(file, kFirst, "biosignalsplux", {1}, {16}, {1, 2, 3});
  const std::string other = std::string(kFirst) + "/raw/channel_2";
  file.dataset<std::uint16_t>(other, {3, 1}, {5, 6, 7});
  file.text(other, "sensor", "EDA");
  file.text(other, "label", "CH2");
  add_device(file, kSecond, "newdevice", {1}, {16}, {1, 2, 3});
  const auto scan = semg::open_opensignals_hdf5(file.path());
  const auto named = [&](const std::string& label) {
    return *std::find_if(scan->channels.begin(), scan->channels.end(), [&](const auto& c) { return c.label == label; });
  };
  CHECK_FALSE(named("CH2").signal);
  CHECK(named("CH2").unit.empty());
  CHECK_FALSE(named("digital_1").signal);
  CHECK(named("CH1: 2").signal);  // EMG of a device nobody knows: the user has to say the unit
  CHECK(named("CH1: 2").unit.empty());
  CHECK(named("CH1: 2").scale == 1);
}

TEST_CASE("OpenSignals: rows that the device counted and that did not arrive are a gap") {
  MadeHdf5 file;
  add_device(file, kFirst, "biosignalsplux", {1}, {16}, {10, 11, 12, 13, 14});
  add_counter(file, kFirst, {0, 1, 4, 5, 7});
  const auto scan = semg::open_opensignals_hdf5(file.path());
  REQUIRE(scan->gaps.size() == 2);
  CHECK(scan->gaps[0] == semg::Gap{2, 2});
  CHECK(scan->gaps[1] == semg::Gap{6, 1});
  CHECK(scan->channels[0].rows == 8);
  std::vector<double> counts(8);
  scan->read(0, 0, counts);
  CHECK(counts[1] == 11);
  CHECK(std::isnan(counts[2]));
  CHECK(std::isnan(counts[3]));
  CHECK(counts[4] == 12);
  CHECK(std::isnan(counts[6]));
  CHECK(counts[7] == 14);
  const auto said = std::find_if(scan->warnings.begin(), scan->warnings.end(), [](const auto& w) { return w.code == "lost_rows"; });
  REQUIRE(said != scan->warnings.end());
  CHECK(said->text == "nSeq: found 2 jumps, expected none; the 3 rows that were lost are gaps");
}

TEST_CASE("OpenSignals: a counter that goes round, stays at its end or begins again loses nothing") {
  const auto gaps = [](const std::vector<std::uint16_t>& counter) {
    MadeHdf5 file;
    add_device(file, kFirst, "biosignalsplux", {1}, {16}, std::vector<std::uint16_t>(counter.size(), 1));
    add_counter(file, kFirst, counter);
    return semg::open_opensignals_hdf5(file.path())->gaps.size();
  };
  CHECK(gaps({65534, 65535, 0, 1}) == 0);
  CHECK(gaps({65534, 65535, 65535, 65535}) == 0);
  CHECK(gaps({500, 501, 0, 1}) == 0);
  CHECK(gaps({13, 14, 15, 0, 1}) == 0);
  CHECK(gaps({14, 15, 2, 3}) == 1);
}

TEST_CASE("OpenSignals: counts above the stated resolution are refused, for all amplitudes would be wrong") {
  MadeHdf5 file;
  add_device(file, kFirst, "bioplux", {2}, {12}, {0, 4095, 4096});
  CHECK_THROWS_WITH(semg::open_opensignals_hdf5(file.path()),
                    "scan.h5: resolution of CH2: found 12 bits and a count of 4096, expected counts from 0 to 4095");
}

TEST_CASE("OpenSignals: a rate or a resolution that cannot be is refused") {
  MadeHdf5 file;
  add_device(file, kFirst, "bioplux", {2}, {0}, {0, 1});
  CHECK_THROWS_WITH(semg::open_opensignals_hdf5(file.path()), "scan.h5: resolution: found 0, expected a whole number of bits from 1 to 31");
  MadeHdf5 three;
  add_device(three, kFirst, "bioplux", {2}, {12, 12, 12}, {0, 1});
  CHECK_THROWS_WITH(semg::open_opensignals_hdf5(three.path()), "scan.h5: resolution: found 3 numbers, expected one for each of 1 channels");
}

TEST_CASE("OpenSignals files are known by what they hold") {
  MadeHdf5 file;
  add_device(file, kFirst, "bioplux", {2}, {12}, {0, 1});
  CHECK(semg::kind_of_hdf5(file.path()) == semg::Hdf5Kind::opensignals);
  MadeHdf5 plain;
  plain.dataset<float>("/raw/channel_1", {3}, {1, 2, 3});
  CHECK(semg::kind_of_hdf5(plain.path()) == semg::Hdf5Kind::plain);
  CHECK_THROWS_WITH(semg::open_opensignals_hdf5(plain.path()), "scan.h5: raw: found no channels, expected /DEVICE/raw/channel_1");
  MadeHdf5 nwb;
  nwb.text("/", "nwb_version", "2.7.0");
  CHECK(semg::kind_of_hdf5(nwb.path()) == semg::Hdf5Kind::nwb);
}

TEST_CASE("real OpenSignals recordings: rate, resolution, rows and rails are those of the file, not of its description") {
  const std::filesystem::path data = std::filesystem::path(SEMG_REAL_DATA) / "plux";
  if (!std::filesystem::exists(data)) {
    MESSAGE("[semg-skip] no real recordings at " << data);
    return;
  }
  struct Known {
    const char* name;
    const char* label;
    std::int64_t rows;
    double high, least, most, sum;
  };
  // Least, most and sum of the counts: NumPy over h5py.
  for (const Known& known : {Known{"emg_fatigue.h5", "CH2", 126900, 4095, 0, 4095, 260653805},
                             Known{"emg_bursts.h5", "PORT3_CHN1", 28519, 65535, 12880, 43226, 935553184},
                             Known{"emg_1000_hz_16_bits_solo.h5", "PORT1_CHN1", 87600, 65535, 21, 64816, 2874165070}}) {
    CAPTURE(known.name);
    CHECK(semg::kind_of_hdf5(data / known.name) == semg::Hdf5Kind::opensignals);
    const auto scan = semg::open_opensignals_hdf5(data / known.name);
    const semg::ForeignChannel& emg = scan->channels.at(0);
    CHECK(emg.label == known.label);
    CHECK(emg.rows == known.rows);
    CHECK(emg.fs_hz == 1000);
    CHECK(emg.unit == "mV");
    CHECK(emg.integer);
    CHECK(emg.signal);
    CHECK(emg.count_high == known.high);
    CHECK(emg.scale == 3.0 / (known.high + 1));
    CHECK(scan->gaps.empty());
    CHECK_FALSE(scan->channels.at(1).signal);
    std::vector<double> counts(static_cast<std::size_t>(emg.rows));
    scan->read(0, 0, counts);
    CHECK(*std::min_element(counts.begin(), counts.end()) == known.least);
    CHECK(*std::max_element(counts.begin(), counts.end()) == known.most);
    double sum = 0;
    for (const double count : counts) sum += count;
    CHECK(sum == known.sum);
  }
}
