// SPDX-License-Identifier: BSD-3-Clause
// What programs write above the table of a text export. Each recogniser reads the first lines and says what they state, or that they are
// not its own; the table itself is read by one reader (text_table).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace semg {

/// One column of the table, as the lines above it describe it.
struct TextColumn {
  std::string label;
  std::string unit;                  ///< empty: not stated
  double fs_hz = 0;                  ///< 0: not stated
  std::optional<std::int64_t> rows;  ///< how many values it is said to have
  std::optional<double> count_low;   ///< the converter's rails
  std::optional<double> count_high;
  bool signal = true;
  bool time = false;  ///< a time column, in `unit`
};

struct TextHeader {
  std::string format;                     ///< "BioSPPy text", ...
  std::string device;                     ///< kind of device; empty where not stated
  std::optional<std::int64_t> data_line;  ///< where the numbers begin, if the header itself holds rows of numbers
  std::vector<TextColumn> columns;        ///< in the table's order
};

/// `# Simple Text Format`, rate, resolution (converter counts 0 .. 2^n - 1), labels.
std::optional<TextHeader> recognise_biosppy(std::span<const std::string> lines);
/// OpenSignals (r)evolution: one line of JSON; a sequence number, digital lines, converter counts.
std::optional<TextHeader> recognise_opensignals(std::span<const std::string> lines);
/// Biometrics DataLog: `Channel 1: 'RF', 6563 values, engineering units: mV`. Each count of values ends its column. The rate stands in it
/// only where a slower channel was `extrapolated from 50 to 1000 samples per second`.
std::optional<TextHeader> recognise_datalog(std::span<const std::string> lines);
/// Delsys EMGworks: `Label: .. Sampling frequency: .. Number of points: .. Unit: ..`, and a time column before every signal. Rates are
/// whole numbers of samples per 13.5 ms frame, printed rounded.
std::optional<TextHeader> recognise_emgworks(std::span<const std::string> lines);
/// AcqKnowledge: file name, interval, `15 channels`, then name and unit of each on two lines, channel numbers, counts of values.
std::optional<TextHeader> recognise_acqknowledge(std::span<const std::string> lines);

/// The first that knows the lines.
std::optional<TextHeader> recognise_text_header(std::span<const std::string> lines);

/// Whether a column's name says that it is no muscle's raw signal: a marker, a class, a counter, something processed.
bool names_no_signal(std::string_view name);

}  // namespace semg
