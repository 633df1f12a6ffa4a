// SPDX-License-Identifier: BSD-3-Clause
// A device as a Source: each block is on its way to the disk before the engine sees it.
#pragma once

#include <atomic>
#include <cstdint>

#include "apps/live/latency_tally.hpp"
#include "apps/live/live_notes.hpp"
#include "apps/live/visit_session.hpp"
#include "dsp/block.hpp"
#include "dsp/recording.hpp"
#include "io/devices/intake.hpp"
#include "io/journal/journal_writer.hpp"

namespace semg {

/// Where a live stream is, for whoever watches: written by the signal thread, read by any.
struct LivePlace {
  std::atomic<std::int64_t> rows = 0;           ///< end of what the engine has seen, lost rows counted
  std::atomic<std::int64_t> gaps = 0;           ///< of what it has seen
  std::atomic<std::int64_t> unstored_rows = 0;  ///< that the disk did not take
  std::atomic<std::int64_t> arrived_ns = 0;     ///< steady clock: when its last row came
  std::atomic<bool> storing = false;            ///< the last block is in the journal
  std::atomic<bool> enough = false;             ///< set by whoever wants it to end
  LatencyTally latency;                         ///< from the arrival of a block's last row until its features are handed over
};

class LiveSource {
 public:
  /// `journal` may be null: nothing is stored; `session` too: no tasks. `most_rows`: the stream ends there. A trigger of the device becomes
  /// a note.
  LiveSource(Intake& intake, const Recording& head, JournalWriter* journal, VisitSession* session, LiveNotes& notes, std::int64_t most_rows,
             LivePlace& place);

  /// The next rows, in the stream's unit; false when the stream is over or enough. As in a recording's reader, rows in which every channel
  /// is NaN are left out. Does not allocate. Throws what the device's thread died of.
  bool read(Block& block);
  /// Markers and triggers that came since the last block go to the journal. Does not allocate where there are none.
  void store_notes();

 private:
  bool next_raw();
  void tell_latency() noexcept;

  Intake& intake_;
  const Recording& head_;
  JournalWriter* journal_;
  VisitSession* session_;
  LiveNotes& notes_;
  std::int64_t most_rows_;
  LivePlace& place_;
  Block whole_;         // the raw block in the stream's unit
  std::size_t at_ = 0;  // first row of it that was not given yet
  std::int64_t arrived_ns_ = 0;
  std::int64_t next_row_ = 0;
};

}  // namespace semg
