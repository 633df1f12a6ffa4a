// SPDX-License-Identifier: BSD-3-Clause
// Every field of an EDF header: what it means, and the sentence where it is wrong.
#include <algorithm>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/formats/edf.hpp"
#include "tests/io/formats/edf_bytes.hpp"

namespace {

using semg::EdfBytes;
using semg::EdfOnDisk;

EdfBytes one_second() {
  EdfBytes edf;
  edf.data = semg::counts(100, 2, [](std::int64_t i) { return i - 50; });
  return edf;
}

/// What open_edf() says to it.
std::string sentence(const EdfBytes& edf) {
  const EdfOnDisk file(edf.bytes());
  try {
    semg::open_edf(file.path());
  } catch (const semg::Error& error) {
    CHECK(error.fault() == semg::Fault::data);
    return error.what();
  }
  return "opened";
}

const semg::ForeignWarning* warning(const semg::SignalFile& file, const std::string& code) {
  const auto found = std::find_if(file.warnings.begin(), file.warnings.end(), [&](const auto& w) { return w.code == code; });
  return found == file.warnings.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("EDF: a sample is count x scale + offset, from the ranges in the header") {
  EdfBytes edf = one_second();
  edf.signals[0].physical_min = "-100";
  edf.signals[0].physical_max = "300";
  edf.signals[0].digital_min = "-1000";
  edf.signals[0].digital_max = "3000";
  const EdfOnDisk file(edf.bytes());
  const auto scan = semg::open_edf(file.path());
  REQUIRE(scan->channels.size() == 1);
  const semg::ForeignChannel& emg = scan->channels[0];
  CHECK(scan->format == "EDF");
  CHECK(emg.label == "EMG");
  CHECK(emg.unit == "uV");
  CHECK(emg.fs_hz == 100);
  CHECK(emg.rows == 100);
  CHECK(emg.integer);
  CHECK(emg.signal);
  CHECK(emg.scale == doctest::Approx(0.1).epsilon(1e-15));
  CHECK(emg.offset == doctest::Approx(0).epsilon(1e-12));
  CHECK(emg.count_low == -1000);
  CHECK(emg.count_high == 3000);
  std::vector<double> counts(100);
  scan->read(0, 0, counts);
  CHECK(counts.front() == -50);
  CHECK(counts.back() == 49);
  CHECK_FALSE(scan->incomplete);
}

TEST_CASE("EDF: each field that cannot be used is named with its place, what was found and what was expected") {
  const auto with = [](const std::function<void(EdfBytes&)>& change) {
    EdfBytes edf = one_second();
    change(edf);
    return sentence(edf);
  };
  CHECK(with([](EdfBytes& e) { e.version = "1"; }) ==
        "scan.edf: version (byte 0): found '1', expected '0' and seven blanks (EDF) or byte 255 and 'BIOSEMI' (BDF)");
  CHECK(with([](EdfBytes& e) { e.header_bytes = "768"; }) ==
        "scan.edf: bytes of the header (byte 184): found '768', expected 512 for 1 signals");
  CHECK(with([](EdfBytes& e) { e.header_bytes = "5l2"; }) ==
        "scan.edf: bytes of the header (byte 184): found '5l2', expected 512 for 1 signals");
  CHECK(with([](EdfBytes& e) { e.signal_count = "0"; }) ==
        "scan.edf: number of signals (byte 252): found '0', expected a whole number from 1 to 4096");
  CHECK(with([](EdfBytes& e) { e.signal_count = "9999"; }) ==
        "scan.edf: number of signals (byte 252): found '9999', expected a whole number from 1 to 4096");
  CHECK(with([](EdfBytes& e) { e.signal_count = "-1"; }) ==
        "scan.edf: number of signals (byte 252): found '-1', expected a whole number from 1 to 4096");
  CHECK(with([](EdfBytes& e) {
          e.signal_count = "4096";
          e.header_bytes = "1048832";
        }) == "scan.edf: header: found 712 bytes, expected 1048832 for 4096 signals");
  CHECK(with([](EdfBytes& e) { e.records = "many"; }) ==
        "scan.edf: number of data records (byte 236): found 'many', expected a whole number, or -1");
  CHECK(with([](EdfBytes& e) { e.records = "-2"; }) ==
        "scan.edf: number of data records (byte 236): found '-2', expected a whole number, or -1");
  CHECK(with([](EdfBytes& e) { e.duration = "1,5"; }) ==
        "scan.edf: duration of a data record (byte 244): found '1,5', expected a number of seconds");
  CHECK(with([](EdfBytes& e) { e.duration = "0"; }) == "scan.edf: duration of a data record (byte 244): found '0', expected more than 0 s");
  CHECK(with([](EdfBytes& e) { e.duration = "nan"; }) ==
        "scan.edf: duration of a data record (byte 244): found 'nan', expected a number of seconds");
  CHECK(with([](EdfBytes& e) { e.signals[0].physical_min = "low"; }) ==
        "scan.edf: physical minimum of signal 1 (byte 360): found 'low', expected a number");
  CHECK(with([](EdfBytes& e) { e.signals[0].physical_max = "1e999"; }) ==
        "scan.edf: physical maximum of signal 1 (byte 368): found '1e999', expected a number");
  CHECK(with([](EdfBytes& e) { e.signals[0].digital_min = "-1.5"; }) ==
        "scan.edf: digital minimum of signal 1 (byte 376): found '-1.5', expected a whole number from -32768 to 32767");
  CHECK(with([](EdfBytes& e) { e.signals[0].digital_max = ""; }) ==
        "scan.edf: digital maximum of signal 1 (byte 384): found '', expected a whole number from -32768 to 32767");
  CHECK(with([](EdfBytes& e) { e.signals[0].samples = "0"; }) ==
        "scan.edf: samples per data record of signal 1 (byte 472): found '0', expected a whole number from 1 on");
  CHECK(with([](EdfBytes& e) { e.signals[0].samples = "-100"; }) ==
        "scan.edf: samples per data record of signal 1 (byte 472): found '-100', expected a whole number from 1 on");
  CHECK(with([](EdfBytes& e) { e.signals[0].samples = "99999999"; }) ==
        "scan.edf: data records: found 200 bytes, expected at least 199999998 for one");
  CHECK(with([](EdfBytes& e) { e.signals[0].label = "EDF Annotations"; }) ==
        "scan.edf: number of signals (byte 252): found '1', expected one that holds samples beside the annotations");
  CHECK(with([](EdfBytes& e) { e.data.clear(); }) == "scan.edf: data records: found 0 bytes, expected at least 200 for one");
}

TEST_CASE("EDF: a file shorter than the first 256 bytes of its header says so") {
  const EdfOnDisk file(one_second().bytes().substr(0, 100));
  CHECK_THROWS_WITH(semg::open_edf(file.path()), "scan.edf: header: found 100 bytes, expected 256 for the file and 256 for each signal");
}

TEST_CASE("EDF: a file that is not there is no input") {
  try {
    semg::open_edf("/nowhere/scan.edf");
    FAIL("opened");
  } catch (const semg::Error& error) {
    CHECK(error.fault() == semg::Fault::no_input);
    CHECK(std::string(error.what()) == "scan.edf: cannot be read");
  }
}

TEST_CASE("EDF: a channel whose ranges give no scale is refused alone, with its field, and the others are read") {
  const auto refused = [](const std::function<void(semg::EdfBytesSignal&)>& change) {
    EdfBytes edf = one_second();
    edf.signals = {{}, {}};
    edf.signals[1].label = "BAD";
    change(edf.signals[1]);
    edf.data += edf.data;
    const EdfOnDisk file(edf.bytes());
    const auto scan = semg::open_edf(file.path());
    CHECK(scan->incomplete);
    CHECK(scan->channels[0].signal);
    CHECK_FALSE(scan->channels[1].signal);
    std::vector<double> counts(100);
    scan->read(0, 0, counts);
    CHECK(counts[0] == -50);
    const semg::ForeignWarning* said = warning(*scan, "channel_refused");
    REQUIRE(said != nullptr);
    CHECK(said->channel == "BAD");
    CHECK_THROWS_WITH(scan->read(1, 0, counts), ("scan.edf: " + said->text).c_str());
    return said->text;
  };
  CHECK(refused([](auto& s) { s.physical_max = s.physical_min; }) ==
        "physical maximum of signal 2 (byte 488): found '-3276.8', expected a number above the physical minimum -3276.8");
  CHECK(refused([](auto& s) { std::swap(s.physical_min, s.physical_max); }) ==
        "physical maximum of signal 2 (byte 488): found '-3276.8', expected a number above the physical minimum 3276.7");
  CHECK(refused([](auto& s) { s.digital_max = "-32768"; }) ==
        "digital maximum of signal 2 (byte 520): found '-32768', expected a whole number above the digital minimum -32768, at most 32767");
  CHECK(refused([](auto& s) { s.digital_max = "65535"; }) ==
        "digital maximum of signal 2 (byte 520): found '65535', expected a whole number above the digital minimum -32768, at most 32767");
  CHECK(refused([](auto& s) { s.digital_min = "-40000"; }) ==
        "digital minimum of signal 2 (byte 504): found '-40000', expected a whole number from -32768 to 32767");
}

TEST_CASE("EDF: where no channel is left the file is refused, with the field of the first") {
  EdfBytes edf = one_second();
  edf.duration = "0.00001";
  CHECK(sentence(edf) ==
        "scan.edf: samples per data record of signal 1 (byte 472): found '100', expected at most 1000000 Hz with data records of 1e-05 s");
}

TEST_CASE("EDF: labels and units come as UTF-8 whatever they were written in, and no label is there twice") {
  EdfBytes edf = one_second();
  edf.signals = {{}, {}, {}, {}};
  edf.signals[0].label = "Jarret gauche \xE9";  // Latin-1
  edf.signals[0].unit = "\xB5V";
  edf.signals[1].label = edf.signals[0].label;
  edf.signals[1].unit = "\xC2\xB5V";  // UTF-8
  edf.signals[2].label = "\xC3\xA9";
  edf.signals[2].unit = "mV";
  edf.signals[3].label = "";
  edf.data = semg::counts(400, 2, [](std::int64_t i) { return i; });
  const EdfOnDisk file(edf.bytes());
  const auto scan = semg::open_edf(file.path());
  CHECK(scan->channels[0].label == "Jarret gauche \xC3\xA9");
  CHECK(scan->channels[0].unit == "uV");
  CHECK(scan->channels[1].label == "Jarret gauche \xC3\xA9: 2");
  CHECK(scan->channels[1].unit == "uV");
  CHECK(scan->channels[2].label == "\xC3\xA9");
  CHECK(scan->channels[2].unit == "mV");
  CHECK(scan->channels[3].label == "channel 4");
}

TEST_CASE("EDF: two digits of a year are 1985 to 2084, and EDF+ says it in full") {
  const auto start = [](const std::string& date, const std::string& recording) {
    EdfBytes edf = one_second();
    edf.date = date;
    edf.recording = recording;
    const EdfOnDisk file(edf.bytes());
    const auto scan = semg::open_edf(file.path());
    CHECK(warning(*scan, "no_time_zone") != nullptr);
    return scan->session_start;
  };
  CHECK(start("26.02.18", "") == "2018-02-26T08:24:27+00:00");
  CHECK(start("31.12.84", "") == "2084-12-31T08:24:27+00:00");
  CHECK(start("01.01.85", "") == "1985-01-01T08:24:27+00:00");
  CHECK(start("29.09.yy", "Startdate 29-SEP-2125 X X X") == "2125-09-29T08:24:27+00:00");
  CHECK(start("29.09.25", "Startdate 29-Sep-2025") == "2025-09-29T08:24:27+00:00");
}

TEST_CASE("EDF: a start that is no date is left out with a warning; the samples are good all the same") {
  EdfBytes edf = one_second();
  edf.date = "30.02.18";
  const EdfOnDisk file(edf.bytes());
  const auto scan = semg::open_edf(file.path());
  CHECK(scan->session_start.empty());
  REQUIRE(warning(*scan, "no_start") != nullptr);
  CHECK(warning(*scan, "no_start")->text == "start date (byte 168): found '30.02.18', expected a date as 31.12.25");
  edf.date = "28.02.18";
  edf.time = "24.00.00";
  const EdfOnDisk late(edf.bytes());
  CHECK(warning(*semg::open_edf(late.path()), "no_start")->text == "start time (byte 176): found '24.00.00', expected a time as 23.59.59");
}

TEST_CASE("EDF: nobody's name is in anything that is given") {
  EdfBytes edf = one_second();
  edf.kind = "EDF+C";
  edf.patient = "MCH-0234567 F 02-MAY-1951 Haagse_Harry";
  edf.recording = "Startdate 02-MAR-2002 EMG561 BK/JOP Sony. MNC Klok_Technician";
  const EdfOnDisk file(edf.bytes());
  const auto scan = semg::open_edf(file.path());
  std::string all = scan->format + scan->device + scan->session_start;
  for (const auto& c : scan->channels) all += c.label + c.unit + c.device;
  for (const auto& w : scan->warnings) all += w.code + w.channel + w.text;
  for (const auto& e : scan->events) all += e.text;
  for (const char* word : {"Haagse", "0234567", "1951", "EMG561", "BK/JOP", "Sony", "Klok"}) CHECK(all.find(word) == std::string::npos);
  CHECK(scan->session_start == "2002-03-02T08:24:27+00:00");
}

TEST_CASE("EDF and BDF are known by their first eight bytes") {
  const auto looks = [](std::string_view text) { return semg::looks_like_edf(std::as_bytes(std::span(text.data(), text.size()))); };
  CHECK(looks("0       X X X X"));
  CHECK(
      looks("\xFF"
            "BIOSEMI   "));
  CHECK_FALSE(looks("0      "));
  CHECK_FALSE(looks("0,1,2,3,4"));
}
