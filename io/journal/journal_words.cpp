// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/journal_words.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace semg {

bool JournalWords::take(const JournalBlock& block) {
  switch (block.header.type) {
    case BlockType::event:
      if (const auto word = event_from_text(block.payload)) {
        events_[word->number] = word->event;
        return true;
      }
      return false;
    case BlockType::strike:
      if (const auto number = strike_from_text(block.payload)) {
        struck_.insert(*number);
        return true;
      }
      return false;
    case BlockType::period:
      if (const auto word = period_from_text(block.payload)) {
        periods_[word->number] = *word;
        return true;
      }
      return false;
    case BlockType::clock: return true;  // for who looks into the journal itself: nothing is resampled
    case BlockType::head:
    case BlockType::rows:
    case BlockType::end: break;
  }
  return false;
}

std::vector<Event> JournalWords::events() const {
  std::vector<Event> events;
  for (const auto& [number, event] : events_) {
    events.push_back(event);
    if (struck_.contains(number)) events.back().text = "[struck out] " + event.text;
  }
  return events;
}

std::vector<Period> JournalWords::periods(std::int64_t rows, std::vector<std::string>& notes) const {
  std::vector<PeriodWord> words;
  for (const auto& [number, word] : periods_) {
    if (!word.dropped) words.push_back(word);
  }
  std::stable_sort(words.begin(), words.end(), [](const PeriodWord& a, const PeriodWord& b) { return a.first_row < b.first_row; });
  std::vector<Period> periods;
  for (std::size_t k = 0; k < words.size(); ++k) {
    const PeriodWord& word = words[k];
    const std::string name = fmt::format("period {} ({} {})", word.number + 1, word.task, word.repetition);
    const std::int64_t most = k + 1 < words.size() ? std::min(rows, words[k + 1].first_row) : rows;
    const std::int64_t end = word.end_row < 0 ? most : std::min(word.end_row, most);
    if (end <= word.first_row) {
      notes.push_back(fmt::format("{} is left out: it begins at row {} and has no row before row {}", name, word.first_row, most));
      continue;
    }
    if (word.end_row < 0) {
      notes.push_back(fmt::format("{} had no end: it ends with row {}", name, end - 1));
    } else if (end < word.end_row) {
      notes.push_back(fmt::format("{} should end with row {}: it ends with row {}", name, word.end_row - 1, end - 1));
    }
    periods.push_back({.first_row = word.first_row, .rows = end - word.first_row, .task = word.task, .repetition = word.repetition});
  }
  return periods;
}

}  // namespace semg
