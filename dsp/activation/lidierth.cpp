// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/lidierth.hpp"

namespace semg {

Lidierth::Lidierth(double fs_hz, const LidierthRule& rule)
    : spreads_(rule.spreads),
      statistic_(statistic(fs_hz, rule)),
      persistence_(
          {.on_rows = rows_of(rule.least_s, fs_hz), .gap_rows = rows_of(rule.gap_s, fs_hz), .off_rows = rows_of(rule.gap_s, fs_hz)}) {}

void Lidierth::begin(const RestMoments& rest) noexcept {
  threshold_ = threshold_above_rest(rest, spreads_);
  statistic_.mean.begin_at(rest[0]);
  persistence_.begin();
}

std::optional<std::int64_t> Lidierth::push(double x) noexcept {
  return persistence_.push(statistic_.push(x) > threshold_);
}

}  // namespace semg
