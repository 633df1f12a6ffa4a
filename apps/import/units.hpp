// SPDX-License-Identifier: BSD-3-Clause
// From a count of the file to microvolts: what the file says of its unit, what was asked for, and where the two differ.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "io/formats/signal_file.hpp"

namespace semg {

/// --unit: one of the three, or none of them where the file is to say.
struct AskedUnit {
  std::optional<double> microvolts;  ///< per physical unit
  std::optional<double> microvolts_per_count;
  bool arbitrary = false;
};
/// V, mV, uV, nV, a.u., a number of microvolts per count, or empty. Throws Error(usage).
AskedUnit asked_unit_from(const std::string& word);

/// One channel of the file: value = count * scale + offset, in microvolts or a.u.
struct Term {
  std::size_t channel = 0;  ///< index in the file's channels
  double scale = 1;
  double offset = 0;
  double shift = 0;                ///< whole number added to a count before it is stored, so that less than one step of the offset is left
  std::optional<double> rail_low;  ///< counts
  std::optional<double> rail_high;
};

struct ScaledTerm {
  Term term;
  double conversion = 1;  ///< volts (a.u.: a.u.) per count, by way of no microvolts
};

/// Throws Error(data), beginning with `file`, for a gain that is not above 0, a unit that is no voltage, and one that nobody states.
ScaledTerm scaled_term(const ForeignChannel& channel, std::size_t index, const AskedUnit& asked, const std::string& file,
                       std::vector<ForeignWarning>& warnings);

}  // namespace semg
