// SPDX-License-Identifier: BSD-3-Clause
// The header of EDF, EDF+, BDF and BDF+: 256 bytes for the file, 256 for each signal, all of them text.
// https://www.edfplus.info/specs/edf.html and edfplus.html, https://www.biosemi.com/faq/file_format.htm
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace semg {

enum class EdfTime { continuous, jumps };  ///< jumps: EDF+D and BDF+D, each data record says when it began

struct EdfSignal {
  std::string label;
  std::string unit;
  double physical_min = 0;
  double physical_max = 0;
  double digital_min = 0;
  double digital_max = 0;
  std::int64_t samples = 0;  ///< per data record
  std::int64_t offset = 0;   ///< of its first byte in the data record
  bool annotations = false;  ///< holds text, not samples
  std::string fault;         ///< `FIELD: found X, expected Y`: its counts have no physical value; empty where all is well
};

struct EdfHeader {
  std::string format;    ///< "EDF", "EDF+", "BDF" or "BDF+"
  int sample_bytes = 2;  ///< 3 in BDF
  EdfTime time = EdfTime::continuous;
  std::optional<std::chrono::sys_seconds> start;  ///< by a clock whose time zone is not stated
  std::string start_fault;                        ///< why there is none
  std::int64_t bytes = 0;                         ///< of the header
  std::int64_t records = -1;                      ///< as stated; -1: the file was never closed
  double record_s = 0;                            ///< duration of a data record
  std::int64_t record_bytes = 0;
  std::vector<EdfSignal> signals;
};

/// Reads the header from the start of `file`, whose errors begin with `name`. Throws Error(data) at the first field that cannot be used,
/// with its place, before memory for what it states is taken. The patient's field is not looked at, of the recording's only "Startdate".
EdfHeader read_edf_header(std::istream& file, const std::string& name);

}  // namespace semg
