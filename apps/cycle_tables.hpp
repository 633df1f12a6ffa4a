// SPDX-License-Identifier: BSD-3-Clause
// cycles.csv and ensemble.csv: what was measured from cue to cue, and the mean course.
#pragma once

#include <filesystem>
#include <vector>

#include "io/features_file.hpp"
#include "io/table.hpp"

namespace semg {

class CycleTables {
 public:
  /// Both tables anew in the folder. Throws Error(cannot_create).
  explicit CycleTables(const std::filesystem::path& folder);

  void write(const FeaturesReader& features);
  /// Throws Error(write_failed).
  void finish();

  static std::vector<TableDefinition> definitions();

 private:
  TableWriter cycles_, ensemble_;
};

}  // namespace semg
