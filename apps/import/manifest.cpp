// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/manifest.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "apps/ids.hpp"
#include "apps/import/one_import.hpp"
#include "dsp/error.hpp"
#include "io/csv_table.hpp"
#include "io/formats/text_cells.hpp"

namespace semg {
namespace {

constexpr std::size_t kRequired = 3;

// Recordings carry the name on file systems that take 255 bytes; features and tables made from them add to it.
constexpr std::size_t kLongestName = 180;

[[noreturn]] void refuse(const std::string& field, const std::string& found, const std::string& expected) {
  throw Error(Fault::usage, fmt::format("{}: found {}, expected {}", field, found.empty() ? "none" : found, expected));
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const auto& part : {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)}) {
    if (!all_digits(part)) return false;
  }
  const std::chrono::year_month_day date(std::chrono::year(*whole_number(text.substr(0, 4))),
                                         std::chrono::month(static_cast<unsigned>(*whole_number(text.substr(5, 2)))),
                                         std::chrono::day(static_cast<unsigned>(*whole_number(text.substr(8, 2)))));
  return date.ok();
}

// A date, a time, or a day of the study, which stands for a wish to keep no date at all.
void take_recorded_on(const std::string& text, ImportSettings& settings) {
  constexpr std::size_t kMostDigits = 5;  // 20260727 is a date that was meant
  if (text.empty()) return;
  const bool negative = text.starts_with('-');
  if (all_digits(text.substr(negative ? 1 : 0)) && text.size() - (negative ? 1 : 0) <= kMostDigits) {
    settings.session_start = "";
  } else if (is_date(text)) {
    settings.session_date = text;
  } else {
    try {
      check_session_start("recorded_on", text);
    } catch (const Error&) {
      refuse("recorded_on", text, "a date such as 2026-07-27, a time such as 2026-07-27T10:00:00+08:00, or a day of the study");
    }
    settings.session_start = text;
  }
}

void take_channels(const std::string& text, const std::filesystem::path& folder, ImportSettings& settings) {
  if (text.empty()) return;
  settings.channels.clear();
  settings.channel_map.clear();
  if (lowered(text).ends_with(".toml")) {
    settings.channel_map = folder / text;
    return;
  }
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(';', from), text.size());
    const std::string choice(trimmed(std::string_view(text).substr(from, to - from)));
    if (!choice.empty()) settings.channels.push_back(choice);
    from = to + 1;
  }
  if (settings.channels.empty()) refuse("channels", text, "LABEL[=MUSCLE[:SIDE]];... or a map's MAP.toml");
}

void take_rate(const std::string& text, ImportSettings& settings) {
  if (text.empty()) return;
  constexpr double kMost = 1e6;
  double hz = 0;
  if (read_cell(text, '.', hz) != CellKind::number || !(hz > 0) || hz > kMost)
    refuse("fs_hz", text, fmt::format("a rate in Hz, above 0 and up to {:g}", kMost));
  settings.expected_rate = StatedRate{hz, "fs_hz"};
}

void take_repetition(const std::string& text, ImportSettings& settings) {
  if (text.empty()) return;
  constexpr int kMost = 1000000;
  const auto number = whole_number(text);
  if (!number || *number < 1 || *number > kMost) refuse("repetition", text, "a whole number from 1 on");
  settings.repetition = *number;
}

void take_task(const std::string& text, ImportSettings& settings) {
  if (text.empty()) return;
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
    refuse("task", "control characters", "a word such as rest or mvc");
  settings.task = text;
  settings.periods.clear();
  settings.period_events.clear();
  settings.period_trigger.clear();
}

ManifestRow row_of(const CsvTable& table, std::size_t at, const std::filesystem::path& folder, const ImportSettings& common) {
  ManifestRow row;
  const auto cell = [&](const char* column) -> const std::string& { return table.cell(at, column); };
  row.line = table.line(at);
  row.file = cell("file");
  row.settings = common;
  row.settings.source = folder / row.file;
  row.settings.participant_id = cell("participant_id");
  row.settings.visit_id = cell("visit_id");
  row.maps_channels = !cell("channels").empty();
  if (!cell("unit").empty()) row.settings.unit = cell("unit");
  if (!cell("device").empty()) row.settings.device = cell("device");
  const auto take = [&](const std::function<void()>& f) {  // the first fault is named; the rest is taken all the same
    try {
      f();
    } catch (const Error& error) {
      if (row.fault.empty()) row.fault = error.what();
    }
  };
  take([&] {
    if (row.file.empty()) refuse("file", "", "a file, from the folder of the manifest");
  });
  take([&] { check_id("participant_id", row.settings.participant_id); });
  take([&] { check_id("visit_id", row.settings.visit_id); });
  take([&] { take_recorded_on(cell("recorded_on"), row.settings); });
  take([&] { take_task(cell("task"), row.settings); });
  take([&] { take_channels(cell("channels"), folder, row.settings); });
  take([&] { take_repetition(cell("repetition"), row.settings); });
  take([&] { take_rate(cell("fs_hz"), row.settings); });
  return row;
}

