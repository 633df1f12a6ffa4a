// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/recognise.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "dsp/error.hpp"
#include "io/formats/edf.hpp"
#include "io/formats/text_cells.hpp"

namespace semg {
namespace {

using namespace std::string_view_literals;

/// A format that is not read. It is meant where `bytes` stand at `offset` and, if there is a suffix, the name ends with it.
struct Foreign {
  std::size_t offset;
  std::string_view bytes;
  std::string_view suffix;
  std::string_view what;
  std::string_view instead;
};

// In this order: a suffix makes a format of an archive, so it comes before the archive.
constexpr std::array kForeign = {
    Foreign{257, "ustar"sv, ".otb+"sv, "an OTB+ archive"sv, "in OT BioLab+ export it as CSV or EDF"sv},
    Foreign{0, "\x1F\x8B"sv, ".otb+"sv, "an OTB+ archive"sv, "in OT BioLab+ export it as CSV or EDF"sv},
    Foreign{257, "ustar"sv, ".otb4"sv, "an OTB4 archive"sv, "in OT BioLab+ export it as CSV or EDF"sv},
    Foreign{0, "PK\x03\x04"sv, ".otb4"sv, "an OTB4 archive"sv, "in OT BioLab+ export it as CSV or EDF"sv},
    Foreign{257, "ustar"sv, ""sv, "a tar archive"sv,
            "unpack it and import what is in it (an OTB+ recording: in OT BioLab+ export it as CSV or EDF)"sv},
    Foreign{0, "\x02P"sv, ""sv, "a C3D file"sv, "in Mokka, Visual3D or Nexus export its analog channels as CSV"sv},
    Foreign{0, "MATLAB 7.3 MAT-file"sv, ""sv, "a MAT 7.3 file"sv, "in MATLAB export the samples with writematrix(x, 'x.csv')"sv},
    Foreign{0, "MATLAB 5.0 MAT-file"sv, ""sv, "a MAT 5 file"sv,
            "in MATLAB or Octave export the samples as CSV, as in writematrix(x, 'x.csv')"sv},
    Foreign{0, "XDF:"sv, ""sv, "an XDF file"sv, "load it with pyxdf and save one stream as CSV"sv},
    Foreign{0, "Brain Vision Data Exchange"sv, ""sv, "a BrainVision header"sv, "in BrainVision Analyzer export the recording as EDF"sv},
    Foreign{0, "BrainVision Data Exchange"sv, ""sv, "a BrainVision header"sv, "in BrainVision Analyzer export the recording as EDF"sv},
    Foreign{0, "POLY SAMPLE FILE"sv, ""sv, "a Poly5 file"sv, "in TMSi Polybench or SAGA Interface export it as EDF"sv},
    Foreign{1, "POLY SAMPLE FILE"sv, ""sv, "a Poly5 file"sv, "in TMSi Polybench or SAGA Interface export it as EDF"sv},
    Foreign{0, "ABF2"sv, ""sv, "an Axon ABF file"sv, "in Clampfit save it as ATF text"sv},
    Foreign{0, "ABF "sv, ""sv, "an Axon ABF file"sv, "in Clampfit save it as ATF text"sv},
    Foreign{0, "GDF "sv, ""sv, "a GDF file"sv, "in SigViewer or EDFbrowser convert it to EDF"sv},
    Foreign{0, "\xC6\x91\x27\xC1"sv, ""sv, "an Intan RHD file"sv, "with Intan's reader export the samples as CSV"sv},
    Foreign{0, ""sv, ".hea"sv, "a WFDB header"sv, "with wfdb2edf (WFDB package) convert the record to EDF"sv},
    Foreign{0, ""sv, ".vmrk"sv, "a BrainVision marker file"sv, "in BrainVision Analyzer export the recording as EDF"sv},
    Foreign{0, ""sv, ".eeg"sv, "a BrainVision recording's samples"sv, "in BrainVision Analyzer export the recording as EDF"sv},
    Foreign{0, ""sv, ".acq"sv, "an AcqKnowledge file"sv, "in AcqKnowledge save it as text or EDF"sv},
    Foreign{0, ""sv, ".nox"sv, "a Noraxon file"sv, "in Noraxon MR export it as CSV"sv},
    Foreign{0, ""sv, ".hpf"sv, "a Delsys EMGworks file"sv, "in the EMGworks File Utility export it as CSV"sv},
    Foreign{0, ""sv, ".shpf"sv, "a Delsys Trigno Discover file"sv, "in Trigno Discover export it as CSV"sv},
    Foreign{0, ""sv, ".adicht"sv, "a LabChart file"sv, "in LabChart export it as text or EDF"sv},
    Foreign{0, "PK\x03\x04"sv, ".xlsx"sv, "an Excel workbook"sv, "save the sheet as CSV"sv},
    Foreign{0, "PK\x03\x04"sv, ".ods"sv, "a spreadsheet"sv, "save the sheet as CSV"sv},
    Foreign{0, "PK\x03\x04"sv, ""sv, "a zip archive"sv, "unpack it and import what is in it; save a workbook's sheet as CSV"sv},
    Foreign{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, ""sv, "an old Excel or Office file"sv, "save the sheet as CSV"sv},
    Foreign{0, "\x1F\x8B"sv, ""sv, "a gzip archive"sv, "unpack it with gunzip and import what is in it"sv},
    Foreign{0, "BZh"sv, ""sv, "a bzip2 archive"sv, "unpack it and import what is in it"sv},
    Foreign{0,
            "\xFD"
            "7zXZ"sv,
            ""sv, "an xz archive"sv, "unpack it and import what is in it"sv},
    Foreign{0, "7z\xBC\xAF"sv, ""sv, "a 7z archive"sv, "unpack it and import what is in it"sv},
    Foreign{0, "PAR1"sv, ""sv, "a Parquet file"sv, "save it as CSV"sv},
    Foreign{0, "%PDF"sv, ""sv, "a PDF document"sv, "import the samples, not a report of them"sv},
    Foreign{0, "\x89PNG"sv, ""sv, "a picture"sv, "import the samples, not a figure of them"sv},
    Foreign{0, "\xFF\xD8\xFF"sv, ""sv, "a picture"sv, "import the samples, not a figure of them"sv},
    Foreign{0, "GIF8"sv, ""sv, "a picture"sv, "import the samples, not a figure of them"sv},
    Foreign{0, "<?xml"sv, ""sv, "an XML file"sv, "export the samples as CSV or EDF"sv},
    Foreign{0, "<!DOCTYPE"sv, ""sv, "a web page"sv, "download the file itself"sv},
    Foreign{0, "<html"sv, ""sv, "a web page"sv, "download the file itself"sv},
};

bool is_at(std::string_view start, const Foreign& format) {
  return start.size() >= format.offset && start.substr(format.offset).starts_with(format.bytes);
}

// HDF5 may begin with a user block of 512, 1024, ... bytes.
bool is_hdf5(std::string_view start) {
  constexpr std::string_view kMark = "\x89HDF\r\n\x1A\n"sv;
  for (const std::size_t at : {0U, 512U, 1024U, 2048U}) {
    if (start.size() > at && start.substr(at).starts_with(kMark)) return true;
  }
  return false;
}

bool is_text(std::string_view start) {
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) return true;  // UTF-16
  return std::none_of(start.begin(), start.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && byte != 0x1A;
  });
}

}  // namespace

