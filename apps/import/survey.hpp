// SPDX-License-Identifier: BSD-3-Clause
// One look at all samples before they are stored: what type holds them, where rows are missing, and what is odd about them.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "apps/import/plan.hpp"
#include "dsp/quality/input_survey.hpp"
#include "dsp/recording.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

struct ChannelSurvey {
  InputFacts facts;          ///< of the values, in the unit
  double stored_lowest = 0;  ///< counts as stored
  double stored_highest = 0;
  bool rail_low = false;  ///< the lowest value looks like a rail: at least 3 runs of at least 3 equal samples stand there
  bool rail_high = false;
  std::uint64_t digest = 0;          ///< equal samples, equal digests
  std::int64_t clipped_parents = 0;  ///< rows of a derivation in which either electrode stands at its converter's rail

  bool constant() const noexcept { return facts.rows > 0 && facts.minimum == facts.maximum; }
};

struct ImportSurvey {
  std::vector<ChannelSurvey> channels;  ///< as planned
  std::vector<Gap> gaps;                ///< rows in which no channel has a value
  bool partly_missing = false;          ///< some channel misses values that another has
  std::int64_t repeated_rows = 0;       ///< all channels as in the row before
  double held_hz = 0;                   ///< the rate that the samples seem to have; 0 where they do not look held
  std::int64_t not_finite = 0;
};

/// Reads everything once, in constant memory. `rows_done` is told how many rows were read since it was last called.
ImportSurvey survey_samples(SignalFile& source, const ImportPlan& plan, const std::function<void(std::int64_t)>& rows_done);

}  // namespace semg
