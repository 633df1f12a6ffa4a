// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/tkeo.hpp"

#include <algorithm>

namespace semg {

Tkeo::Tkeo(double fs_hz, const TkeoRule& rule)
    : spreads_(rule.spreads),
      statistic_(statistic(fs_hz, rule)),
      shift_(1 + statistic_.low_pass.delay_rows()),
      persistence_({.on_rows = rows_of(rule.least_s, fs_hz), .gap_rows = 1, .off_rows = rows_of(rule.least_s, fs_hz)}) {}

void Tkeo::begin(const RestMoments& rest) noexcept {
  threshold_ = threshold_above_rest(rest, spreads_);
  statistic_.begin();
  statistic_.low_pass.begin_at(rest[0]);
  persistence_.begin();
}

std::optional<std::int64_t> Tkeo::push(double x) noexcept {
  const auto changed = persistence_.push(statistic_.push(x) > threshold_);
  if (!changed) return std::nullopt;
  return std::max<std::int64_t>(0, *changed - shift_);
}

}  // namespace semg
