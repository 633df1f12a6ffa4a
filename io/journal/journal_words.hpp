// SPDX-License-Identifier: BSD-3-Clause
// What was said beside the samples, collected from the blocks of a journal.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "io/journal/journal_scanner.hpp"
#include "io/journal/journal_text.hpp"

namespace semg {

class JournalWords {
 public:
  /// An event, a strike, a period or a clock. False where it cannot be understood.
  bool take(const JournalBlock& block);

  /// In the order they were set; a struck one has "[struck out] " before its text.
  std::vector<Event> events() const;
  /// Those that count, in order, apart and within `rows`: an open one ends where the next begins, or with the last row. `notes` gets a
  /// sentence for each that could not stay as it was said.
  std::vector<Period> periods(std::int64_t rows, std::vector<std::string>& notes) const;

 private:
  std::map<std::int64_t, Event> events_;
  std::set<std::int64_t> struck_;
  std::map<std::int64_t, PeriodWord> periods_;
};

}  // namespace semg
