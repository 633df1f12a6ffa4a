// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/text_clock.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "io/formats/text_cells.hpp"
#include "io/formats/voltage_unit.hpp"

namespace semg {

void Steps::push(double value) noexcept {
  if (count == 0) {
    first = value;
  } else {
    const double step = value - last;
    smallest = count == 1 ? step : std::min(smallest, step);
    largest = count == 1 ? step : std::max(largest, step);
  }
  last = value;
  ++count;
}

bool Steps::even() const noexcept {
  return mean() > 0 && smallest >= 0.5 * mean() - quantum && largest <= 1.5 * mean() + quantum;
}

bool Steps::constant() const noexcept {
  const double rounding = 2 * quantum + 4e-15 * std::max(std::abs(first), std::abs(last));
  return count >= 3 && smallest > 0 && largest - smallest <= std::min(rounding, 0.5 * mean());
}

bool names_time(std::string_view name) {
  const std::string word = lowered(trimmed(name));
  constexpr std::array<std::string_view, 6> kWords = {"time", "t", "x[s]", "timestamp", "timestamps", "times"};
  if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
  const bool begins = word.starts_with("time") || word.starts_with("t_") || word.starts_with("t (") || word.starts_with("t [") ||
                      word.starts_with("t(") || word.starts_with("t[");
  return begins && seconds_per(name).has_value();
}

std::optional<double> seconds_per(std::string_view unit_or_name) {
  std::string unit = lowered(unit_of_name(unit_or_name));
  if (unit.empty()) {
    unit = lowered(trimmed(unit_or_name));
    const std::size_t bar = unit.rfind('_');
    if (bar != std::string::npos) unit = unit.substr(bar + 1);
  }
  if (unit == "s" || unit == "sec" || unit == "second" || unit == "seconds") return 1.0;
  if (unit == "ms" || unit == "msec" || unit == "milliseconds") return 1e-3;
  if (unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs" || unit == "usec" || unit == "microseconds") return 1e-6;
  if (unit == "min" || unit == "minutes") return 60.0;
  return std::nullopt;
}

double rate_of(const Steps& steps, double seconds) noexcept {
  if (!(steps.mean() > 0)) return 0;
  const double rate = 1 / (steps.mean() * seconds);
  const double doubt = std::max(1e-7, 2 * steps.quantum / (steps.last - steps.first));  // relative: both ends are rounded
  return std::abs(rate - std::round(rate)) <= doubt * rate ? std::round(rate) : rate;
}

}  // namespace semg
