// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/live_notes.hpp"

#include <algorithm>
#include <utility>

namespace semg {

void LiveNotes::add(Event event) {
  const std::lock_guard lock(mutex_);
  notes_.push_back({.number = notes_.size(), .event = std::move(event)});
  steps_.push_back({Step::What::add, notes_.size() - 1});
  is_new_ = true;
}

bool LiveNotes::strike(std::size_t number) {
  const std::lock_guard lock(mutex_);
  if (number >= notes_.size() || std::exchange(notes_[number].struck, true)) return false;
  steps_.push_back({Step::What::strike, number});
  is_new_ = true;
  return true;
}

std::vector<LiveNotes::Note> LiveNotes::newest(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  return {notes_.end() - static_cast<std::ptrdiff_t>(std::min(most, notes_.size())), notes_.end()};
}

void LiveNotes::store(JournalWriter& journal) {
  if (!is_new_) return;
  const std::lock_guard lock(mutex_);
  while (stored_ < steps_.size()) {
    const Step& step = steps_[stored_];
    const bool taken = step.what == Step::What::add ? journal.append_event(notes_[step.number].event) : journal.strike_event(step.number);
    if (!taken) return;
    ++stored_;
  }
  is_new_ = false;
}

}  // namespace semg
