// SPDX-License-Identifier: BSD-3-Clause
// The planned channels' samples, slice by slice, as counts and as values.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "apps/import/plan.hpp"
#include "dsp/block.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

class ImportFeed {
 public:
  ImportFeed(SignalFile& source, const ImportPlan& plan) : source_(source), plan_(plan) {}

  static constexpr std::int64_t kMaxRows = 4096;  ///< as many as the text reader holds: a slice is parsed once for all columns

  /// The next rows, at most kMaxRows; false at the end. What is not finite in the file is NaN here.
  bool next();
  std::size_t rows() const noexcept { return rows_; }
  /// Counts of one channel of the file in these rows.
  std::span<const double> counts(std::size_t file_channel) const { return buffers_.at(file_channel); }
  /// These rows as they will read in the recording: planned channels in their unit, NaN where a sample is missing in any term.
  void values(Block& block) const;
  /// Counts of one planned channel as they are stored: shifted, and subtracted where it is a derivation.
  void stored(std::size_t planned, std::span<double> out) const;
  std::int64_t not_finite() const noexcept { return not_finite_; }  ///< infinities so far

 private:
  SignalFile& source_;
  const ImportPlan& plan_;
  std::map<std::size_t, std::vector<double>> buffers_;
  std::int64_t first_ = 0;
  std::size_t rows_ = 0;
  std::int64_t not_finite_ = 0;
};

}  // namespace semg
