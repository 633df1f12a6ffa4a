// SPDX-License-Identifier: BSD-3-Clause
#include "apps/cycle_tables.hpp"

#include <string>

#include "apps/frame_tables.hpp"

namespace semg {
namespace {

constexpr const char* kReasons = "gap;not_finite;settling;flat;clipped;too_short;too_long";

const TableDefinition& cycles_table() {
  static const TableDefinition table = {
      "cycles",
      with_subject({{"index", "integer", "", "", "number of the cycle in the recording, from 1", "该记录内的周期序号"},
                    {"t_start_s", "number", "s", "", "the event or onset that begins it, from the recording's first row", "周期起点"},
                    {"t_end_s", "number", "s", "", "the next one", "周期终点"},
                    {"duration_s", "number", "s", "", "end minus start", "周期时长"},
                    {"amplitude_unit", "text", "", "uV;a.u.", "unit of rms, arv and peak", "幅值单位"},
                    {"rms", "number", "", "", "root mean square", "均方根值"},
                    {"arv", "number", "", "", "average rectified value (AEMG)", "平均整流值（AEMG）"},
                    {"peak", "number", "", "", "largest value of the linear envelope", "线性包络峰值"},
                    {"peak_pct", "number", "%", "", "where that is, in percent of the cycle", "峰值时刻占周期百分比"},
                    {"active_share", "number", "1", "", "part of the cycle in which the muscle is active; empty: no rest level is known",
                     "激活时间占周期比例；空表示静息水平未知"},
                    {"onset_pct", "number", "%", "", "first onset in it; empty: none", "周期内首次激活起始百分比；空表示无"},
                    {"offset_pct", "number", "%", "", "first offset in it; empty: none", "周期内首次激活结束百分比；空表示无"},
                    kValidColumn,
                    {"reason", "text", "", kReasons, "why not; the cycle is then in no mean", "无效原因；无效周期不计入平均"},
                    {"antagonist", "text", "", "", "channel whose co-contraction with this one follows; empty: none was asked for",
                     "拮抗肌通道；空表示未要求"},
                    {"falconer_winter_pct", "number", "%", "", "common area of both envelopes, over their references",
                     "共同收缩指数（Falconer-Winter），包络按参考归一化"},
                    {"rudolph", "number", "1", "", "co-contraction index of Rudolph, over their references",
                     "共同收缩指数（Rudolph），包络按参考归一化"},
                    {"antagonist_share_pct", "number", "%", "", "CR: antagonist's share of the integrated envelopes, over their references",
                     "协同收缩率CR：拮抗肌占两肌积分包络之比，包络按参考归一化"},
                    {"pair_reason", "text", "", kReasons, "why these three are empty: either channel's cycle, or its reference",
                     "共同收缩无效原因：任一通道周期无效或无参考"}})};
  return table;
}

const TableDefinition& ensemble_table() {
  static const TableDefinition table = {
      "ensemble",
      with_subject(
          {{"percent", "integer", "%", "", "of the cycle, 0 to 100", "周期百分比，0至100"},
           {"unit", "text", "", "uV;a.u.", "unit of the envelope", "包络单位"},
           {"mean", "number", "", "", "mean of the linear envelope over valid cycles; empty: there is none",
            "有效周期线性包络的均值；空表示无有效周期"},
           {"sd", "number", "", "", "standard deviation between cycles", "周期间标准差"},
           {"ci_low", "number", "", "", "lower end of the 95 % interval of the mean, at this percent alone", "均值95%区间下限（逐点）"},
           {"ci_high", "number", "", "", "upper end of the 95 % interval of the mean, at this percent alone", "均值95%区间上限（逐点）"},
           {"n", "integer", "", "", "valid cycles", "有效周期数"}})};
  return table;
}

}  // namespace

CycleTables::CycleTables(const std::filesystem::path& folder) : cycles_(folder, cycles_table()), ensemble_(folder, ensemble_table()) {}

void CycleTables::write(const FeaturesReader& features) {
  const Recording& recording = features.head().recording;
  const auto& channels = recording.stream.channels;
  const auto seconds = [&](std::int64_t row) { return static_cast<double>(row) / recording.stream.fs_hz; };
  for (const Cycle& c : features.cycles()) {
    const auto channel = static_cast<std::size_t>(c.channel);
    const auto periods = static_cast<int>(recording.periods.size());
    const Period period = c.period >= 0 && c.period < periods ? recording.periods[static_cast<std::size_t>(c.period)] : Period{};
    write_subject(cycles_, recording, period.task, period.repetition, channel);
    cycles_.integer(c.index).number(seconds(c.first_row)).number(seconds(c.end_row)).number(seconds(c.end_row - c.first_row));
    cycles_.text(to_string(channels[channel].unit));
    for (const float value : {c.rms, c.arv, c.peak, c.peak_pct, c.active_share, c.onset_pct, c.offset_pct}) cycles_.number(value);
    cycles_.logical(c.reason == Reason::ok).text(to_string(c.reason));
    cycles_.text(c.antagonist < 0 ? std::string() : channels[static_cast<std::size_t>(c.antagonist)].label);
    for (const float value : {c.falconer_winter_pct, c.rudolph, c.antagonist_share_pct}) cycles_.number(value);
    cycles_.text(to_string(c.pair_reason)).end_row();
  }
  for (const EnsemblePoint& p : features.ensemble()) {
    write_subject(ensemble_, recording, p.task, 0, static_cast<std::size_t>(p.channel));
    ensemble_.integer(p.percent).text(to_string(channels[static_cast<std::size_t>(p.channel)].unit));
    ensemble_.number(p.mean).number(p.sd).number(p.ci_low).number(p.ci_high).integer(p.n).end_row();
  }
}

void CycleTables::finish() {
  cycles_.finish();
  ensemble_.finish();
}

std::vector<TableDefinition> CycleTables::definitions() {
  return {cycles_table(), ensemble_table()};
}

}  // namespace semg
