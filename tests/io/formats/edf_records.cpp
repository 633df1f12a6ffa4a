// SPDX-License-Identifier: BSD-3-Clause
// Data records of EDF and BDF: how many there are, when they began, what is said in them.
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/formats/edf.hpp"
#include "io/formats/edf_annotations.hpp"
#include "tests/io/formats/edf_bytes.hpp"

using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

using semg::counts;
using semg::EdfBytes;
using semg::EdfOnDisk;

/// Records of 1 s, 100 samples each that count on.
EdfBytes counting(std::int64_t records) {
  EdfBytes edf;
  edf.records = std::to_string(records);
  edf.data = counts(100 * records, 2, [](std::int64_t i) { return i; });
  return edf;
}

/// EDF+D: records of 1 s with 100 samples and annotations, that began when `onsets` say.
EdfBytes with_onsets(const std::vector<std::string>& onsets) {
  EdfBytes edf;
  edf.kind = "EDF+D";
  edf.records = std::to_string(onsets.size());
  edf.signals = {{}, {}};
  edf.signals[1].label = "EDF Annotations";
  edf.signals[1].samples = "30";
  for (std::size_t r = 0; r < onsets.size(); ++r) {
    edf.data += counts(100, 2, [&](std::int64_t i) { return static_cast<std::int64_t>(r) * 100 + i; });
    std::string list = onsets[r].empty() ? "" : "+" + onsets[r] + "\x14\x14";
    list.resize(60, '\0');
    edf.data += list;
  }
  return edf;
}

std::unique_ptr<semg::SignalFile> opened(const EdfBytes& edf) {
  const EdfOnDisk file(edf.bytes());
  return semg::open_edf(file.path());  // an open file can be read after it is unlinked
}

std::string warning(const semg::SignalFile& file, const std::string& code) {
  for (const auto& w : file.warnings) {
    if (w.code == code) return w.text;
  }
  return {};
}

std::vector<double> all_of(semg::SignalFile& file, std::size_t channel) {
  std::vector<double> out(static_cast<std::size_t>(file.channels[channel].rows));
  file.read(channel, 0, out);
  return out;
}

}  // namespace

TEST_CASE("EDF: a truncated file gives its complete records and says how many there should be") {
  EdfBytes edf = counting(10);
  edf.data.resize(4 * 200 + 120);
  const auto scan = opened(edf);
  CHECK(scan->incomplete);
  CHECK(warning(*scan, "truncated") ==
        "data records: found 4 (4 s) complete, expected 10 (10 s); the 120 bytes of an incomplete one are left out");
  CHECK(scan->channels[0].rows == 400);
  CHECK(all_of(*scan, 0).back() == 399);
}

TEST_CASE("EDF: a recording that was never closed gives its complete records") {
  EdfBytes edf = counting(3);
  edf.records = "-1";
  const auto scan = opened(edf);
  CHECK(scan->incomplete);
  CHECK(warning(*scan, "unfinished") ==
        "data records: found 3 (3 s) complete, expected their number in the header (the recording was not closed)");
  CHECK(scan->channels[0].rows == 300);
}

TEST_CASE("EDF: a file that is longer than it says gives all complete records and says so") {
  EdfBytes edf = counting(3);
  edf.records = "2";
  const auto scan = opened(edf);
  CHECK(scan->incomplete);
  CHECK(warning(*scan, "oversized") == "data records: found 3 (3 s) complete, expected 2 (2 s) and nothing after them");
  CHECK(scan->channels[0].rows == 300);

  EdfBytes tail = counting(3);
  tail.data += "x";
  CHECK(warning(*opened(tail), "oversized") ==
        "data records: found 3 (3 s) complete, expected 3 (3 s) and nothing after them; the 1 bytes of an incomplete one are left out");
}

TEST_CASE("EDF: any slice of a channel is the same samples, across records and past the end") {
  const auto scan = opened(counting(5));
  for (const std::int64_t first : {0, 1, 99, 100, 250, 499}) {
    for (const std::size_t rows : {std::size_t{1}, std::size_t{100}, std::size_t{333}}) {
      std::vector<double> out(rows);
      scan->read(0, first, out);
      for (std::size_t i = 0; i < rows; ++i) {
        const std::int64_t row = first + static_cast<std::int64_t>(i);
        if (row < 500) {
          CHECK(out[i] == static_cast<double>(row));
        } else {
          CHECK(std::isnan(out[i]));
        }
      }
    }
  }
}

