// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/input_survey.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace semg {

bool InputFacts::looks_held() const noexcept {
  return rows > 0 && repeated_share() >= 0.6;
}

bool InputFacts::looks_like_envelope() const noexcept {
  return rows > 0 && minimum >= 0 && maximum > 0 && minimum < 0.05 * maximum && skewness > 0.5;
}

InputSurvey::InputSurvey(const StreamInfo& info) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  for (const semg::Channel& ch : info.channels) {
    channels_.push_back({.seen = {},
                         .rail_low = static_cast<float>(ch.rail_low.value_or(-kNone)),
                         .rail_high = static_cast<float>(ch.rail_high.value_or(kNone))});
  }
}

void InputSurvey::push(const Block& raw) noexcept {
  if (raw.first != next_row_) {
    for (Channel& ch : channels_) ch.run = 0;
  }
  next_row_ = raw.end();
  for (std::size_t r = 0; r < raw.rows(); ++r) {
    const auto row = raw.row(r);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      Channel& ch = channels_[c];
      const float x = row[c];
      if (!std::isfinite(x)) {
        ++ch.seen.not_finite;
        ch.run = 0;
        continue;
      }
      if (ch.seen.rows++ == 0) {
        ch.origin = x;
        ch.seen.minimum = ch.seen.maximum = x;
      }
      ch.run = ch.run > 0 && x == ch.last ? ch.run + 1 : 1;
      ch.last = x;
      // FNV-1a over whole samples. Source: Fowler, Noll, Vo, Eastlake, draft-eastlake-fnv. 0 and -0 are one value.
      ch.hash = (ch.hash ^ std::bit_cast<std::uint32_t>(x + 0.0F)) * 1099511628211ULL;
      ch.seen.repeated += ch.run > 1;
      ch.seen.longest_run = std::max(ch.seen.longest_run, ch.run);
      ch.seen.clipped += x <= ch.rail_low || x >= ch.rail_high;
      if (x < ch.seen.minimum) ch.seen.minimum = x, ch.at_lowest = 0;
      if (x > ch.seen.maximum) ch.seen.maximum = x, ch.at_highest = 0;
      if (ch.run >= 3) {
        const std::int64_t more = ch.run == 3 ? 3 : 1;
        ch.at_lowest += x <= ch.seen.minimum ? more : 0;
        ch.at_highest += x >= ch.seen.maximum ? more : 0;
      }
      const double d = x - ch.origin;
      ch.sum += d;
      ch.squares += d * d;
      ch.cubes += d * d * d;
    }
  }
}

InputFacts InputSurvey::facts(std::size_t channel) const noexcept {
  const Channel& ch = channels_[channel];
  InputFacts facts = ch.seen;
  if (facts.rows == 0) return facts;
  if (facts.minimum < facts.maximum) {
    facts.hash = ch.hash;
    facts.at_extreme = ch.at_lowest + ch.at_highest;
  }
  const double n = static_cast<double>(facts.rows);
  const double shift = ch.sum / n;
  const double variance = std::max(0.0, ch.squares / n - shift * shift);
  facts.mean = ch.origin + shift;
  facts.deviation = std::sqrt(variance);
  if (variance > 0)
    facts.skewness = (ch.cubes / n - 3.0 * shift * ch.squares / n + 2.0 * shift * shift * shift) / (variance * facts.deviation);
  return facts;
}

}  // namespace semg
