// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/text_dialects.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "io/formats/text_cells.hpp"

namespace semg {
namespace {

constexpr std::size_t kMaxColumns = 1024;

/// What stands between `before` and `after` (or the end of the line); none where `before` is not in the line.
std::optional<std::string_view> between(std::string_view line, std::string_view before, std::string_view after) {
  const std::size_t start = line.find(before);
  if (start == std::string_view::npos) return std::nullopt;
  line.remove_prefix(start + before.size());
  const std::size_t stop = after.empty() ? std::string_view::npos : line.find(after);
  return trimmed(line.substr(0, stop));
}

std::optional<double> number_in(std::optional<std::string_view> text) {
  double value = 0;
  if (!text || read_cell(*text, '.', value) != CellKind::number) return std::nullopt;
  return value;
}

std::optional<std::int64_t> count_in(std::optional<std::string_view> text) {
  const auto value = number_in(text);
  if (!value || !(*value >= 0) || *value > 1e15 || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

void set_rails(TextColumn& column, double bits) {
  if (!(bits >= 1 && bits <= 31) || bits != std::floor(bits)) return;
  column.count_low = 0;
  column.count_high = std::exp2(bits) - 1;
}

}  // namespace

std::optional<TextHeader> recognise_biosppy(std::span<const std::string> lines) {
  if (lines.empty() || !lines[0].starts_with("# Simple Text Format")) return std::nullopt;
  TextHeader header{"BioSPPy text", "", std::nullopt, {}};
  double fs_hz = 0, bits = 0;
  std::vector<std::string_view> labels;
  for (const std::string& line : lines) {
    if (!line.starts_with('#')) break;
    if (const auto rate = number_in(between(line, "Sampling Rate (Hz):=", ""))) fs_hz = *rate;
    if (const auto resolution = number_in(between(line, "Resolution:=", ""))) bits = *resolution;
    if (const auto names = between(line, "Labels:=", ""))
      split_cells(*names, names->find('\t') == std::string_view::npos ? ',' : '\t', labels);
  }
  for (const auto label : labels) {
    TextColumn column;
    column.label = label;
    column.fs_hz = fs_hz;
    set_rails(column, bits);
    header.columns.push_back(column);
  }
  return header;
}

std::optional<TextHeader> recognise_opensignals(std::span<const std::string> lines) {
  if (lines.size() < 3 || !lines[0].starts_with("# OpenSignals Text File Format") || !lines[1].starts_with("# {")) return std::nullopt;
  const auto json = nlohmann::json::parse(lines[1].substr(2), nullptr, false);
  if (!json.is_object() || json.size() != 1 || !json.front().is_object()) return std::nullopt;  // several devices are not one table
  const auto& device = json.front();
  TextHeader header{"OpenSignals text", device.value("device", ""), std::nullopt, {}};
  const auto columns = device.value("column", std::vector<std::string>());
  const auto sensors = device.value("sensor", std::vector<std::string>());
  const auto bits = device.value("resolution", std::vector<double>());
  const std::size_t analog = columns.size() < sensors.size() ? columns.size() : columns.size() - sensors.size();  // the last columns
  for (std::size_t i = 0; i < columns.size() && i < kMaxColumns; ++i) {
    TextColumn column;
    column.label = columns[i];
    column.fs_hz = device.value("sampling rate", 0.0);
    column.signal = i >= analog;
    if (column.signal && !bits.empty()) set_rails(column, bits.size() == sensors.size() ? bits[i - analog] : bits.back());
    header.columns.push_back(column);
  }
  return header;
}

std::optional<TextHeader> recognise_datalog(std::span<const std::string> lines) {
  TextHeader header{"Biometrics DataLog text", "Biometrics DataLog", std::nullopt, {}};
  double fs_hz = 0;
  for (const std::string& line : lines) {
    if (line.empty() && !header.columns.empty()) break;
    if (!line.starts_with("Channel ")) {
      if (header.columns.empty() && line.starts_with("File Name:")) continue;
      break;
    }
    const auto label = between(line, ": '", "',");
    const auto unit = between(line, "engineering units: ", ",");
    const auto values = count_in(between(line, "', ", " values"));
    if (!label || !unit || !values) return std::nullopt;
    TextColumn column;
    column.label = *label;
    column.unit = unit->substr(0, unit->find_last_not_of('.') + 1);
    column.rows = values;
    const auto from = number_in(between(line, "extrapolated from ", " to "));
    const auto to = number_in(between(line, " to ", " samples per second"));
    if (from && to && *from > 0) {
      fs_hz = *to;  // the table's rate: the count is that of the values before
      column.rows = std::llround(static_cast<double>(*values) * *to / *from);
    }
    header.columns.push_back(column);
  }
  if (header.columns.empty()) return std::nullopt;
  for (TextColumn& column : header.columns) column.fs_hz = fs_hz;
  return header;
}

std::optional<TextHeader> recognise_emgworks(std::span<const std::string> lines) {
  if (lines.empty() || !lines[0].starts_with("Label: ") || lines[0].find("Sampling frequency: ") == std::string::npos) return std::nullopt;
  constexpr double kFrame = 0.0135;  // s; a Trigno base sends whole numbers of samples per frame
  TextHeader header{"EMGworks CSV", "Delsys Trigno", std::nullopt, {}};
  for (const std::string& line : lines) {
    const auto label = between(line, "Label: ", " Sampling frequency: ");
    if (!line.starts_with("Label: ") || !label) break;
    TextColumn time;
    time.label = "X[s]";
    time.unit = "s";
    time.signal = false;
    time.time = true;
    TextColumn column;
    column.label = *label;
    column.unit = between(line, " Unit: ", " Domain Unit:").value_or("");
    column.rows = count_in(between(line, "Number of points: ", " start:"));
    column.fs_hz = number_in(between(line, "Sampling frequency: ", " Number of points:")).value_or(0);
    const double per_frame = std::round(column.fs_hz * kFrame);
    if (per_frame > 0 && std::abs(per_frame / kFrame - column.fs_hz) <= 1e-6 * column.fs_hz) column.fs_hz = per_frame / kFrame;
    header.columns.push_back(time);
    header.columns.push_back(column);
  }
  if (header.columns.empty()) return std::nullopt;
  return header;
}

std::optional<TextHeader> recognise_acqknowledge(std::span<const std::string> lines) {
  if (lines.size() < 6) return std::nullopt;
  const auto seconds = [&]() -> double {
    constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
        {{" usec/sample", 1e-6}, {" msec/sample", 1e-3}, {" sec/sample", 1.0}, {" min/sample", 60.0}}};
    for (const auto& [words, scale] : kUnits) {
      const std::size_t at = lines[1].find(words);
      if (at == std::string::npos) continue;
      if (const auto value = number_in(trimmed(std::string_view(lines[1]).substr(0, at)))) return *value * scale;
    }
    return 0;
  }();
  const std::size_t words = lines[2].find(" channels");
  const auto channels = words == std::string::npos ? std::nullopt : count_in(std::string_view(lines[2]).substr(0, words));
  if (!(seconds > 0) || !channels || *channels < 1 || static_cast<std::size_t>(*channels) > kMaxColumns) return std::nullopt;
  const auto count = static_cast<std::size_t>(*channels);
  const std::size_t numbers_line = 3 + 2 * count;  // "CH1,CH2,"; the counts of values follow it
  if (lines.size() < numbers_line + 2) return std::nullopt;

  TextHeader header{"AcqKnowledge text", "Biopac", static_cast<std::int64_t>(numbers_line) + 2, {}};
  std::vector<std::string_view> heads, counts;
  const char delimiter = lines[numbers_line].find('\t') == std::string::npos ? ',' : '\t';
  split_cells(lines[numbers_line], delimiter, heads);
  split_cells(lines[numbers_line + 1], delimiter, counts);
  std::size_t first = 0;  // an export may begin with a time column
  if (!heads.empty() && !heads[0].starts_with("CH")) {
    TextColumn time;
    time.label = heads[0];
    time.unit = heads[0] == "sec" ? "s" : heads[0] == "msec" ? "ms" : heads[0];
    time.signal = false;
    time.time = true;
    header.columns.push_back(time);
    first = 1;
  }
  for (std::size_t i = 0; i < count; ++i) {
    TextColumn column;
    column.label = trimmed(lines[3 + 2 * i]);
    column.unit = trimmed(lines[4 + 2 * i]);
    column.fs_hz = 1 / seconds;
    if (std::abs(column.fs_hz - std::round(column.fs_hz)) < 1e-9 * column.fs_hz) column.fs_hz = std::round(column.fs_hz);
    if (i + first < counts.size()) column.rows = count_in(counts[i + first]);
    header.columns.push_back(column);
  }
  return header;
}

std::optional<TextHeader> recognise_text_header(std::span<const std::string> lines) {
  for (const auto recognise : {recognise_biosppy, recognise_opensignals, recognise_datalog, recognise_emgworks, recognise_acqknowledge}) {
    if (auto header = recognise(lines)) return header;
  }
  return std::nullopt;
}

bool names_no_signal(std::string_view name) {
  constexpr std::array<std::string_view, 16> kWords = {"time",    "timestamp", "class",     "label",   "marker", "trigger",
                                                       "digital", "stim",      "event",     "nseq",    "sample", "samples",
                                                       "index",   "counter",   "processed", "envelope"};
  const std::string text = lowered(name);
  for (std::size_t i = 0; i < text.size();) {  // whole words only
    const auto letter = [&](std::size_t k) { return k < text.size() && text[k] >= 'a' && text[k] <= 'z'; };
    std::size_t end = i;
    while (letter(end)) ++end;
    if (std::find(kWords.begin(), kWords.end(), std::string_view(text).substr(i, end - i)) != kWords.end()) return true;
    i = std::max(end, i + 1);
  }
  return false;
}

}  // namespace semg
