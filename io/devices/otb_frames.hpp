// SPDX-License-Identifier: BSD-3-Clause
// The stream of OT Bioelettronica's probes (Muovi, Muovi+, Sessantaquattro, Sessantaquattro+): big-endian rows without a sync word, whose
// last two words are the device's buffer with its trigger bit, and a 16-bit counter of rows. Source: OTB-Matlab, Read_muovi.m and
// Read_sessantaquattroplus.m.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "io/devices/row_lock.hpp"

namespace semg {

/// One row as it is sent: `words` of `word_bytes` each, of which the first `channels` are muscle signals.
struct OtbLayout {
  std::size_t words = 0;
  std::size_t channels = 0;
  std::size_t word_bytes = 2;  ///< 2: int16; 3: int24, which become int32
};

/// What one call of OtbFramer::feed() gave.
struct OtbRows {
  std::vector<std::byte> samples;  ///< [rows x channels], int16 or int32 in this machine's byte order
  std::vector<RowRun> runs;        ///< a new one begins where the counter jumps and where a trigger begins
  std::size_t garbage = 0;         ///< bytes that belonged to no row
};

/// Rows are certain while the counter rises by one. A jump is believed when four rows have followed it; after garbage the row that follows
/// it is left out, since garbage may have cut it. See RowLock for the rest.
class OtbFramer {
 public:
  explicit OtbFramer(OtbLayout layout);
  /// The rows that these bytes complete, good until the next call.
  const OtbRows& feed(std::span<const std::byte> bytes);
  bool is_lost() const noexcept { return lock_.is_lost(); }
  /// A new connection: what is left of the old one is garbage, told by the next feed().
  void start_anew() { lock_.start_anew(); }

 private:
  void append(std::span<const std::byte> row);

  OtbLayout layout_;
  RowLock lock_;
  OtbRows rows_;
  std::size_t count_ = 0;             // rows in rows_
  std::optional<bool> trigger_ = {};  // of the last row; at first it is not known whether it just began
};

}  // namespace semg
