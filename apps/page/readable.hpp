// SPDX-License-Identifier: BSD-3-Clause
// Numbers, units, reasons and features as a person reads them on a page. Tables for machines are io/table's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dsp/channel.hpp"
#include "dsp/reason.hpp"

namespace semg {

/// Three digits that count, whole numbers whole, thin spaces between thousands: 0.0123, 4.56, 78.9, 1234, 12 345. A dash where it is
/// missing or not finite.
std::string readable_number(std::optional<double> value);
std::string power_of_ten(int power);  ///< -3 -> "10⁻³"
std::string readable_count(std::int64_t count);
/// "uV s" -> "µV s" with a space that does not break, "uV^2/Hz" -> "µV²/Hz", "1" -> ""; any other unit as it is.
std::string readable_unit(std::string_view unit);
/// Number and unit with a space that does not break; without the unit where the number is missing.
std::string readable_quantity(std::optional<double> value, std::string_view unit);
/// "3.2 s", "12 min 05 s", "1 h 02 min 05 s".
std::string readable_duration(double seconds);
/// What kept a value from being valid, as part of a sentence: "rows are missing".
std::string_view readable_reason(Reason reason) noexcept;
/// "rms_active" -> "RMS, active"; any other feature with spaces for underscores.
std::string readable_feature(std::string_view feature);
/// "Tibialis anterior, left"
std::string readable_muscle(const Channel& channel);

}  // namespace semg
