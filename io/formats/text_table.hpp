// SPDX-License-Identifier: BSD-3-Clause
// The one reader of text tables: a line is a row, a column is a signal. What stands above the table is left to text_dialects, how it is
// laid out to text_layout, what its times mean to text_clock.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "io/formats/signal_file.hpp"
#include "io/formats/text_clock.hpp"
#include "io/formats/text_dialects.hpp"
#include "io/formats/text_layout.hpp"
#include "io/formats/text_lines.hpp"

namespace semg {

/// Text as a SignalFile. Every column of the table is a channel, in its order; time columns, counters and words are no signal.
/// One pass over the file notes where every 4096th row begins, where each column ends, and whether it holds whole numbers; samples are read
/// from the file again when they are asked for. A column ends at its last value: empty cells below are no samples, empty cells above are
/// NaN.
///
/// The rate is what the header states or what a time column gives; where they differ by more than 0.5 %, Error(data) unless the user stated
/// one, and then a warning. Throws Error(data) also where there is no row of numbers, a row has more cells than the table has columns, or
/// the signals are the rows.
class TextTable : public SignalFile {
 public:
  TextTable(const std::filesystem::path& path, const TextOptions& options);

  /// Throws Error(data) for a column that holds words.
  void read(std::size_t channel, std::int64_t first, std::span<double> out) override;

 private:
  struct Column {
    std::int64_t rows = 0;        // up to its last value
    std::int64_t words_row = -1;  // first row that holds a word
    bool whole = true;            // all numbers are whole and fit int32
    Steps steps;
  };

  void index();
  void note(std::string_view cell, Column& column) const;
  void load(std::int64_t chunk);
  void describe(std::vector<TextColumn> stated);
  void settle_rates(std::vector<TextColumn>& stated, const TextOptions& options);
  double rate_of_time(const TextColumn& time, const Steps& steps, double stated_hz, const TextOptions& options);

  std::string name_;
  TextLines lines_;
  TextLayout layout_;
  std::vector<Column> columns_;              // [layout_.columns]
  std::vector<std::int64_t> chunk_offsets_;  // in the file, of each 4096th row
  std::int64_t rows_ = 0;
  std::int64_t loaded_ = -1;   // the chunk that is held
  std::vector<double> chunk_;  // [columns x 4096]
};

}  // namespace semg
