// SPDX-License-Identifier: BSD-3-Clause
// EDFlib, the library behind EDFbrowser, as an independent reader and writer.
#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>

#include <doctest/doctest.h>
#include <edflib.h>

#include "io/formats/edf.hpp"
#include "tests/io/formats/edf_bytes.hpp"

namespace {

using semg::EdfOnDisk;

/// Two channels of different rates in records of 0.27 s, two annotations.
void write_with_edflib(const std::filesystem::path& path, int kind) {
  const int top = kind == EDFLIB_FILETYPE_BDFPLUS ? 8388607 : 32767;
  const int file = edfopen_file_writeonly(path.c_str(), kind, 2);
  REQUIRE(file >= 0);
  REQUIRE(edf_set_datarecord_duration(file, 27000) == 0);  // in 10 us
  const int samples[2] = {580, 40};
  for (int s = 0; s < 2; ++s) {
    REQUIRE(edf_set_samplefrequency(file, s, samples[s]) == 0);
    REQUIRE(edf_set_digital_maximum(file, s, top) == 0);
    REQUIRE(edf_set_digital_minimum(file, s, -top - 1) == 0);
    REQUIRE(edf_set_physical_maximum(file, s, 5000 + s) == 0);
    REQUIRE(edf_set_physical_minimum(file, s, -5000) == 0);
    REQUIRE(edf_set_physical_dimension(file, s, s == 0 ? "uV" : "g") == 0);
    REQUIRE(edf_set_label(file, s, s == 0 ? "biceps" : "acc x") == 0);
  }
  REQUIRE(edf_set_startdatetime(file, 2026, 7, 27, 10, 0, 1) == 0);
  for (int record = 0; record < 20; ++record) {
    for (int s = 0; s < 2; ++s) {
      std::vector<int> counts(static_cast<std::size_t>(samples[s]));
      for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i] = static_cast<int>((static_cast<std::int64_t>(i) * 7919 + record * 104729 + s * 31) % (2LL * top + 2)) - top - 1;
      }
      REQUIRE(edfwrite_digital_samples(file, counts.data()) == 0);
    }
  }
  REQUIRE(edfwrite_annotation_utf8(file, 12345, -1, "start of MVC") == 0);  // in 100 us
  REQUIRE(edfwrite_annotation_utf8(file, 30001, 5000, "d\xC3\xA9part") == 0);
  REQUIRE(edfclose_file(file) == 0);
}

/// Opens both, compares all there is.
void compare(const std::filesystem::path& path) {
  const auto scan = semg::open_edf(path);
  const auto header = std::make_unique<edf_hdr_struct>();
  REQUIRE(edfopen_file_readonly(path.c_str(), header.get(), EDFLIB_READ_ALL_ANNOTATIONS) == 0);
  REQUIRE(static_cast<int>(scan->channels.size()) == header->edfsignals);
  for (int s = 0; s < header->edfsignals; ++s) {
    const edf_param_struct& theirs = header->signalparam[s];
    const semg::ForeignChannel& ours = scan->channels[static_cast<std::size_t>(s)];
    REQUIRE(ours.rows == theirs.smp_in_file);
    CHECK(ours.fs_hz == doctest::Approx(static_cast<double>(theirs.smp_in_datarecord) * EDFLIB_TIME_DIMENSION /
                                        static_cast<double>(header->datarecord_duration))
                            .epsilon(1e-12));
    CHECK(std::string(theirs.label).starts_with(ours.label));
    std::vector<int> digital(static_cast<std::size_t>(ours.rows));
    std::vector<double> counts(digital.size()), physical(digital.size());
    REQUIRE(edfread_digital_samples(header->handle, s, static_cast<int>(digital.size()), digital.data()) ==
            static_cast<int>(digital.size()));
    edfrewind(header->handle, s);
    REQUIRE(edfread_physical_samples(header->handle, s, static_cast<int>(digital.size()), physical.data()) ==
            static_cast<int>(digital.size()));
    scan->read(static_cast<std::size_t>(s), 0, counts);
    const double range = theirs.phys_max - theirs.phys_min;
    std::size_t other_counts = 0;
    std::size_t other_values = 0;
    for (std::size_t i = 0; i < digital.size(); ++i) {
      other_counts += counts[i] != digital[i];
      const bool agrees = !ours.signal || std::abs(counts[i] * ours.scale + ours.offset - physical[i]) <= 1e-12 * range;
      other_values += !agrees;
    }
    CHECK(other_counts == 0);
    CHECK(other_values == 0);
  }
  if (header->annotations_in_file > 0) {
    REQUIRE(static_cast<long long>(scan->events.size()) == header->annotations_in_file);
    for (std::size_t i = 0; i < scan->events.size(); ++i) {
      edf_annotation_struct theirs{};
      REQUIRE(edf_get_annotation(header->handle, static_cast<int>(i), &theirs) == 0);
      CHECK(scan->events[i].text == theirs.annotation);
      CHECK(scan->events[i].t_s == doctest::Approx(static_cast<double>(theirs.onset) / EDFLIB_TIME_DIMENSION).epsilon(1e-9));
      const double duration_s = theirs.duration_l < 0 ? 0 : static_cast<double>(theirs.duration_l) / EDFLIB_TIME_DIMENSION;
      CHECK(scan->events[i].duration_s == doctest::Approx(duration_s).epsilon(1e-9));
    }
  }
  edfclose_file(header->handle);
}

}  // namespace

