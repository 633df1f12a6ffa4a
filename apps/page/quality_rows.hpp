// SPDX-License-Identifier: BSD-3-Clause
// How good the signal of a channel is: a row per measure, with its verdict.
#pragma once

#include <optional>
#include <vector>

#include "apps/page/recording_page.hpp"
#include "dsp/channel_brief.hpp"
#include "dsp/quality/input_survey.hpp"
#include "engine/settings.hpp"

namespace semg {

struct QualityFacts {
  InputFacts input;
  double fs_hz = 0;
  std::optional<double> active_power;  ///< mean square of activations, unit^2
};

std::vector<QualityRow> quality_rows(const QualityFacts& facts, const Channel& channel, const ChannelBrief& brief,
                                     const QualitySettings& limits);

}  // namespace semg
