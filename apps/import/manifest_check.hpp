// SPDX-License-Identifier: BSD-3-Clause
// The lines of a manifest against the files they name, before the first is imported.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "apps/import/manifest.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

/// What a line asks for, after a look at its file.
struct CheckedRow {
  const ManifestRow* row = nullptr;
  ImportSettings settings;  ///< the row's, without options that this kind of file cannot heed
  std::string fault;        ///< `FIELD: found X, expected Y`; empty: none
  bool there = false;       ///< its recording is in place already
  bool incomplete = false;  ///< something of the source will be left out
  std::string source_sha256;
  double fs_hz = 0;
  std::int64_t rows = 0;
  std::vector<ForeignWarning> warnings;  ///< of the file among the others; what one import finds comes when it is made

  std::string file() const { return settings.source.filename().string(); }
};

/// In the manifest's order. Beside what is wrong with each line alone: the content of an earlier line's file, unless both take different
/// channels; a recording in place that is another; a rate unlike that of most others (a warning). `row_done` is called after each line.
std::vector<CheckedRow> check_rows(const Manifest& manifest, const std::function<void()>& row_done);

/// What went wrong with a line, without its file's name, in words of its cells.
std::string fault_of(const std::exception& error, const CheckedRow& checked);

}  // namespace semg
