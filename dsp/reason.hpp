// SPDX-License-Identifier: BSD-3-Clause
// Why a value is not valid: one closed list, written to files by its number and to tables by its word.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace semg {

enum class Reason : std::uint8_t {
  ok = 0,
  gap,                ///< rows are missing
  not_finite,         ///< NaN or infinity came in
  settling,           ///< the filter's start-up has not decayed
  flat,               ///< the same value for 200 ms or longer: electrode off or channel dead
  clipped,            ///< at the converter's rail for more than the allowed share of rows
  held_samples,       ///< values are repeated: the real rate is lower than the stated one
  envelope_input,     ///< rectified and smoothed before it came here: it has no EMG spectrum
  rate_below_band,    ///< the rate is too low for the EMG band (upper edge below 400 Hz)
  line,               ///< mains hum too strong for a frequency measure
  low_snr,            ///< too little above rest for a frequency measure
  no_rest,            ///< no rest level is known: activation cannot be told
  too_short,          ///< shorter than the measure needs
  duplicate_channel,  ///< the same samples as another channel
  not_active,         ///< no activation in it
  no_unit,            ///< in arbitrary units, and the measure has a threshold in microvolts
  too_long,           ///< longer than a cycle of one movement can be: a pause
};

inline constexpr std::array<std::string_view, 17> kReasonWords = {
    "",        "gap",          "not_finite",     "settling",          "flat",
    "clipped", "held_samples", "envelope_input", "rate_below_band",   "line",
    "low_snr", "no_rest",      "too_short",      "duplicate_channel", "not_active",
    "no_unit", "too_long"};

constexpr std::string_view to_string(Reason reason) noexcept {
  return kReasonWords[static_cast<std::size_t>(reason)];
}

}  // namespace semg
