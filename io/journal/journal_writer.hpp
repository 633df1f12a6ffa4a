// SPDX-License-Identifier: BSD-3-Clause
// What a device sends, onto the disk as it comes: append only, one write and one checksum a block. The layout is written down in
// io/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "dsp/recording.hpp"
#include "io/journal/file_ops.hpp"

namespace semg {

/// The promise: a crash or kill costs at most the block in hand and the one before it; a power cut at most `sync_s` more; a full disk
/// nothing that was acknowledged. Segments are begun anew about every `segment_s` of rows; each holds the head again and can be read alone.
struct JournalSettings {
  double segment_s = 600;
  double sync_s = 1;
};

/// A folder `NAME.nwb.journal` of segments. Exclusive: a folder that is there already is refused (73), and a lock is held while it is
/// written, so that nobody recovers a journal that still grows (75). append() makes one write() and does not allocate; a thread of its own
/// syncs the data about every `sync_s`, so that a slow disk never stops the stream.
class JournalWriter {
 public:
  /// `head`: all that is known before the first row (ids, device, channels, scale, type, session start). Throws Error(cannot_create).
  JournalWriter(const std::filesystem::path& folder, const Recording& head, JournalSettings settings = {}, FileOps& files = real_files());
  ~JournalWriter();  // what was appended stays; no end is written
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// Rows [first, first + n) in the head's sample type; a `first` beyond the end of the rows before is a gap. False: the disk did not take
  /// it whole (trouble() says why); what was acknowledged before stays good, and the block may be offered again, or the next one.
  /// More than 256 KiB are cut into several writes.
  bool append(std::int64_t first, std::span<const std::byte> rows, std::int64_t steady_ns) noexcept;

  // Words beside the samples. Each is synced at once, without waiting for it. False as above; an event counts once it was taken and may be
  // offered again. A period counts from begin_period() on: what the disk does not take of it goes before the next word, or the end.
  bool append_event(const Event& event);
  bool strike_event(std::size_t number);  ///< the n-th event appended, from 0: kept, and marked as struck out
  bool begin_period(std::int64_t first_row, const std::string& task, int repetition);
  bool end_period(std::int64_t end_row);                                      ///< of the period that is open
  bool drop_period(std::size_t number);                                       ///< the n-th begun, from 0: it is repeated and counts no more
  bool append_clock(double fs_hz, double drift_ppm, const std::string& utc);  ///< what the rate really was, so far

  /// The end, with the hash of all rows; syncs. False as above.
  bool finish();

  // Rows in both are those that are there: gaps do not count.
  std::int64_t acknowledged_rows() const noexcept;  ///< handed to the system whole: what a crash of this program cannot take back
  std::int64_t synced_rows() const noexcept;        ///< on the disk, as far as the disk says; grows no more once it could not say so
  std::string trouble() const;                      ///< of the last call that gave false: "No space left on device"
  const std::filesystem::path& folder() const noexcept;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace semg
