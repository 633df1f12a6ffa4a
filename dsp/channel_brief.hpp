// SPDX-License-Identifier: BSD-3-Clause
// What is known of a channel before its samples flow: decisions are taken from stated levels, never from what is yet to come.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "dsp/activation/rest_survey.hpp"
#include "dsp/reason.hpp"

namespace semg {

using Edges = std::pair<std::int64_t, std::int64_t>;  ///< onset row, offset row (first row after it)

struct ChannelBrief {
  std::optional<RestReference> rest;         ///< none: activation cannot be told
  double line_hz = 0;                        ///< mains hum that was found; 0: none
  double line_power = 0;                     ///< unit^2
  std::uint64_t samples_hash = 0;            ///< InputFacts::hash
  Reason no_spectrum = Reason::ok;           ///< held_samples, envelope_input: no frequency is told from this channel
  std::optional<std::vector<Edges>> edited;  ///< activations given by a person, in order; the detector is not asked
};

}  // namespace semg