TEST_CASE("EDF: signals of one file have their own rates, samples per record over its duration") {
  EdfBytes edf;
  edf.duration = "0.27";
  edf.records = "2";
  edf.signals = {{}, {}};
  edf.signals[0].samples = "580";
  edf.signals[1].samples = "40";
  edf.signals[1].label = "ACC";
  edf.signals[1].unit = "g";
  for (int r = 0; r < 2; ++r) {
    edf.data += counts(580, 2, [&](std::int64_t i) { return 580 * r + i; }) + counts(40, 2, [&](std::int64_t i) { return -40 * r - i; });
  }
  const auto scan = opened(edf);
  CHECK(scan->channels[0].fs_hz == 580 / 0.27);
  CHECK(scan->channels[0].fs_hz == doctest::Approx(2148.148148148148).epsilon(1e-15));
  CHECK(scan->channels[1].fs_hz == doctest::Approx(148.148148148148).epsilon(1e-14));
  CHECK(scan->channels[0].rows == 1160);
  CHECK(scan->channels[1].rows == 80);
  CHECK(all_of(*scan, 0)[1159] == 1159);
  CHECK(all_of(*scan, 1)[79] == -79);
}

TEST_CASE("EDF: counts keep their sign down to the lowest, in two bytes and in three") {
  EdfBytes edf;
  edf.data = counts(100, 2, [](std::int64_t i) { return i % 2 == 0 ? -32768 : 32767; });
  CHECK(all_of(*opened(edf), 0)[0] == -32768);
  CHECK(all_of(*opened(edf), 0)[1] == 32767);

  EdfBytes bdf;
  bdf.version =
      "\xFF"
      "BIOSEMI";
  bdf.kind = "24BIT";
  bdf.signals[0].digital_min = "-8388608";
  bdf.signals[0].digital_max = "8388607";
  bdf.data = counts(100, 3, [](std::int64_t i) { return i % 2 == 0 ? -8388608 : 8388607; });
  const auto scan = opened(bdf);
  CHECK(scan->format == "BDF");
  CHECK(all_of(*scan, 0)[0] == -8388608);
  CHECK(all_of(*scan, 0)[1] == 8388607);
}

TEST_CASE("EDF+D: what lies between records is a gap, in rows of the fastest channel, and counts as rows without samples") {
  EdfBytes edf = with_onsets({"0", "1", "3.5", "4.5", "10"});
  edf.signals.insert(edf.signals.begin() + 1, edf.signals[0]);
  edf.signals[1].label = "SLOW";
  edf.signals[1].samples = "10";
  std::string data;
  for (std::size_t r = 0; r < 5; ++r) {
    data += edf.data.substr(r * 260, 200) + counts(10, 2, [&](std::int64_t i) { return static_cast<std::int64_t>(r) * 10 + i; }) +
            edf.data.substr(r * 260 + 200, 60);
  }
  edf.data = data;
  const auto scan = opened(edf);
  CHECK(scan->format == "EDF+");
  CHECK_FALSE(scan->incomplete);
  REQUIRE(scan->gaps.size() == 2);
  CHECK(scan->gaps[0] == semg::Gap{200, 150});
  CHECK(scan->gaps[1] == semg::Gap{550, 450});
  CHECK(scan->channels[0].rows == 1100);
  CHECK(scan->channels[1].rows == 110);
  const std::vector<double> fast = all_of(*scan, 0), slow = all_of(*scan, 1);
  CHECK(fast[199] == 199);
  CHECK(std::isnan(fast[200]));
  CHECK(std::isnan(fast[349]));
  CHECK(fast[350] == 200);
  CHECK(fast[549] == 399);
  CHECK(std::isnan(fast[999]));
  CHECK(fast[1000] == 400);
  CHECK(std::count_if(fast.begin(), fast.end(), [](double x) { return std::isnan(x); }) == 600);
  CHECK(slow[35] == 20);
  CHECK(slow[100] == 40);
  CHECK(std::count_if(slow.begin(), slow.end(), [](double x) { return std::isnan(x); }) == 60);
  std::vector<double> inside(10);
  scan->read(0, 345, inside);
  CHECK(std::isnan(inside[4]));
  CHECK(inside[5] == 200);
}

TEST_CASE("EDF+D: a record that began early is joined, with a warning; one that began before the last ends what can be used") {
  const auto early = opened(with_onsets({"0", "0.98", "1.96"}));
  CHECK(early->gaps.empty());
  CHECK(early->channels[0].rows == 300);
  CHECK(warning(*early, "early_records") == "start of data records: found 2 before the end of the one before, expected 0; they are joined");

  const auto back = opened(with_onsets({"0", "5", "4", "6"}));
  CHECK(back->incomplete);
  CHECK(back->channels[0].rows == 600);
  CHECK(warning(*back, "truncated") ==
        "start of data record 3: found 4 s, expected a time after 5 s; it and what follows (2 records) is left out");
}

