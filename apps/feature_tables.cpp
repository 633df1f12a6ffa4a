// SPDX-License-Identifier: BSD-3-Clause
#include "apps/feature_tables.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/cycle_tables.hpp"
#include "apps/fatigue_table.hpp"
#include "apps/frame_tables.hpp"
#include "dsp/error.hpp"
#include "io/features_file.hpp"

namespace semg {
namespace {

template <class Words>
std::string joined(const Words& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ";") + std::string(word);
  return text;
}

const TableDefinition& summary_table() {
  static const TableDefinition table = {
      "summary",
      with_subject(
          {{"feature", "text", "",
            "rms_active;rms_rest;arv_active;iemg_active;mdf_active;mnf_active;rms;mdf;mnf;activation_count;duration;active_fraction;"
            "mdf_slope;snr;latency",
            "what was measured", "特征"},
           {"statistic", "text", "", "geometric_mean;mean;root_mean_square;level;count;share;slope", "how it was summarised", "统计量"},
           {"value", "number", "", "", "the value; empty where it is not valid", "数值"},
           {"unit", "text", "", "", "unit of the value", "单位"},
           {"ci_low", "number", "", "", "lower end of the 95 % interval", "95%区间下限"},
           {"ci_high", "number", "", "", "upper end of the 95 % interval", "95%区间上限"},
           {"n", "integer", "", "", "how many were summarised", "样本数"},
           {"n_unit", "text", "", "activations;repetitions;windows;rest", "what n counts", "样本单位"},
           kValidColumn,
           kReasonColumn})};
  return table;
}

const TableDefinition& quality_table() {
  static const TableDefinition table = [] {
    static const std::string metrics = joined(kMetricWords), gates = joined(kGatesWords);
    std::vector<TableColumn> columns =
        with_subject({{"metric", "text", "", metrics.c_str(),
                       "what was looked at: signal-to-noise ratio; RMS at rest; mains hum over EMG; signal to motion, signal to noise, "
                       "drop in power density "
                       "and deformation of the raw spectrum; power below 20 Hz; samples at a rail; samples in runs at the extremes where "
                       "no rail is known; "
                       "longest run of equal samples; samples equal to the one before; samples missing; spikes at rest; time between heart "
                       "beats that were "
                       "found; strongest correlation with another channel; RMS in the EMG band",
                       "质量指标：信噪比；静息均方根；工频干扰比；原始谱的运动伪迹比、噪声比、功率密度落差和谱形变；20 "
                       "Hz以下功率占比；削波占比；未知量程时极值连续占比；最长平直段；"
                       "重复采样占比；缺失占比；尖峰率；心电占比；串扰；频带均方根"},
                      {"value", "number", "", "",
                       "its value over the whole recording; empty where it could not be told, or where there is nothing to tell",
                       "整段记录的数值；空表示无法判断或不适用"},
                      {"unit", "text", "", "", "unit of the value", "单位"},
                      {"verdict", "text", "", "pass;warn;fail", "what the rules say of the value", "判定：通过、警告、不合格"},
                      {"rule", "text", "", "", "the rule that fired: metric, limit, unit; in brackets what the value is about; empty: none",
                       "触发的规则：指标、阈值、单位；空表示未触发"},
                      {"gates", "text", "", gates.c_str(),
                       "what the fault makes invalid: nothing, it is for the reader; windows that hold too much of it; frequencies, MDF "
                       "and MNF of windows and "
                       "activations that it is too strong in; activation, which cannot be told",
                       "该缺陷使何者无效：nothing 仅供参考；windows 受影响的窗口；frequencies 中值和平均频率；activation 激活判断"},
                      {"reason", "text", "", kReasonColumn.levels, "the reason that invalid values carry; or why there is no value here",
                       "无效值所带原因，或此处无数值的原因"}});
    std::erase_if(columns, [](const TableColumn& column) {
      const std::string_view name = column.name;
      return name == "task" || name == "repetition";
    });
    return TableDefinition{"quality", columns};
  }();
  return table;
}

void write_windows(FrameTables& out, const FeaturesReader& features, WindowKind kind) {
  const Recording& recording = features.head().recording;
  const std::size_t channels = recording.stream.channels.size();
  each_window(features, kind, [&](const StoredWindows& w, std::size_t k) {
    const auto of_window = [&](const auto& values) { return std::span(values).subspan(k * channels, channels); };
    FeatureFrame frame{.kind = kind,
                       .first_row = w.first_row[k],
                       .rows = w.rows[k],
                       .period = w.period[k],
                       .first = of_window(w.first),
                       .second = of_window(w.second),
                       .active_fraction = {},
                       .more = std::span(w.more).subspan(k * w.columns * channels, w.columns * channels),
                       .reason = of_window(w.reason)};
    if (kind == WindowKind::amplitude) frame.active_fraction = of_window(w.active_fraction);
    out.write(recording, frame);
  });
}

void write_activations(FrameTables& out, const FeaturesReader& features) {
  const Recording& recording = features.head().recording;
  std::vector<std::int64_t> index(recording.stream.channels.size());
  for (const Activation& a : features.activations()) out.write(recording, a, ++index[static_cast<std::size_t>(a.channel)]);
}

void write_summary(TableWriter& out, const FeaturesReader& features) {
  for (const SummaryRow& r : features.summary()) {
    write_subject(out, features.head().recording, r.task, r.repetition, static_cast<std::size_t>(r.channel));
    out.text(r.feature).text(r.statistic).number(r.value).text(r.unit).number(r.ci_low).number(r.ci_high).integer(r.n).text(r.n_unit);
    out.logical(r.reason == Reason::ok).text(to_string(r.reason)).end_row();
  }
}

void write_quality(TableWriter& out, const FeaturesReader& features) {
  const Recording& recording = features.head().recording;
  for (const QualityFinding& f : features.quality()) {
    const Channel& channel = recording.stream.channels[static_cast<std::size_t>(f.channel)];
    out.text(recording.recording_id).text(recording.participant_id).text(recording.visit_id);
    out.text(channel.label).text(channel.muscle).text(to_string(channel.side));
    out.text(f.metric).number(f.value).text(f.unit).text(to_string(f.verdict)).text(f.rule).text(f.gates).text(f.reason).end_row();
  }
}

}  // namespace

void write_feature_tables(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& features,
                          const std::vector<TableDefinition>& more) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw Error(Fault::cannot_create, fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
  FrameTables frames(folder);
  TableWriter summary(folder, summary_table());
  TableWriter fatigue(folder, fatigue_table());
  TableWriter quality(folder, quality_table());
  std::optional<CycleTables> cycles;  // where one of the recordings was asked for them
  for (const auto& path : features) {
    const FeaturesReader reader(path);
    write_windows(frames, reader, WindowKind::amplitude);
    write_windows(frames, reader, WindowKind::spectrum);
    write_activations(frames, reader);
    write_summary(summary, reader);
    write_fatigue(fatigue, reader);
    write_quality(quality, reader);
    if (!reader.has_cycles()) continue;
    if (!cycles) cycles.emplace(folder);
    cycles->write(reader);
  }
  frames.finish();
  summary.finish();
  fatigue.finish();
  quality.finish();
  std::vector<TableDefinition> tables = FrameTables::definitions();
  tables.push_back(summary_table());
  tables.push_back(fatigue_table());
  tables.push_back(quality_table());
  tables.insert(tables.end(), more.begin(), more.end());
  if (cycles) {
    cycles->finish();
    for (const TableDefinition& table : CycleTables::definitions()) tables.push_back(table);
  }
  write_codebook(folder, tables);
}

}  // namespace semg
