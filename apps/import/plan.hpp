// SPDX-License-Identifier: BSD-3-Clause
// From what a file holds and what was asked for to what will be stored: channels, names, unit, rate, length. Nothing is guessed: what
// neither states is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/import/settings.hpp"
#include "apps/import/units.hpp"
#include "dsp/channel.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

struct PlannedChannel {
  Channel channel;  ///< lsb and rails are set where the converter is known
  Term plus;
  std::optional<Term> minus;
};

struct ImportPlan {
  double fs_hz = 0;
  std::int64_t rows = 0;
  std::vector<PlannedChannel> channels;
  Unit unit = Unit::microvolt;
  bool whole = false;     ///< whole counts on one scale: they can be stored as they are
  double conversion = 1;  ///< of a stored count, in volts (a.u.: in a.u.)
  bool rows_left_out = false;
  std::vector<ForeignWarning> warnings;

  /// What one stored count is worth in the unit; see Recording::unit_per_count().
  double unit_per_count() const noexcept { return unit == Unit::microvolt ? conversion * 1e6 : conversion; }
};

/// Throws Error(data) for what is missing or does not fit, Error(usage) for a channel that is not there. `file` stands first in the
/// sentences.
ImportPlan plan_import(const SignalFile& source, const ImportSettings& settings, const std::string& file);

/// --column: only these columns are signals, under the labels that were given. Throws Error(usage).
void choose_columns(SignalFile& source, const std::vector<std::string>& columns, const std::string& file);

}  // namespace semg