TEST_CASE("EDF+ and BDF+ written by EDFlib are read by both to the same counts, values and annotations") {
  for (const int kind : {EDFLIB_FILETYPE_EDFPLUS, EDFLIB_FILETYPE_BDFPLUS}) {
    const EdfOnDisk place("");
    write_with_edflib(place.path(), kind);
    compare(place.path());
    const auto scan = semg::open_edf(place.path());
    CHECK(scan->format == (kind == EDFLIB_FILETYPE_EDFPLUS ? "EDF+" : "BDF+"));
    CHECK(scan->session_start == "2026-07-27T10:00:01+00:00");
    CHECK(scan->channels[0].fs_hz == doctest::Approx(2148.148148148148).epsilon(1e-12));
    CHECK(scan->channels[0].rows == 20 * 580);
    CHECK(scan->events.size() == 2);
    CHECK_FALSE(scan->incomplete);
  }
}

TEST_CASE("real BDF and EDF recordings: EDFlib reads the same counts and values") {
  const std::filesystem::path data = SEMG_REAL_DATA;
  if (!std::filesystem::exists(data)) {
    MESSAGE("[semg-skip] no real recordings at " << data);
    return;
  }
  for (const char* name : {"myonset/example_data.bdf", "myonset/example_data.edf", "bids_hdemg/sub-01_task-isometric_emg.edf"}) {
    CAPTURE(name);
    compare(data / name);
  }
}

TEST_CASE("real BioSemi recordings: the triggers of BDF and EDF are those that the authors list") {
  const std::filesystem::path data = std::filesystem::path(SEMG_REAL_DATA) / "myonset";
  if (!std::filesystem::exists(data)) {
    MESSAGE("[semg-skip] no real recordings at " << data);
    return;
  }
  std::ifstream list(data / "example_events.csv");
  std::string line;
  std::getline(list, line);
  REQUIRE(line == "sample,time,code,chan");
  std::vector<semg::Event> expected;
  while (std::getline(list, line)) {
    const std::size_t first = line.find(','), second = line.find(',', first + 1), third = line.find(',', second + 1);
    expected.push_back({std::stod(line.substr(first + 1)), 0, "trigger " + line.substr(second + 1, third - second - 1)});
  }
  REQUIRE(expected.size() == 80);
  for (const char* name : {"example_data.bdf", "example_data.edf"}) {
    const auto scan = semg::open_edf(data / name);
    CHECK(scan->events == expected);
    CHECK_FALSE(scan->channels[4].signal);
    CHECK(scan->channels[3].signal);
  }
}