SourceKind recognise(const std::filesystem::path& path) {
  const std::string name = path.filename().empty() ? path.string() : path.filename().string();
  std::error_code fault;
  const auto status = std::filesystem::status(path, fault);
  if (!std::filesystem::exists(status)) throw Error(Fault::no_input, name + ": no such file");
  if (std::filesystem::is_directory(status)) throw Error(Fault::no_input, name + ": found a folder, expected a file");
  if (!std::filesystem::is_regular_file(status))
    throw Error(Fault::no_input, name + ": found no regular file, expected one that holds a recording");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(Fault::no_input, name + ": cannot be read: permission denied");
  std::string start(4096, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  if (start.empty()) throw Error(Fault::data, name + ": found 0 bytes, expected a recording");

  for (const Foreign& format : kForeign) {
    if (is_at(start, format) && lowered(name).ends_with(format.suffix)) {
      throw Error(Fault::data, name + " is " + std::string(format.what) + "; " + std::string(format.instead));
    }
  }
  if (is_hdf5(start)) return SourceKind::hdf5;
  const bool one_line = start.substr(0, 256).find('\n') == std::string::npos;  // a table may begin with 0 and blanks as well
  if (looks_like_edf(std::as_bytes(std::span(start))) && (start[0] != '0' || one_line)) return SourceKind::edf;
  if (is_text(start)) return SourceKind::text;
  if (std::filesystem::exists(std::filesystem::path(path).replace_extension(".vhdr"))) {
    throw Error(Fault::data, name + " is a BrainVision recording's samples; in BrainVision Analyzer export the recording as EDF");
  }
  throw Error(Fault::data, name + " is of no format that is known here; export it as CSV, EDF or HDF5");
}

}  // namespace semg
