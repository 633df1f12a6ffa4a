// SPDX-License-Identifier: BSD-3-Clause
// The words files use for volts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace semg {

/// How many microvolts one `unit` is: V, mV, uV, nV and their spellings (Volts, microvolts, µV with either sign). None for other units.
std::optional<double> microvolts_per(std::string_view unit);
/// The unit at the end of a column's name, as in "EMG 1 (uV)", "EMG [mV]", "emg_uV"; empty where there is none.
std::string unit_of_name(std::string_view name);

}  // namespace semg
