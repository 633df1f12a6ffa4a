// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/hodges_bui.hpp"

#include <algorithm>

namespace semg {

HodgesBui::HodgesBui(double fs_hz, const HodgesBuiRule& rule)
    : spreads_(rule.spreads),
      statistic_(statistic(fs_hz, rule)),
      window_(rows_of(rule.window_s, fs_hz)),
      shift_(window_.rows() - 1 + statistic_.low_pass.delay_rows()),
      persistence_({}) {}

void HodgesBui::begin(const RestMoments& rest) noexcept {
  threshold_ = threshold_above_rest(rest, spreads_);
  statistic_.low_pass.begin_at(rest[0]);
  window_.begin_at(rest[0]);
  persistence_.begin();
}

std::optional<std::int64_t> HodgesBui::push(double x) noexcept {
  const auto changed = persistence_.push(window_.push(statistic_.push(x)) > threshold_);
  if (!changed) return std::nullopt;
  return std::max<std::int64_t>(0, *changed - shift_);
}

}  // namespace semg
