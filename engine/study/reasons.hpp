// SPDX-License-Identifier: BSD-3-Clause
// Why a cell of a study is not what it should be: the reasons of a value, and those that only a comparison has.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dsp/reason.hpp"

namespace semg {

enum class StudyReason : std::uint8_t {
  not_recorded,          ///< no recording of this visit
  task_missing,          ///< the visit was recorded, this task was not
  channel_missing,       ///< the task was recorded, this muscle and side was not
  unreadable,            ///< the recording could not be measured
  out_of_window,         ///< recorded outside the visit's window
  excluded,              ///< by a person, in exclusions.csv
  no_baseline,           ///< no valid value at any baseline visit
  no_mvc,                ///< no valid maximal contraction at the same visit
  no_other_side,         ///< no valid value of the other side at the same visit
  no_reliability,        ///< nothing says how far values move from day to day
  different_settings,    ///< measured with other settings than the study's
  different_rate,        ///< sampling rates of another class
  different_band,        ///< the signal holds another band: filtered by the device, or the rate is too low for it
  different_unit,        ///< uV and a.u.
  different_gain,        ///< another step of the converter
  different_electrodes,  ///< another distance between the electrodes
  different_reference,   ///< another place of the reference electrode
  different_task,        ///< another number of repetitions or another duration than planned
  different_rest,        ///< corrected for noise at one visit only
  duplicate_recording,   ///< the same samples under another visit
  unit_jump,             ///< a thousand times larger or smaller than at the other visits
  collapsed_channel,     ///< next to nothing is left of the signal of the other visits
  exchanged_sides,       ///< left and right fit the other visits better when exchanged
  not_in_plan,           ///< recorded of a participant or at a visit that the study does not have
  ambiguous_channel,     ///< two channels of one recording bear this muscle and side
};
inline constexpr std::array<std::string_view, 25> kStudyReasonWords = {
    "not_recorded",        "task_missing",      "channel_missing",    "unreadable",
    "out_of_window",       "excluded",          "no_baseline",        "no_mvc",
    "no_other_side",       "no_reliability",    "different_settings", "different_rate",
    "different_band",      "different_unit",    "different_gain",     "different_electrodes",
    "different_reference", "different_task",    "different_rest",     "duplicate_recording",
    "unit_jump",           "collapsed_channel", "exchanged_sides",    "not_in_plan",
    "ambiguous_channel"};
constexpr std::string_view to_string(StudyReason reason) noexcept {
  return kStudyReasonWords[static_cast<std::size_t>(reason)];
}

/// A set of both kinds.
class Reasons {
 public:
  void add(Reason reason) noexcept {
    if (reason != Reason::ok) bits_ |= std::uint64_t{1} << static_cast<unsigned>(reason);
  }
  void add(StudyReason reason) noexcept { bits_ |= std::uint64_t{1} << (kFirst + static_cast<unsigned>(reason)); }
  void remove(StudyReason reason) noexcept { bits_ &= ~(std::uint64_t{1} << (kFirst + static_cast<unsigned>(reason))); }
  void add(const Reasons& other) noexcept { bits_ |= other.bits_; }
  bool has(Reason reason) const noexcept { return ((bits_ >> static_cast<unsigned>(reason)) & 1U) != 0; }
  bool has(StudyReason reason) const noexcept { return ((bits_ >> (kFirst + static_cast<unsigned>(reason))) & 1U) != 0; }
  bool empty() const noexcept { return bits_ == 0; }
  /// Whether a value stands but may not be compared.
  bool refuses() const noexcept;
  std::string text() const;  ///< codes joined by ';', study's first
  bool operator==(const Reasons&) const = default;

 private:
  static constexpr unsigned kFirst = 32;
  std::uint64_t bits_ = 0;
};

}  // namespace semg
