// SPDX-License-Identifier: BSD-3-Clause
// What a Delsys Trigno SDK server sends: replies in text, and frames of 16 little-endian floats in volts, one a slot. Source: Trigno SDK
// user guide (MAN-025); Delsys' Win32SdkSample.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace semg {

/// Replies of the command port, which end in an empty line and come split and merged. "STOPPED" may come unasked, in a line of its own.
class TrignoReplies {
 public:
  void put(std::span<const std::byte> bytes);
  /// The next reply without its end, trimmed; nothing where more bytes are needed.
  std::optional<std::string> next();
  /// The server said that it stopped, since it was asked last.
  bool take_stopped() noexcept;
  /// More came than any reply has.
  bool is_spoiled() const noexcept { return spoiled_; }

 private:
  std::string pending_;
  bool stopped_ = false, spoiled_ = false;
};

/// Where the sensors are in a frame.
struct TrignoLayout {
  static constexpr std::size_t kSlots = 16;
  static constexpr std::size_t kFrameBytes = kSlots * 4;

  std::vector<std::size_t> columns;       ///< of the channels that are wanted
  std::array<bool, kSlots> is_used = {};  ///< some sensor's, wanted or not; all others are zero
  std::size_t most_zeros = 40;            ///< a channel that is exactly zero for more rows than this has lost its radio: 20 ms
};

struct TrignoRun {
  std::int64_t index = 0;  ///< of the first row, counted from the first frame of this connection
  std::size_t first = 0;   ///< where they begin among the rows of the same call
  std::size_t rows = 0;
};

struct TrignoRows {
  std::vector<float> samples;   ///< [rows x channels] volts; NaN where one sensor's radio was lost
  std::vector<TrignoRun> runs;  ///< a new one begins behind rows in which the radio of all of them was lost
  std::size_t garbage = 0;      ///< bytes that belonged to no row
};

/// Rows of one connection. Nothing marks a frame, so it is held against what a sensor can give: finite, within its range, zero where there
/// is no sensor; a frame is given when the two behind it are good as well. From the first that is not on, all is garbage, since where
/// frames begin is not known any more: connect anew. Zeros are held back until they are known to be a sample or a loss, so at most
/// `most_zeros` rows. Pure: any cut gives the same rows.
class TrignoFramer {
 public:
  explicit TrignoFramer(TrignoLayout layout);

  /// The rows that these bytes decide, good until the next call.
  const TrignoRows& feed(std::span<const std::byte> bytes);
  bool is_lost() const noexcept { return lost_; }
  /// Every wanted channel has been zero for more than `most_zeros` rows by now.
  bool all_silent() const noexcept;
  /// A new connection: what is left of the old one is garbage, told by the next feed().
  void start_anew();

 private:
  bool is_plausible(std::span<const std::byte> frame) const noexcept;
  void see(std::span<const std::byte> frame);
  void give();

  TrignoLayout layout_;
  std::vector<std::byte> pending_;  // not yet certain: at most two frames and a part of one
  std::size_t checked_ = 0;         // bytes of it that are plausible frames
  std::vector<float> held_;         // rows that are certain, with zeros that are not yet decided
  std::vector<std::size_t> zeros_;  // of each channel: rows that it has been zero for
  std::int64_t next_ = 0;           // index of the row behind held_
  std::size_t garbage_ = 0;
  bool lost_ = false;
  TrignoRows rows_;
};

}  // namespace semg
