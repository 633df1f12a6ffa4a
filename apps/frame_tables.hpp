// SPDX-License-Identifier: BSD-3-Clause
// windows.csv and activations.csv, row by row as frames come: from a features file, or live.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dsp/frame.hpp"
#include "dsp/recording.hpp"
#include "io/table.hpp"

namespace semg {

/// The columns that say what a row is about; windows, activations and summary begin with them.
std::vector<TableColumn> with_subject(std::vector<TableColumn> more);
extern const TableColumn kValidColumn, kReasonColumn;
void write_subject(TableWriter& out, const Recording& recording, const std::string& task, int repetition, std::size_t channel);

class FrameTables {
 public:
  /// Both tables anew in the folder. Throws Error(cannot_create).
  explicit FrameTables(const std::filesystem::path& folder);

  void write(const Recording& recording, const FeatureFrame& frame);
  /// `index`: number of the activation in its channel, from 1.
  void write(const Recording& recording, const Activation& activation, std::int64_t index);
  /// Throws Error(write_failed).
  void finish();

  static std::vector<TableDefinition> definitions();

 private:
  TableWriter windows_;
  TableWriter activations_;
};

}  // namespace semg
