// SPDX-License-Identifier: BSD-3-Clause
// Between a device's reader thread and whoever consumes its rows: row index, gaps, clock, and a bounded ring of blocks.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "dsp/stream_clock.hpp"
#include "io/devices/raw_block.hpp"

namespace semg {

/// How a stream is doing. Counts only grow.
struct IntakeCounts {
  std::int64_t rows = 0;           ///< that came
  std::int64_t lost_rows = 0;      ///< that the device or the network lost: gaps
  std::int64_t overrun_rows = 0;   ///< that came and found the ring full: gaps too
  std::int64_t garbage_bytes = 0;  ///< that belonged to no row
  std::int64_t disconnects = 0;
  std::int64_t gaps = 0;
  bool connected = false;
  double fs_hz = 0;      ///< as fitted against this computer's clock; 0: not yet known
  double drift_ppm = 0;  ///< of the device's clock against this computer's
  double waiting_s = 0;  ///< of stream that waits in the ring
};

/// One writer (the device's thread) and one reader. The row index is the truth: it never goes back, and where rows are missing it jumps by
/// exactly as many as were lost, as far as the device's protocol can tell. Nothing is resampled, and nothing waits for the reader: when the
/// ring is full, rows are counted and left out. push*() and take() do not allocate once begin() is through.
class Intake {
 public:
  struct Sizes {
    double block_s = 0.01;  ///< a block is handed on when it holds this much, or when its first row is this old at the next push
    double ring_s = 4;
  };
  using Clock = std::function<std::int64_t()>;  ///< nanoseconds, steady

  Intake();
  explicit Intake(Sizes sizes, Clock clock);
  ~Intake();

  // The device's side. Every push takes whole rows, [rows x channels] in the head's sample type and this machine's byte order.

  /// What the stream is. The first time it makes the ring; after a reconnect it must be the same stream: throws Error(data) naming what
  /// differs (channels, rate, scale), because samples of two kinds do not belong in one recording.
  void begin(const Recording& head);
  /// Rows that follow the last ones with nothing lost between: for protocols that cannot tell. After disconnected() the host's clock says
  /// how many were lost.
  void push(std::span<const std::byte> rows);
  /// `counter` belongs to the first of the rows, counts rows and has `bits` bits. A jump is a loss of exactly that many rows, as long as
  /// the counter went round less than half a turn while nothing came; beyond that the host's clock says how often it did, and rows that
  /// were held up that long and come late can be taken for lost turns. A jump that puts a row more than half a second before the earliest
  /// that came (by the host's clock; the fitted line lags after a stall) is no loss: seen once it is an error of the counter, twice in a
  /// row the device counts anew, and the host's clock says where its rows are. After a disconnect the counter is believed where it agrees
  /// with the host's clock within 50 ms. Returns the index of the first of them; nothing where they had come before and are left out.
  std::optional<std::int64_t> push_counted(std::uint32_t counter, int bits, std::span<const std::byte> rows);
  /// `index` is the device's own count since it was started, without wrap; the first one ever is row 0.
  void push_at(std::int64_t index, std::span<const std::byte> rows);
  /// Bytes that belonged to no row were skipped.
  void garbage(std::size_t bytes) noexcept;
  void disconnected() noexcept;
  /// A trigger of the device, at a row.
  void event(std::int64_t row, std::string text);
  /// Why there is no connection, for whoever watches: "nobody answers at 192.168.1.2:50040".
  void trouble(std::string sentence);
  /// Hands on a block that is not full: call it when nothing has come for a while.
  void flush() noexcept;
  /// The stream is over; take() ends when the ring is empty.
  void end() noexcept;
  /// The device thread died of this; take() and wait_for_head() throw it.
  void fail(std::exception_ptr error) noexcept;

  bool has_head() const;

  // The reader's side.

  /// What the stream is, as soon as it is known; nothing where `patience` is over or `stop` was asked for.
  const Recording* wait_for_head(std::chrono::milliseconds patience, const std::stop_token& stop);
  /// The next block, good until the next call. Null: nothing came within `patience`.
  const RawBlock* take(std::chrono::milliseconds patience);
  /// Everything was taken and nothing more will come.
  bool is_over() const noexcept;
  IntakeCounts counts() const;
  std::string trouble() const;
  struct DeviceEvent {
    std::int64_t row = 0;
    std::string text;
  };
  bool has_events() const noexcept { return has_events_; }
  std::vector<DeviceEvent> take_events();

 private:
  struct Ring;
  void place(std::int64_t index, std::span<const std::byte> rows, std::int64_t now_ns) noexcept;
  void hand_on() noexcept;
  /// Index of a row that has just come, by the host's clock; never before the rows that came.
  std::int64_t index_by_host_clock(std::int64_t now_ns) const noexcept;
  std::int64_t rows_in(std::span<const std::byte> rows) const noexcept;
  /// How much earlier this row came than one would have that came at the clock's zero with row 0.
  double ahead_s(std::int64_t index, std::int64_t now_ns) const noexcept;

  Sizes sizes_;
  Clock clock_;
  std::size_t row_bytes_ = 1, block_rows_ = 1;
  std::unique_ptr<Ring> ring_;

  // Of the device's side alone.
  RawBlock* filling_ = nullptr;
  std::int64_t filling_since_ns_ = 0;
  std::int64_t next_ = 0;      // index that follows the last row that came
  bool started_ = false;       // a row has come
  bool reconnected_ = false;   // the next push is the first after a disconnect
  bool skipping_ = false;      // the ring is full
  std::uint32_t counter_ = 0;  // that the row next_ would have
  std::int64_t suspect_ = -1;  // that it would have if a jump ahead of the clock was true; -1: there was none
  double most_ahead_s_ = 0;    // ahead_s() of the row that came earliest
  std::int64_t origin_ = 0;    // device's index of row 0
  StreamClock host_;           // rows against this computer's clock

  mutable std::mutex mutex_;  // of what follows up to trouble_; never held while rows are copied
  std::condition_variable known_;
  Recording head_;
  bool has_head_ = false;
  std::exception_ptr failure_;
  std::vector<DeviceEvent> events_;
  std::string trouble_;

  std::atomic<bool> over_ = false, failed_ = false, has_events_ = false;
  std::atomic<std::int64_t> rows_ = 0, lost_ = 0, overruns_ = 0, garbage_ = 0, disconnects_ = 0, gaps_ = 0;
  std::atomic<std::int64_t> handed_ = 0, taken_ = 0;  // rows
  std::atomic<bool> connected_ = false;
  std::atomic<double> fs_hz_ = 0, drift_ppm_ = 0;
};

}  // namespace semg
