// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/manifest_import.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/command.hpp"
#include "apps/import/channel_map.hpp"
#include "apps/import/manifest.hpp"
#include "apps/import/manifest_check.hpp"
#include "apps/import/one_import.hpp"
#include "apps/import/units.hpp"
#include "apps/import/warning_words.hpp"
#include "dsp/error.hpp"
#include "io/table.hpp"

namespace semg {
namespace {

const TableDefinition kFailures = {"import_failures",
                                   {{"line", "integer", "", "", "line of the manifest", "清单中的行号"},
                                    {"file", "text", "", "", "the file that it names", "该行所列文件"},
                                    {"field", "text", "", "", "what is wrong", "有误的项目"},
                                    {"fault", "text", "", "", "what was found and what was expected", "实际内容与应有内容"}}};

struct Failure {
  int line = 0;
  std::string file, field, fault;
};

Failure failure_of(const CheckedRow& checked) {
  Failure failure{checked.row->line, checked.row->file, "file", checked.fault};
  std::size_t at = checked.fault.find(": found ");
  if (at == std::string::npos) at = checked.fault.find(": ");
  if (at != std::string::npos) {
    failure.field = checked.fault.substr(0, at);
    failure.fault = checked.fault.substr(at + 2);
  }
  for (std::string* text : {&failure.file, &failure.field, &failure.fault}) {  // a table has one line for each
    for (char& c : *text) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    }
  }
  return failure;
}

void tell_failures(const std::vector<CheckedRow>& rows, const std::filesystem::path& folder) {
  std::vector<Failure> failures = {{0, "file", "field", "fault"}};
  for (const CheckedRow& checked : rows) {
    if (!checked.fault.empty()) failures.push_back(failure_of(checked));
  }
  if (failures.size() == 1) return;
  // Bytes: letters of more than one are shown narrower than the column, never wider.
  std::size_t file = 0, field = 0;
  for (const Failure& failure : failures) {
    file = std::max(file, failure.file.size());
    field = std::max(field, failure.field.size());
  }
  TableWriter table(folder, kFailures);
  for (const Failure& failure : failures) {
    fmt::print("{:>5}  {:<{}}  {:<{}}  {}\n", failure.line > 0 ? std::to_string(failure.line) : "line", failure.file, file, failure.field,
               field, failure.fault);
    if (failure.line > 0) table.integer(failure.line).text(failure.file).text(failure.field).text(failure.fault).end_row();
  }
  table.finish();
}

ImportSettings for_all_files(const ImportSettings& asked) {
  ImportSettings common = asked;
  if (asked.fs_hz) {
    constexpr double kMost = 1e6;
    if (!(*asked.fs_hz > 0) || *asked.fs_hz > kMost)
      throw Error(Fault::usage, fmt::format("--fs: found {:g}, expected a rate above 0 and up to {:g} Hz", *asked.fs_hz, kMost));
    common.expected_rate = StatedRate{*asked.fs_hz, "--fs"};
    common.fs_hz.reset();
  }
  asked_unit_from(asked.unit);  // tells at once
  common.unit_otherwise = std::exchange(common.unit, "");
  if (!asked.channel_map.empty()) read_channel_map(asked.channel_map);
  return common;
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  if (!std::filesystem::is_directory(folder))
    throw Error(Fault::cannot_create, fmt::format("{}: found no folder that can be made, expected one to write in", folder.string()));
}

// The name without its last _NUMBER, where it has one.
std::string without_number(const std::string& name) {
  const std::size_t end = name.find_last_not_of("0123456789");
  const bool numbered = end != std::string::npos && end + 1 < name.size() && name[end] == '_';
  return numbered ? name.substr(0, end) : name;
}

// Of an earlier run, when the rows had other numbers: the same samples would be there under two names.
void warn_of_strays(const Manifest& manifest, const std::filesystem::path& folder) {
  std::set<std::string> planned, tasks;
  for (const ManifestRow& row : manifest.rows) {
    const std::string& id = row.settings.recording_id;
    planned.insert(id);
    tasks.insert(row.settings.repetition > 0 ? without_number(id) : id);
  }
  std::set<std::string> strays;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() != ".nwb" || planned.contains(stem)) continue;
    if (tasks.contains(stem) || tasks.contains(without_number(stem))) strays.insert(stem);
  }
  for (const std::string& stem : strays) {
    fmt::print(stderr, "semg: {}.nwb: not_in_manifest: no line of {} makes it now; with it samples may count twice\n", stem, manifest.name);
  }
}

void import_row(CheckedRow& checked, FileWarnings& told, Progress& progress) {
  try {
    PreparedImport import = prepare_import(checked.settings);
    if (import.source_sha256 != checked.source_sha256)
      throw Error(Fault::data, "content: found a file that was changed while others were imported, expected the one that was looked at");
    const auto findings = write_import(import, checked.settings, [&](std::int64_t rows) { progress.advance(rows); });
    told.warnings.insert(told.warnings.end(), import.warnings.begin(), import.warnings.end());
    told.warnings.insert(told.warnings.end(), findings.begin(), findings.end());
  } catch (const Error& error) {
    if (error.fault() == Fault::write_failed || error.fault() == Fault::cannot_create) throw;  // so will the next
    checked.fault = fault_of(error, checked);
  } catch (const std::exception& error) {
    checked.fault = fault_of(error, checked);
  }
}

}  // namespace

int import_manifest(const std::filesystem::path& path, const std::filesystem::path& folder, const ImportSettings& asked,
                    ProgressStyle style) {
  check_settings(asked);
  const Manifest manifest = read_manifest(path, folder, for_all_files(asked));
  make_folder(folder);
  std::error_code ignored;
  std::filesystem::remove(folder / (std::string(kFailures.name) + ".csv"), ignored);

  std::vector<CheckedRow> rows;
  {
    Progress progress(style, "check", std::ssize(manifest.rows));
    rows = check_rows(manifest, [&] { progress.advance(1); });
  }
  std::int64_t total = 0;
  for (const CheckedRow& checked : rows) total += checked.fault.empty() && !checked.there ? 2 * checked.rows : 0;
  std::vector<FileWarnings> words;
  std::size_t imported = 0, there = 0, left_out = 0, incomplete = 0;
  {
    Progress progress(style, "import", total);
    for (CheckedRow& checked : rows) {
      if (checked.fault.empty() && !checked.there) {
        FileWarnings told{checked.file(), checked.warnings};
        import_row(checked, told, progress);
        if (checked.fault.empty()) {
          ++imported;
          words.push_back(std::move(told));
        }
      }
      there += checked.there ? 1 : 0;
      left_out += checked.fault.empty() ? 0 : 1;
      incomplete += checked.fault.empty() && checked.incomplete ? 1 : 0;
    }
  }
  print_warnings(words, manifest.name);
  warn_of_strays(manifest, folder);
  tell_failures(rows, folder);
  std::fflush(stdout);
  std::string summary = fmt::format("{} of {} imported", imported, rows.size());
  if (there > 0) summary += fmt::format(", {} already there", there);
  if (left_out > 0) summary += fmt::format(", {} left out", left_out);
  if (incomplete > 0) summary += fmt::format("; {} of a source that is not whole", incomplete);
  fmt::print(stderr, "semg: {}: {}\n", manifest.name, summary);
  return left_out + incomplete > 0 ? kExitIncomplete : kExitOk;
}

}  // namespace semg
