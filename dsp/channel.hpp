// SPDX-License-Identifier: BSD-3-Clause
// What a stream of samples is: its rate and its channels.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace semg {

enum class Side { none, left, right };
enum class Unit { microvolt, arbitrary };  ///< arbitrary (a.u.): rules with physical thresholds are off
enum class Kind { emg, envelope, other };  ///< envelope: already rectified and smoothed, carries no spectrum

/// One column of a stream. Values are in the stream's unit: microvolts, or a.u. where the source gave none.
struct Channel {
  std::string label;   ///< as the device named it
  std::string muscle;  ///< as the study names it; the label where nothing better is known
  Side side = Side::none;
  Unit unit = Unit::microvolt;
  Kind kind = Kind::emg;
  std::optional<double> lsb;          ///< one step of the converter
  std::optional<double> rail_low;     ///< lowest value the converter can give; a sample at or below it is clipped
  std::optional<double> rail_high;    ///< highest value the converter can give
  std::optional<double> ied_mm = {};  ///< distance between the electrodes, centre to centre
  std::string reference = {};         ///< where the reference electrode is; empty: not known

  bool operator==(const Channel&) const = default;
};

struct StreamInfo {
  double fs_hz = 0;
  std::vector<Channel> channels;
};

const char* to_string(Side side) noexcept;  ///< "none", "left", "right"
const char* to_string(Unit unit) noexcept;  ///< "uV", "a.u."
const char* to_string(Kind kind) noexcept;  ///< "emg", "envelope", "other"
/// Throws Error(usage) naming the three words that are allowed.
Side side_from(const std::string& word);

}  // namespace semg