using Group = std::tuple<std::string, std::string, std::string>;  // participant, visit, task

// Two rows that take different parts of one file were recorded at the same time.
bool same_moment(const ManifestRow& a, const ManifestRow& b) {
  const auto part = [](const ManifestRow& row) { return std::tie(row.settings.device, row.settings.channels, row.settings.channel_map); };
  return a.settings.source == b.settings.source && part(a) != part(b);
}

// Whoever has no number gets the lowest that is free, in the order of the manifest.
void number_repetitions(std::vector<ManifestRow>& rows) {
  std::map<Group, std::vector<ManifestRow*>> groups;
  for (ManifestRow& row : rows) {
    if (!row.settings.task.empty()) groups[{row.settings.participant_id, row.settings.visit_id, row.settings.task}].push_back(&row);
  }
  for (auto& [name, group] : groups) {
    std::map<int, const ManifestRow*> taken;
    for (ManifestRow* row : group) {
      if (row->settings.repetition == 0) continue;
      const auto [other, free] = taken.emplace(row->settings.repetition, row);
      if (!free && !same_moment(*other->second, *row) && row->fault.empty()) {
        row->fault = fmt::format("repetition: found {} of {}, expected another: line {} has it", row->settings.repetition,
                                 row->settings.task, other->second->line);
      }
    }
    const bool several =
        std::any_of(group.begin(), group.end(), [&](const ManifestRow* row) { return !same_moment(*group[0], *row) && row != group[0]; });
    if (!several && taken.empty()) continue;
    int next = 1;
    for (auto row = group.begin(); row != group.end(); ++row) {
      if ((*row)->settings.repetition != 0) continue;
      const auto with = std::find_if(group.begin(), row, [&](const ManifestRow* before) { return same_moment(*before, **row); });
      if (with != row) {
        (*row)->settings.repetition = (*with)->settings.repetition;
        continue;
      }
      while (taken.contains(next)) ++next;
      (*row)->settings.repetition = next;
      taken.emplace(next, *row);
    }
  }
}

// A task in a name: letters of other scripts and signs are one _ for each run of them.
std::string in_name(const std::string& word) {
  std::string name;
  for (const char c : word) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
    if (fits || name.empty() || name.back() != '_') name += fits ? c : '_';
  }
  return name;
}

void name_recordings(std::vector<ManifestRow>& rows, const std::filesystem::path& folder) {
  std::set<std::string> taken;
  for (ManifestRow& row : rows) {
    ImportSettings& settings = row.settings;
    std::string stem = settings.participant_id + "_" + settings.visit_id;
    if (!settings.task.empty()) stem += "_" + in_name(settings.task);
    if (settings.repetition > 0) stem += fmt::format("_{}", settings.repetition);
    std::string name = stem;
    for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}_{}", stem, n);
    settings.recording_id = name;
    settings.out = folder / (name + ".nwb");
    if (name.size() > kLongestName && row.fault.empty())
      row.fault = fmt::format("task: found a recording's name of {} letters, expected up to {}", name.size(), kLongestName);
  }
}

}  // namespace

const std::vector<std::string>& manifest_columns() {
  static const std::vector<std::string> columns = {"file", "participant_id", "visit_id",   "recorded_on", "task", "channels",
                                                   "note", "operator",       "repetition", "fs_hz",       "unit", "device"};
  return columns;
}

Manifest read_manifest(const std::filesystem::path& path, const std::filesystem::path& folder, const ImportSettings& common) {
  const CsvTable table(path, manifest_columns(), kRequired);
  if (table.rows() == 0) throw Error(Fault::data, table.name() + ": found no row, expected one for each recording");
  Manifest manifest{table.name(), {}};
  for (std::size_t at = 0; at < table.rows(); ++at) manifest.rows.push_back(row_of(table, at, path.parent_path(), common));
  number_repetitions(manifest.rows);
  name_recordings(manifest.rows, folder);
  return manifest;
}

}  // namespace semg
