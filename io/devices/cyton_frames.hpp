// SPDX-License-Identifier: BSD-3-Clause
// The stream of an OpenBCI Cyton: packets of 33 bytes, 0xA0, 8-bit counter, eight big-endian int24, six bytes beside them, 0xC0 to 0xCF.
// Source: OpenBCI's Cyton data format; BrainFlow's cyton.cpp and cyton_daisy.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "io/devices/row_lock.hpp"

namespace semg {

/// What one call of a framer gave.
struct CytonRows {
  std::vector<std::int32_t> samples;  ///< [rows x channels]
  std::vector<RowRun> runs;           ///< a new one begins where the counter jumps
  std::size_t garbage = 0;            ///< bytes that belonged to no row
};

/// Packets of the board. A packet is certain when head and count of the next have come (4 ms later) and all three counts go on; a jump is
/// believed when one more packet follows it.
class CytonPackets {
 public:
  static constexpr std::size_t kBytes = 33;
  static constexpr std::size_t kChannels = 8;

  CytonPackets();
  void put(std::span<const std::byte> bytes) { lock_.put(bytes); }
  bool next(std::span<const std::byte>& packet) { return lock_.next(packet); }
  std::size_t take_garbage() noexcept { return lock_.take_garbage(); }
  bool is_lost() const noexcept { return lock_.is_lost(); }
  void start_anew() { lock_.start_anew(); }

 private:
  RowLock lock_;
};

/// Every packet is a row of 8 channels; its counter has 8 bits.
class CytonFramer {
 public:
  static constexpr std::size_t kChannels = CytonPackets::kChannels;
  static constexpr int kCounterBits = 8;
  static constexpr double kFs_hz = 250;

  /// The rows that these bytes complete, good until the next call.
  const CytonRows& feed(std::span<const std::byte> bytes);
  bool is_lost() const noexcept { return packets_.is_lost(); }
  /// A new connection: what is left of the old one is garbage, told by the next feed().
  void start_anew() { packets_.start_anew(); }

 private:
  CytonPackets packets_;
  CytonRows rows_;
};

/// With a Daisy, an even packet holds channels 9 to 16 and the odd one after it channels 1 to 8: one row. Where either is lost there is no
/// row. The counter of rows is the packets' halved: 7 bits.
class CytonDaisyFramer {
 public:
  static constexpr std::size_t kChannels = 2 * CytonPackets::kChannels;
  static constexpr int kCounterBits = 7;
  static constexpr double kFs_hz = 125;

  const CytonRows& feed(std::span<const std::byte> bytes);
  bool is_lost() const noexcept { return packets_.is_lost(); }
  void start_anew();

 private:
  CytonPackets packets_;
  CytonRows rows_;
  std::vector<std::byte> half_;  // an even packet that waits for its odd one; empty: none
  std::size_t halves_lost_ = 0;
};

}  // namespace semg
