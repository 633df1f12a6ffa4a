// SPDX-License-Identifier: BSD-3-Clause
// The samples of a lab streaming layer stream, protocol 1.10: a tag, perhaps a time stamp, then one value a channel. Nothing else says
// where a sample begins. Source: liblsl, sample.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "io/devices/lsl_messages.hpp"

namespace semg {

struct LslLayout {
  LslFormat format = LslFormat::float32;  ///< float32, double64, int32 or int16
  std::size_t channels = 1;               ///< that are sent
  std::vector<std::size_t> picks;         ///< those that are wanted, in this order
  int byte_order = 1234;                  ///< of what is sent: 1234 or 4321
};

/// What one call gave.
struct LslRows {
  std::vector<std::byte> samples;  ///< [rows x picks], float32 (double64 is rounded to it), int32 or int16, in this machine's byte order
  std::vector<double> stamps;      ///< one a row, seconds of the stream's clock; NaN: it has none and follows the row before it
  std::size_t garbage = 0;         ///< bytes that belonged to no row
};

/// A connection's bytes behind its header. Two samples of a known pattern come first and are held against it. A row is certain when what
/// follows it begins a row too, or when nothing follows it. Where neither holds, all is lost: only a new connection aligns rows again.
/// Never throws for any bytes; bytes cut anywhere give the same rows.
class LslFramer {
 public:
  explicit LslFramer(LslLayout layout);

  /// The rows that these bytes complete, good until the next call.
  const LslRows& feed(std::span<const std::byte> bytes);
  /// Call where nothing has come for a while: gives a whole row that waited only for what would follow it.
  const LslRows& pause();
  /// The connection is over: bytes that are left are no row.
  const LslRows& end();

  bool is_open() const noexcept { return patterns_left_ == 0 && !lost_; }  ///< the pattern came as it must
  bool is_lost() const noexcept { return lost_; }

 private:
  void clear() noexcept;
  /// Bytes of the row at the front; 0 where it has not come whole.
  std::size_t row_bytes() const noexcept;
  bool front_is_tag() const noexcept;
  void take(std::size_t bytes);
  bool is_pattern(std::size_t bytes, int offset) const noexcept;
  void lose() noexcept;
  /// In this machine's byte order.
  template <class T>
  T value_at(std::size_t at) const noexcept;
  template <class Stored, class Sent>
  void append_values(std::size_t at);
  double first_pattern_value() const noexcept;
  double sent_value(std::size_t at) const noexcept;

  LslLayout layout_;
  std::size_t value_bytes_;
  bool reversed_;
  std::vector<std::byte> pending_;
  std::size_t at_ = 0;  // first byte of pending_ that was not used
  int patterns_left_ = 2;
  bool lost_ = false;
  LslRows rows_;
};

}  // namespace semg
