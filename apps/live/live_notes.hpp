// SPDX-License-Identifier: BSD-3-Clause
// Markers of a person or a device while a stream runs, on their way into the journal.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "io/journal/journal_writer.hpp"

namespace semg {

/// Any thread adds, the signal thread stores. A marker is struck out, never deleted; its number is its place in the order of adding.
class LiveNotes {
 public:
  struct Note {
    std::size_t number = 0;  ///< its place
    Event event;
    bool struck = false;
  };

  void add(Event event);
  /// False where there is no such marker, or it is struck out already.
  bool strike(std::size_t number);
  std::vector<Note> newest(std::size_t most) const;

  /// The signal thread's: writes what is new to the journal; what the disk does not take is tried again at the next call.
  void store(JournalWriter& journal);

 private:
  struct Step {
    enum class What { add, strike } what;
    std::size_t number;
  };
  mutable std::mutex mutex_;
  std::vector<Note> notes_;
  std::vector<Step> steps_;
  std::size_t stored_ = 0;
  std::atomic<bool> is_new_ = false;
};

}  // namespace semg
