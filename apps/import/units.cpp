// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/units.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/voltage_unit.hpp"

namespace semg {

AskedUnit asked_unit_from(const std::string& word) {
  AskedUnit asked;
  if (word.empty()) return asked;
  if (word == "a.u.") {
    asked.arbitrary = true;
    return asked;
  }
  asked.microvolts = microvolts_per(word);
  if (asked.microvolts) return asked;
  double number = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (fault != std::errc() || end != word.data() + word.size() || !(number > 0) || !std::isfinite(number)) {
    throw Error(Fault::usage, "--unit: found " + word + ", expected V, mV, uV, nV, a.u. or a number of microvolts per count");
  }
  asked.microvolts_per_count = number;
  return asked;
}

ScaledTerm scaled_term(const ForeignChannel& channel, std::size_t index, const AskedUnit& asked, const std::string& file,
                       std::vector<ForeignWarning>& warnings) {
  const auto own = microvolts_per(channel.unit);
  if (!(channel.scale > 0) || !std::isfinite(channel.scale) || !std::isfinite(channel.offset)) {
    throw Error(Fault::data, fmt::format("{}: gain of {}: found {:g}, expected one above 0", file, channel.label, channel.scale));
  }
  ScaledTerm result{{index, channel.scale, channel.offset, 0, channel.count_low, channel.count_high}, 0};
  Term& term = result.term;
  if (asked.arbitrary) {
    result.conversion = term.scale;
  } else if (asked.microvolts_per_count) {
    if (own)
      warnings.push_back(
          {"unit_contradicts", channel.label,
           fmt::format("found {} in the file, taken as counts of {:g} uV as stated", channel.unit, *asked.microvolts_per_count)});
    term.scale = *asked.microvolts_per_count;
    term.offset = 0;
    result.conversion = term.scale * 1e-6;
  } else {
    if (!own && !channel.unit.empty()) {
      throw Error(Fault::data,
                  fmt::format("{}: unit of {}: found {}, expected V, mV, uV or nV; leave it out, or import it with --unit a.u.", file,
                              channel.label, channel.unit));
    }
    if (!own && !asked.microvolts) {
      throw Error(Fault::data,
                  fmt::format("{}: unit of {}: found none, expected --unit V, mV, uV, nV, a.u. or a number of microvolts per count", file,
                              channel.label));
    }
    if (own && asked.microvolts && *own != *asked.microvolts) {
      warnings.push_back({"unit_contradicts", channel.label, fmt::format("found {} in the file, taken as stated", channel.unit)});
    }
    const double microvolts = asked.microvolts.value_or(own.value_or(1));
    result.conversion = term.scale * (microvolts * 1e-6);
    term.scale *= microvolts;
    term.offset *= microvolts;
  }
  term.shift = std::nearbyint(term.offset / term.scale);
  return result;
}

}  // namespace semg
