// SPDX-License-Identifier: BSD-3-Clause
// Which row of a stream a row is, where nothing tells but time stamps that jitter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/stream_clock.hpp"

namespace semg {

/// Rows that follow each other with nothing lost between.
struct LslRun {
  std::int64_t index = 0;  ///< of the first of them; the first row ever is row 0
  std::size_t rows = 0;
};

/// A line is fitted to the stamps. A stamp later than the line says by more than 1.5 rows and by more than three times the mean jitter may
/// tell of a loss: its row and those behind it wait, 0.1 s or as long as the stamp is late (at the most a second), and if any stamp comes
/// back to the line, or comes back by more than is left, nothing was lost. Otherwise as many rows were lost as the stamps that waited are
/// late in the mean. A loss that would put the stream ahead of this computer's clock is none: the stream's clock was set. Pure: the host's
/// time is given to it. see() does not allocate. Holds at the most a second of rows.
class LslTimes {
 public:
  explicit LslTimes(double fs_hz);

  /// The next row. `stamp_s`: by the stream's clock, NaN where it has none. `host_ns`: when it came.
  void see(double stamp_s, std::int64_t host_ns);
  /// Decides at once about rows that wait: a loss is believed only where stamps do not jitter.
  void settle();
  /// The next row is the first of a new connection: the stamps say what was lost where this computer's clock agrees within half a second,
  /// else that clock says it. `clock_change_s`: so much more than before the stream's clock is ahead of ours (it runs on another computer
  /// now, or that was started again).
  void reconnected(double clock_change_s);

  /// Where the rows stand that were decided about, in the order they came in; each is given once.
  std::span<const LslRun> runs() const noexcept { return runs_; }
  void clear_runs() noexcept { runs_.clear(); }
  double jitter_s() const noexcept { return jitter_s_; }  ///< mean distance of the stamps from the line

 private:
  /// A row with a stamp (or the first of a connection), and rows without behind it.
  struct Held {
    std::size_t rows = 1;
    bool stamped = true;
    std::int64_t t_ns = 0, host_ns = 0;
    double late_s = 0;
  };
  std::span<Held> held() noexcept { return std::span(held_).subspan(front_); }
  static bool is_less_late(const Held& a, const Held& b) noexcept { return a.late_s < b.late_s; }
  void hold(double stamp_s, std::int64_t host_ns);
  void judge(bool at_once);
  void place_front(std::int64_t lost);
  void place_after_reconnect(bool at_once);
  double jitter_of_held_s();
  std::int64_t lost_before_front();
  std::int64_t next_by_host(std::int64_t host_ns) const noexcept;
  void learn(const Held& held, std::int64_t index);
  void forget_stamps() noexcept;
  double tolerance_s() const noexcept;
  bool is_exact() const noexcept;

  double fs_hz_;
  StreamClock stream_, host_;                  // rows against the stream's clock, and against ours
  bool has_stamp_ = false;                     // stream_ has begun
  std::int64_t next_ = 0;                      // index that follows the last row that was placed
  double shift_s_ = 0;                         // of the stream's clock, over all connections
  double jitter_s_ = 0, jitter_before_s_ = 0;  // now, and before stamps were too early
  std::int64_t learnt_ = 0;                    // stamps that the jitter is of
  std::size_t early_stamps_ = 0;               // in a row
  std::int64_t early_from_ = 0;                // row of the first of them
  bool reconnected_ = false;                   // no row of this connection was placed
  std::vector<Held> held_;                     // from front_ on; those before are done with
  std::size_t front_ = 0, held_rows_ = 0;
  std::vector<LslRun> runs_;
};

}  // namespace semg
