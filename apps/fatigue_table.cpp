// SPDX-License-Identifier: BSD-3-Clause
#include "apps/fatigue_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "apps/frame_tables.hpp"
#include "engine/joint_analysis.hpp"

namespace semg {
namespace {

constexpr double kConfidence = 0.95;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Of one period and all channels.
struct Epochs {
  std::vector<std::int64_t> first_row;
  std::int64_t rows = 0;
  std::vector<double> mdf;      // [epochs x channels]; NaN where not valid
  std::vector<double> squares;  // [epochs x channels] sum of RMS^2 over amplitude windows inside
  std::vector<double> active;   // sum of their active fraction; NaN where it cannot be told
  std::vector<double> windows;  // how many of them are valid
  std::vector<Reason> reason;   // [channels] the last one met
};

std::vector<Epochs> epochs_of(const FeaturesReader& features) {
  const Recording& recording = features.head().recording;
  const std::size_t channels = recording.stream.channels.size();
  std::vector<Epochs> all(std::max<std::size_t>(recording.periods.size(), 1));
  for (Epochs& e : all) e.reason.resize(channels, Reason::too_short);
  each_window(features, WindowKind::spectrum, [&](const StoredWindows& w, std::size_t k) {
    Epochs& e = all[static_cast<std::size_t>(std::max(w.period[k], 0))];
    if (!e.first_row.empty() && w.first_row[k] < e.first_row.back() + e.rows) return;
    e.first_row.push_back(w.first_row[k]);
    e.rows = w.rows[k];
    for (std::size_t c = 0; c < channels; ++c) {
      e.mdf.push_back(w.first[k * channels + c]);
      if (w.reason[k * channels + c] != Reason::ok) e.reason[c] = w.reason[k * channels + c];
    }
  });
  for (Epochs& e : all) {
    for (auto* sums : {&e.squares, &e.active, &e.windows}) sums->resize(e.mdf.size());
  }
  each_window(features, WindowKind::amplitude, [&](const StoredWindows& w, std::size_t k) {
    Epochs& e = all[static_cast<std::size_t>(std::max(w.period[k], 0))];
    const auto after = std::upper_bound(e.first_row.begin(), e.first_row.end(), w.first_row[k]);
    if (after == e.first_row.begin() || w.first_row[k] + w.rows[k] > *(after - 1) + e.rows) return;
    const auto epoch = static_cast<std::size_t>(after - e.first_row.begin() - 1);
    for (std::size_t c = 0; c < channels; ++c) {
      const std::size_t from = k * channels + c, to = epoch * channels + c;
      if (w.reason[from] != Reason::ok) continue;
      e.squares[to] += static_cast<double>(w.first[from]) * w.first[from];
      e.active[to] += w.active_fraction[from];
      ++e.windows[to];
    }
  });
  return all;
}

void write_slope(TableWriter& out, const FatigueSlope& of) {
  const auto interval = [&](const std::optional<Interval>& i) {
    out.number(i ? std::optional(i->low) : std::nullopt).number(i ? std::optional(i->high) : std::nullopt);
  };
  out.number(of.line.intercept.mean).number(of.line.slope.mean);
  interval(of.slope);
  out.number(of.normalised_pct_s);
  interval(of.normalised);
  out.number(of.line.r_squared).number(of.robust ? of.robust->slope : kNone);
  interval(of.robust ? of.robust->slope_interval : std::nullopt);
}

}  // namespace

const TableDefinition& fatigue_table() {
  static const TableDefinition table = {
      "fatigue",
      with_subject(
          {{"epoch_s", "number", "s", "", "length of an epoch; epochs do not overlap", "分段时长（不重叠）"},
           {"n", "integer", "", "", "epochs in which the muscle was active and both measures are valid", "有效分段数"},
           {"mdf_start", "number", "Hz", "", "median frequency at the start of the period, by the line of least squares", "中值频率初始值"},
           {"mdf_slope", "number", "Hz/s", "", "its change per second, by least squares", "中值频率斜率（最小二乘）"},
           {"mdf_slope_ci_low", "number", "Hz/s", "", "lower end of its 95 % interval", "斜率95%区间下限"},
           {"mdf_slope_ci_high", "number", "Hz/s", "", "upper end of it", "斜率95%区间上限"},
           {"mdf_slope_pct", "number", "%/s", "", "the slope over the start", "归一化斜率"},
           {"mdf_slope_pct_ci_low", "number", "%/s", "", "lower end of its 95 % interval (Fieller)", "归一化斜率95%区间下限"},
           {"mdf_slope_pct_ci_high", "number", "%/s", "", "upper end of it", "归一化斜率95%区间上限"},
           {"mdf_r2", "number", "1", "", "share of the variation that the line explains", "决定系数"},
           {"mdf_theil_sen", "number", "Hz/s", "", "change per second by Theil and Sen; empty of more than 2000 epochs", "Theil-Sen斜率"},
           {"mdf_theil_sen_ci_low", "number", "Hz/s", "", "lower end of its 95 % interval", "Theil-Sen斜率95%区间下限"},
           {"mdf_theil_sen_ci_high", "number", "Hz/s", "", "upper end of it", "Theil-Sen斜率95%区间上限"},
           {"amplitude_unit", "text", "", "uV;a.u.", "unit of rms", "幅值单位"},
           {"rms_start", "number", "", "", "RMS at the start of the period, by the line of least squares", "均方根初始值"},
           {"rms_slope", "number", "", "", "its change per second", "均方根斜率（最小二乘）"},
           {"rms_slope_ci_low", "number", "", "", "lower end of its 95 % interval", "斜率95%区间下限"},
           {"rms_slope_ci_high", "number", "", "", "upper end of it", "斜率95%区间上限"},
           {"rms_slope_pct", "number", "%/s", "", "the slope over the start", "归一化斜率"},
           {"rms_slope_pct_ci_low", "number", "%/s", "", "lower end of its 95 % interval (Fieller)", "归一化斜率95%区间下限"},
           {"rms_slope_pct_ci_high", "number", "%/s", "", "upper end of it", "归一化斜率95%区间上限"},
           {"rms_r2", "number", "1", "", "share of the variation that the line explains", "决定系数"},
           {"rms_theil_sen", "number", "", "", "change per second by Theil and Sen; empty of more than 2000 epochs", "Theil-Sen斜率"},
           {"rms_theil_sen_ci_low", "number", "", "", "lower end of its 95 % interval", "Theil-Sen斜率95%区间下限"},
           {"rms_theil_sen_ci_high", "number", "", "", "upper end of it", "Theil-Sen斜率95%区间上限"},
           {"joint", "text", "", "undecided;both_increase;amplitude_increase;frequency_increase;both_decrease",
            "what increases, as far as neither interval holds 0: both, RMS while MDF decreases, MDF while RMS decreases, or neither (JASA)",
            "联合分析（JASA）：幅值与频率的变化方向"},
           kValidColumn,
           kReasonColumn})};
  return table;
}

void write_fatigue(TableWriter& out, const FeaturesReader& features) {
  const Recording& recording = features.head().recording;
  const auto& channels = recording.stream.channels;
  const double fs_hz = recording.stream.fs_hz;
  const std::vector<Epochs> all = epochs_of(features);
  for (std::size_t p = 0; p < all.size(); ++p) {
    const Epochs& e = all[p];
    const bool is_period = p < recording.periods.size();
    const std::int64_t start = is_period ? recording.periods[p].first_row : 0;
    for (std::size_t c = 0; c < channels.size(); ++c) {
      std::vector<double> t_s, rms, mdf;
      Reason reason = e.reason[c];
      for (std::size_t k = 0; k < e.first_row.size(); ++k) {
        const std::size_t at = k * channels.size() + c;
        if (!std::isfinite(e.mdf[at]) || e.windows[at] == 0) continue;
        if (e.active[at] < 0.5 * e.windows[at]) {  // false where it cannot be told
          reason = Reason::not_active;
          continue;
        }
        t_s.push_back((static_cast<double>(e.first_row[k] - start) + static_cast<double>(e.rows) / 2) / fs_hz);
        rms.push_back(std::sqrt(e.squares[at] / e.windows[at]));
        mdf.push_back(e.mdf[at]);
      }
      const auto found = joint_analysis(t_s, rms, mdf, kConfidence);
      write_subject(out, recording, is_period ? recording.periods[p].task : "", is_period ? recording.periods[p].repetition : 0, c);
      out.number(e.rows > 0 ? static_cast<double>(e.rows) / fs_hz : kNone).integer(static_cast<std::int64_t>(t_s.size()));
      constexpr int kSlopeColumns = 11;
      const auto slope = [&](const FatigueSlope* of) {
        if (of != nullptr) return write_slope(out, *of);
        for (int k = 0; k < kSlopeColumns; ++k) out.empty();
      };
      slope(found ? &found->frequency : nullptr);
      out.text(to_string(channels[c].unit));
      slope(found ? &found->amplitude : nullptr);
      if (found) {
        out.text(to_string(found->change)).logical(true).text("");
      } else {
        out.empty().logical(false).text(to_string(t_s.empty() ? reason : Reason::too_short));
      }
      out.end_row();
    }
  }
}

}  // namespace semg
