// SPDX-License-Identifier: BSD-3-Clause
// A manifest: one line for each file of a study, read whole and made into one import each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/import/settings.hpp"

namespace semg {

/// One line, and the import it asks for. `fault` is what is wrong with the line itself, whatever the file holds.
struct ManifestRow {
  int line = 0;                ///< in the manifest, from 1
  std::string file;            ///< as it stands there
  bool maps_channels = false;  ///< its own cell names the channels or a map of them
  ImportSettings settings;     ///< source, out, ids, start, task, repetition, channels, rate, unit: everything that the line settles
  std::string fault;           ///< `FIELD: found X, expected Y`; empty: none
};

struct Manifest {
  std::string name;  ///< of its file, without folder
  std::vector<ManifestRow> rows;
};

/// All that a manifest may have; the first three it must have.
const std::vector<std::string>& manifest_columns();

/// Columns `file,participant_id,visit_id` and, where a study needs them, `recorded_on,task,channels,note,operator,repetition,fs_hz,unit,
/// device`; io/csv_table.hpp says how they are read. What a cell leaves open comes from `common`; note and operator are not looked at.
///
/// Rows of one participant, visit and task are its repetitions 1, 2, ... in the order of the manifest, unless `repetition` says otherwise;
/// a task that is there once is not numbered. Rows that take different channels or devices of one file are the same repetition.
/// Recordings are `PARTICIPANT_VISIT[_TASK][_REPETITION].nwb` in `folder`; where that would be one name for two rows, the later ones get
/// _2, _3. Faulty rows are counted and named like the others, so that mending one changes no other.
///
/// Throws Error(no_input), or Error(data) where the table cannot be read, has no row, or lacks a column.
Manifest read_manifest(const std::filesystem::path& path, const std::filesystem::path& folder, const ImportSettings& common);

}  // namespace semg
