// SPDX-License-Identifier: BSD-3-Clause
#include "engine/cycles/latencies.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/statistics/spread.hpp"
#include "engine/summary_group.hpp"

namespace semg {
namespace {

/// Index of the onset nearest to a row, the earlier of two as near; `onsets` is not empty.
std::size_t nearest(std::span<const std::int64_t> onsets, std::int64_t row) {
  const auto after = static_cast<std::size_t>(std::lower_bound(onsets.begin(), onsets.end(), row) - onsets.begin());
  if (after == 0) return 0;
  if (after == onsets.size()) return after - 1;
  return row - onsets[after - 1] <= onsets[after] - row ? after - 1 : after;
}

}  // namespace

std::vector<std::int64_t> rows_to_next_onset(std::span<const std::int64_t> cues, std::span<const std::int64_t> onsets) {
  std::vector<std::int64_t> rows;
  for (std::size_t k = 0; k < cues.size(); ++k) {
    const auto at = std::lower_bound(onsets.begin(), onsets.end(), cues[k]);
    if (at != onsets.end() && (k + 1 == cues.size() || *at < cues[k + 1])) rows.push_back(*at - cues[k]);
  }
  return rows;
}

std::vector<std::int64_t> rows_to_nearest_onset(std::span<const std::int64_t> from, std::span<const std::int64_t> to) {
  std::vector<std::int64_t> rows;
  if (to.empty()) return rows;
  for (std::size_t k = 0; k < from.size(); ++k) {
    const std::int64_t other = to[nearest(to, from[k])];
    if (nearest(from, other) == k) rows.push_back(other - from[k]);
  }
  return rows;
}

Latencies::Latencies(const Recording& recording, const Settings& settings, const std::string& name)
    : recording_(recording), cue_(cue_from(settings.latency.from)) {
  if (!cue_) return;
  check_cue(*cue_, recording, name + ": latency.from");
  if (cue_->from == Cue::From::activation) cue_channel_ = channel_of(recording, cue_->name, name + ": latency.from");
}

void Latencies::write(const Activation& activation) {
  if (cue_) activations_.push_back(activation);
}

std::vector<double> Latencies::seconds(std::span<const CueRow> cues, int channel, std::size_t part) const {
  const int period = recording_.periods.empty() ? -1 : static_cast<int>(part);
  std::vector<std::int64_t> from, to;
  for (const CueRow& cue : cues) {
    if (cue.period == period) from.push_back(cue.row);
  }
  for (const Activation& a : activations_) {
    if (a.channel == channel && a.period == period) to.push_back(a.onset_row);
  }
  std::sort(to.begin(), to.end());
  std::vector<double> out;
  for (const std::int64_t rows : cue_channel_ < 0 ? rows_to_next_onset(from, to) : rows_to_nearest_onset(from, to))
    out.push_back(static_cast<double>(rows) / recording_.stream.fs_hz);
  return out;
}

std::vector<SummaryRow> Latencies::rows(const std::vector<ChannelBrief>& briefs, Summary::RestFrom rest_from) const {
  std::vector<SummaryRow> out;
  if (!cue_) return out;
  const std::vector<CueRow> cues = cue_rows(*cue_, recording_, activations_);
  for (const SummaryGroup& group : summary_groups(recording_.periods)) {
    const auto in_group = [&](const CueRow& cue) {
      return std::find(group.parts.begin(), group.parts.end(), static_cast<std::size_t>(std::max(cue.period, 0))) != group.parts.end();
    };
    if (std::none_of(cues.begin(), cues.end(), in_group)) continue;
    for (int c = 0; c < static_cast<int>(briefs.size()); ++c) {
      if (c == cue_channel_) continue;
      std::vector<double> values;
      for (const std::size_t part : group.parts) {
        const std::vector<double> of_part = seconds(cues, c, part);
        if (!group.over_repetitions) {
          values.insert(values.end(), of_part.begin(), of_part.end());
        } else if (!of_part.empty()) {
          values.push_back(spread_of(of_part).mean);
        }
      }
      const ChannelBrief& brief = briefs[static_cast<std::size_t>(c)];
      const bool is_active = std::any_of(activations_.begin(), activations_.end(), [&](const Activation& a) { return a.channel == c; });
      const bool can_tell = brief.edited || (brief.rest && (rest_from == Summary::RestFrom::given || is_active));
      SummaryRow row{.channel = c,
                     .task = group.task,
                     .repetition = group.repetition,
                     .feature = "latency",
                     .statistic = "mean",
                     .value = {},
                     .unit = "s",
                     .ci_low = {},
                     .ci_high = {},
                     .n = static_cast<std::int64_t>(values.size()),
                     .n_unit = group.over_repetitions ? "repetitions" : "activations",
                     .reason = can_tell ? Reason::not_active : Reason::no_rest};
      if (!values.empty()) {
        const Spread spread = spread_of(values);
        row.value = spread.mean;
        row.reason = Reason::ok;
        if (const auto interval = interval_of(spread, 0.95)) {
          row.ci_low = interval->low;
          row.ci_high = interval->high;
        }
      }
      out.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace semg
