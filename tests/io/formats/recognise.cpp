// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/recognise.hpp"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/io/formats/text_file.hpp"

using namespace semg;
using namespace std::string_view_literals;

namespace {

std::string refusal(std::string_view content, const std::string& name, Fault expected = Fault::data) {
  const TextFile file(content, name);
  try {
    recognise(file.path());
  } catch (const Error& e) {
    CHECK(e.fault() == expected);
    return e.what();
  }
  return "";
}

std::string tar() {
  std::string block(512, '\0');
  block.replace(257, 5, "ustar");
  return block;
}

}  // namespace

TEST_CASE("each readable kind is told by its first bytes, whatever the file is called") {
  CHECK(recognise(TextFile("\x89HDF\r\n\x1A\n\0\0"sv, "a.txt").path()) == SourceKind::hdf5);
  CHECK(recognise(TextFile(std::string(512, '\0') + "\x89HDF\r\n\x1A\n", "a.bin").path()) == SourceKind::hdf5);  // behind a user block
  CHECK(recognise(TextFile("0       " + std::string(248, ' '), "a.csv").path()) == SourceKind::edf);
  CHECK(recognise(TextFile("\xFF"
                           "BIOSEMI" +
                               std::string(248, ' '),
                           "a.txt")
                      .path()) == SourceKind::edf);
  CHECK(recognise(TextFile("1,2\n", "a.edf").path()) == SourceKind::text);
  CHECK(recognise(TextFile("0       1.5\n1       2.5\n").path()) == SourceKind::text);
  CHECK(recognise(TextFile("\xFF\xFE"
                           "1\0,\0"sv)
                      .path()) == SourceKind::text);
}

TEST_CASE("a format that is known but not read is named, with the export that works") {
  CHECK(refusal(tar(), "scan.otb+") == "scan.otb+ is an OTB+ archive; in OT BioLab+ export it as CSV or EDF");
  CHECK(refusal(tar(), "scan.OTB4") == "scan.OTB4 is an OTB4 archive; in OT BioLab+ export it as CSV or EDF");
  CHECK(refusal("MATLAB 5.0 MAT-file, Platform: PCWIN", "x.mat") ==
        "x.mat is a MAT 5 file; in MATLAB or Octave export the samples as CSV, as in writematrix(x, 'x.csv')");

  struct Case {
    std::string_view bytes, name, what;
  };
  const std::array cases = {Case{"\x02P\x01\x01"sv, "a.c3d", "a C3D file"},
                            Case{"MATLAB 7.3 MAT-file, Platform"sv, "a.mat", "a MAT 7.3 file"},
                            Case{"XDF:\x01"sv, "a.xdf", "an XDF file"},
                            Case{"Brain Vision Data Exchange Header File Version 1.0"sv, "a.vhdr", "a BrainVision header"},
                            Case{"\x01\x00\x02\x00"sv, "a.eeg", "a BrainVision recording's samples"},
                            Case{"POLY SAMPLE FILEversion 2.03\r\n\x1A"sv, "a.poly5", "a Poly5 file"},
                            Case{"ABF2\0\0"sv, "a.abf", "an Axon ABF file"},
                            Case{"rec 2 1000 5000\n"sv, "rec.hea", "a WFDB header"},
                            Case{"PK\x03\x04"sv, "a.xlsx", "an Excel workbook"},
                            Case{"PK\x03\x04"sv, "a.zip", "a zip archive"},
                            Case{"%PDF-1.4"sv, "a.pdf", "a PDF document"},
                            Case{"\x89PNG\r\n"sv, "a.png", "a picture"},
                            Case{"\xFF\xD8\xFF\xE0"sv, "a.jpg", "a picture"},
                            Case{"\x1F\x8B\x08"sv, "a.csv.gz", "a gzip archive"},
                            Case{"\x00\x00\x2D\x00"sv, "a.acq", "an AcqKnowledge file"},
                            Case{"NOX\x00\x01"sv, "a.nox", "a Noraxon file"},
                            Case{"\x01\x02"sv, "a.hpf", "a Delsys EMGworks file"},
                            Case{"GDF 2.20"sv, "a.gdf", "a GDF file"}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string sentence = refusal(c.bytes, std::string(c.name));
    CHECK(sentence.starts_with(std::string(c.name) + " is " + std::string(c.what) + "; "));
    CHECK(sentence.find('\n') == std::string::npos);
  }
}

TEST_CASE("an empty file, a folder, nothing at all and unknown bytes each have their sentence") {
  CHECK(refusal("", "empty.csv") == "empty.csv: found 0 bytes, expected a recording");
  CHECK(refusal("\x01\x02\x03\x00\x07"sv, "a.bin") == "a.bin is of no format that is known here; export it as CSV, EDF or HDF5");
  const TextFile file("x");
  CHECK_THROWS_WITH_AS(recognise(file.folder()), doctest::Contains("found a folder, expected a file"), Error);
  CHECK_THROWS_WITH_AS(recognise(file.folder() / "nothing.edf"), "nothing.edf: no such file", Error);
}

TEST_CASE("the real files that are not read are refused by name") {
  const std::filesystem::path data = SEMG_REAL_DATA;
  if (!std::filesystem::exists(data)) {
    MESSAGE("[semg-skip] no real recordings at SEMG_REAL_DATA");
    return;
  }
  for (const char* file : {"bmc/Gait.c3d", "btk/1123x01EMG.c3d", "emggo/sample_data.mat", "unibo/user_1_day_1_posture_1.mat",
                           "xdf/minimal.xdf", "myonset/brainvision/example_data.vhdr", "myonset/brainvision/example_data.dat"}) {
    CAPTURE(file);
    CHECK_THROWS_WITH_AS(recognise(data / file), doctest::Contains(" is a"), Error);
  }
  CHECK(recognise(data / "plux/emg_fatigue.h5") == SourceKind::hdf5);
  CHECK(recognise(data / "myonset/example_data.bdf") == SourceKind::edf);
  CHECK(recognise(data / "myonset/example_data.edf") == SourceKind::edf);
}