TEST_CASE("EDF+D: a jump of years is no gap but damage") {
  const auto scan = opened(with_onsets({"0", "1", "1000000000"}));
  CHECK(scan->incomplete);
  CHECK(scan->gaps.empty());
  CHECK(scan->channels[0].rows == 200);
  CHECK(warning(*scan, "truncated").starts_with("start of data record 3: found 1000000000 s, expected at most 86402 s"));
}

TEST_CASE("EDF+D: without the time of its first record nothing can be placed") {
  const EdfOnDisk file(with_onsets({"", "1"}).bytes());
  CHECK_THROWS_WITH(semg::open_edf(file.path()),
                    "scan.edf: start of data record 1: found no time, expected one in the first annotation of each record");
  EdfBytes none = counting(2);
  none.kind = "EDF+D";
  const EdfOnDisk untimed(none.bytes());
  CHECK_THROWS_WITH(semg::open_edf(untimed.path()),
                    "scan.edf: start of data record 1: found no annotations, expected one that says when the record began");
}

TEST_CASE("EDF+: times count from the first row, whose own fraction of a second goes to the start") {
  EdfBytes edf = with_onsets({"0.25", "1.25"});
  edf.kind = "EDF+C";
  std::string list = "+0.25\x14\x14\0+1.75\x15"s + "0.5\x14MVC \xC3\xBC\x14" + std::string(1, '\0');
  list.resize(60, '\0');
  edf.data.replace(200, 60, list);
  const auto scan = opened(edf);
  CHECK(scan->session_start == "2018-02-26T08:24:27.250000+00:00");
  REQUIRE(scan->events.size() == 1);
  CHECK(scan->events[0] == semg::Event{1.5, 0.5, "MVC \xC3\xBC"});
}

TEST_CASE("EDF+: annotations that cannot be read are counted, and those before them kept") {
  EdfBytes edf = with_onsets({"0", "1"});
  edf.kind = "EDF+C";
  std::string list = "+0\x14\x14\0+0.5\x14go\x14\0what\x14"s;
  list.resize(60, '\0');
  edf.data.replace(200, 60, list);
  const auto scan = opened(edf);
  CHECK(warning(*scan, "damaged_annotations") == "annotations: found 1 data records where they cannot be read, expected 0");
  REQUIRE(scan->events.size() == 1);
  CHECK(scan->events[0].text == "go");
}

TEST_CASE("EDF+: a list of annotations may hold several texts and several lists, and nothing else") {
  std::vector<semg::EdfAnnotation> found;
  CHECK(semg::append_annotations("+0\x14\x14\0-0.5\x15\x31\x14one\x14two\x14\0\0\0"sv, found));
  REQUIRE(found.size() == 3);
  CHECK(found[0].text.empty());
  CHECK(found[1].onset_s == -0.5);
  CHECK(found[1].duration_s == 1);
  CHECK(found[2].text == "two");
  for (const auto damaged :
       {"0\x14\x14\0"sv, "+x\x14\x14\0"sv, "+0\x14go\0"sv, "+0\x14\x14"sv, "+0\x15-1\x14\x14\0"sv, "+inf\x14\x14\0"sv, "+\x14\x14\0"sv}) {
    CHECK_FALSE(semg::append_annotations(damaged, found));
  }
}

TEST_CASE("BDF: rising codes of the status word are events, what is there from the start is none") {
  EdfBytes bdf;
  bdf.version =
      "\xFF"
      "BIOSEMI";
  bdf.kind = "24BIT";
  bdf.signals[0].label = "Status";
  bdf.signals[0].unit = "Boolean";
  bdf.signals[0].digital_min = bdf.signals[0].physical_min = "-8388608";
  bdf.signals[0].digital_max = bdf.signals[0].physical_max = "8388607";
  // 5 from the start; 0; 20; 22 on top of it; back to 20; 0; 65535. The high bits are the box's own.
  bdf.data = counts(100, 3, [](std::int64_t i) {
    const std::int64_t code = i < 10 ? 5 : i < 20 ? 0 : i < 30 ? 20 : i < 40 ? 22 : i < 50 ? 20 : i < 60 ? 0 : 65535;
    return code | 0x980000;
  });
  const auto scan = opened(bdf);
  CHECK_FALSE(scan->channels[0].signal);
  CHECK(scan->channels[0].unit.empty());
  REQUIRE(scan->events.size() == 3);
  CHECK(scan->events[0] == semg::Event{0.2, 0, "trigger 20"});
  CHECK(scan->events[1] == semg::Event{0.3, 0, "trigger 22"});
  CHECK(scan->events[2] == semg::Event{0.6, 0, "trigger 65535"});
}
