// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/voltage_unit.hpp"

#include "io/formats/text_cells.hpp"

namespace semg {

std::optional<double> microvolts_per(std::string_view unit) {
  // "mV" and "MV" differ by case, so only whole words are compared without it.
  if (unit == "V") return 1e6;
  if (unit == "mV") return 1e3;
  if (unit == "uV" || unit == "\xC2\xB5V" || unit == "\xCE\xBCV") return 1.0;  // U+00B5 and U+03BC
  if (unit == "nV") return 1e-3;
  const std::string word = lowered(unit);
  if (word == "volt" || word == "volts") return 1e6;
  if (word == "millivolt" || word == "millivolts") return 1e3;
  if (word == "microvolt" || word == "microvolts") return 1.0;
  if (word == "nanovolt" || word == "nanovolts") return 1e-3;
  return std::nullopt;
}

std::string unit_of_name(std::string_view name) {
  name = trimmed(name);
  if (name.ends_with(')') || name.ends_with(']')) {
    const std::size_t open = name.rfind(name.back() == ')' ? '(' : '[');
    return open == std::string_view::npos ? std::string() : std::string(trimmed(name.substr(open + 1, name.size() - open - 2)));
  }
  const std::size_t bar = name.rfind('_');
  if (bar == std::string_view::npos || !microvolts_per(name.substr(bar + 1))) return {};
  return std::string(name.substr(bar + 1));
}

}  // namespace semg
