// SPDX-License-Identifier: BSD-3-Clause
#include "apps/feature_tables.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/features_file.hpp"
#include "io/table.hpp"

namespace semg {
namespace {

constexpr const char* kSides = "left;right;none";
constexpr const char* kReasons =
    "gap;not_finite;settling;flat;clipped;held_samples;envelope_input;rate_below_band;line;low_snr;no_rest;too_short;duplicate_channel;"
    "not_active";

/// The columns that say what a row is about; every table begins with them.
std::vector<TableColumn> with_subject(std::vector<TableColumn> more) {
  std::vector<TableColumn> columns = {
      {"recording_id", "id", "", "", "recording", "记录编号"},
      {"participant_id", "id", "", "", "participant, a pseudonym", "受试者代号"},
      {"visit_id", "id", "", "", "visit", "访视"},
      {"task", "text", "", "", "task of the period; empty: the whole recording", "任务；空表示整段记录"},
      {"repetition", "integer", "", "", "repetition of the task; empty: not numbered, or all of them", "任务重复序号；空表示未编号或全部"},
      {"channel", "text", "", "", "channel as the device named it", "通道"},
      {"muscle", "text", "", "", "muscle", "肌肉"},
      {"side", "text", "", kSides, "side of the body", "侧别"},
  };
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

const TableColumn kValid = {"valid", "logical", "", "TRUE;FALSE", "whether the value may be used", "是否有效"};
const TableColumn kReason = {"reason", "text", "", kReasons, "why not; several joined by ;", "无效原因，多个以分号分隔"};

const TableDefinition& windows_table() {
  static const TableDefinition table = {
      "windows", with_subject({{"t_start_s", "number", "s", "", "start of the window, from the recording's first row", "窗口起点"},
                               {"t_end_s", "number", "s", "", "end of the window", "窗口终点"},
                               {"feature", "text", "", "rms;arv;mdf;mnf;active_fraction", "what was measured", "特征"},
                               {"value", "number", "", "", "the value; empty where it is not valid", "数值"},
                               {"unit", "text", "", "", "unit of the value", "单位"},
                               kValid,
                               kReason})};
  return table;
}

const TableDefinition& activations_table() {
  static const TableDefinition table = {
      "activations",
      with_subject({{"index", "integer", "", "", "number of the activation in its channel, from 1", "该通道内的激活序号"},
                    {"onset_s", "number", "s", "", "first departure from rest", "激活起始"},
                    {"offset_s", "number", "s", "", "return to rest", "激活结束"},
                    {"duration_s", "number", "s", "", "offset minus onset", "激活时长"},
                    {"amplitude_unit", "text", "", "uV;a.u.", "unit of rms, arv and peak; iemg is in it times seconds", "幅值单位"},
                    {"rms", "number", "", "", "root mean square", "均方根值"},
                    {"arv", "number", "", "", "average rectified value (AEMG)", "平均整流值（AEMG）"},
                    {"iemg", "number", "", "", "integrated EMG", "积分肌电值"},
                    {"peak", "number", "", "", "largest absolute value", "峰值"},
                    {"mdf_hz", "number", "Hz", "", "median frequency", "中值频率"},
                    {"mnf_hz", "number", "Hz", "", "mean frequency", "平均频率"},
                    {"snr_db", "number", "dB", "", "power above rest over power at rest", "信噪比"},
                    kValid,
                    kReason,
                    {"source", "text", "", "auto;edited", "who set the edges: the detector or a person", "边界来源：自动或人工"}})};
  return table;
}

const TableDefinition& summary_table() {
  static const TableDefinition table = {
      "summary",
      with_subject(
          {{"feature", "text", "",
            "rms_active;rms_rest;arv_active;iemg_active;mdf_active;mnf_active;rms;mdf;mnf;activation_count;duration;active_fraction;"
            "mdf_slope;snr",
            "what was measured", "特征"},
           {"statistic", "text", "", "geometric_mean;mean;root_mean_square;level;count;share;slope", "how it was summarised", "统计量"},
           {"value", "number", "", "", "the value; empty where it is not valid", "数值"},
           {"unit", "text", "", "", "unit of the value", "单位"},
           {"ci_low", "number", "", "", "lower end of the 95 % interval", "95%区间下限"},
           {"ci_high", "number", "", "", "upper end of the 95 % interval", "95%区间上限"},
           {"n", "integer", "", "", "how many were summarised", "样本数"},
           {"n_unit", "text", "", "activations;repetitions;windows;rest", "what n counts", "样本单位"},
           kValid,
           kReason})};
  return table;
}

/// One features file on its way into the tables.
class FeatureRows {
 public:
  FeatureRows(const FeaturesReader& features, TableWriter& windows, TableWriter& activations, TableWriter& summary)
      : features_(features), recording_(features.head().recording), windows_(windows), activations_(activations), summary_(summary) {}

  void write() {
    write_windows(WindowKind::amplitude);
    write_windows(WindowKind::spectrum);
    write_activations();
    write_summary();
  }

 private:
  void subject(TableWriter& out, const std::string& task, int repetition, std::size_t channel) {
    const Channel& ch = recording_.stream.channels[channel];
    out.text(recording_.recording_id).text(recording_.participant_id).text(recording_.visit_id).text(task);
    if (repetition > 0) {
      out.integer(repetition);
    } else {
      out.empty();
    }
    out.text(ch.label).text(ch.muscle).text(to_string(ch.side));
  }
  void subject(TableWriter& out, int period, std::size_t channel) {
    if (period < 0 || static_cast<std::size_t>(period) >= recording_.periods.size()) {
      subject(out, "", 0, channel);
    } else {
      const Period& p = recording_.periods[static_cast<std::size_t>(period)];
      subject(out, p.task, p.repetition, channel);
    }
  }
  double seconds(std::int64_t row) const { return static_cast<double>(row) / recording_.stream.fs_hz; }

  void window_row(int period, std::size_t channel, std::int64_t first, std::int64_t rows, const char* feature, float value,
                  const char* unit, Reason reason) {
    subject(windows_, period, channel);
    windows_.number(seconds(first)).number(seconds(first + rows)).text(feature).number(value).text(unit);
    windows_.logical(reason == Reason::ok).text(to_string(reason)).end_row();
  }

  void write_windows(WindowKind kind) {
    constexpr std::int64_t kAtOnce = 1024;
    const std::size_t channels = recording_.stream.channels.size();
    const bool amplitude = kind == WindowKind::amplitude;
    const std::int64_t windows = features_.windows(kind);
    for (std::int64_t first = 0; first < windows; first += kAtOnce) {
      const StoredWindows w = features_.read(kind, first, std::min(kAtOnce, windows - first));
      for (std::size_t k = 0; k < w.first_row.size(); ++k) {
        for (std::size_t c = 0; c < channels; ++c) {
          const std::size_t at = k * channels + c;
          const char* unit = amplitude ? to_string(recording_.stream.channels[c].unit) : "Hz";
          const auto row = [&](const char* feature, float value, const char* u, Reason reason) {
            window_row(w.period[k], c, w.first_row[k], w.rows[k], feature, value, u, reason);
          };
          row(amplitude ? "rms" : "mdf", w.first[at], unit, w.reason[at]);
          row(amplitude ? "arv" : "mnf", w.second[at], unit, w.reason[at]);
          if (amplitude)
            row("active_fraction", w.active_fraction[at], "1", std::isnan(w.active_fraction[at]) ? Reason::no_rest : Reason::ok);
        }
      }
    }
  }

  void write_activations() {
    std::vector<std::int64_t> index(recording_.stream.channels.size());
    for (const Activation& a : features_.activations()) {
      const auto c = static_cast<std::size_t>(a.channel);
      subject(activations_, a.period, c);
      activations_.integer(++index[c])
          .number(seconds(a.onset_row))
          .number(seconds(a.offset_row))
          .number(seconds(a.offset_row - a.onset_row));
      activations_.text(to_string(recording_.stream.channels[c].unit));
      for (const float value : {a.rms, a.arv, a.iemg, a.peak, a.mdf_hz, a.mnf_hz, a.snr_db}) activations_.number(value);
      std::string reason(to_string(a.amplitude_reason));
      if (a.spectrum_reason != Reason::ok && a.spectrum_reason != a.amplitude_reason) {
        reason += (reason.empty() ? "" : ";") + std::string(to_string(a.spectrum_reason));
      }
      activations_.logical(a.amplitude_reason == Reason::ok).text(reason).text(a.edited ? "edited" : "auto").end_row();
    }
  }

  void write_summary() {
    for (const SummaryRow& r : features_.summary()) {
      subject(summary_, r.task, r.repetition, static_cast<std::size_t>(r.channel));
      summary_.text(r.feature)
          .text(r.statistic)
          .number(r.value)
          .text(r.unit)
          .number(r.ci_low)
          .number(r.ci_high)
          .integer(r.n)
          .text(r.n_unit);
      summary_.logical(r.reason == Reason::ok).text(to_string(r.reason)).end_row();
    }
  }

  const FeaturesReader& features_;
  const Recording& recording_;
  TableWriter& windows_;
  TableWriter& activations_;
  TableWriter& summary_;
};

}  // namespace

void write_feature_tables(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& features) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw Error(Fault::cannot_create, fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
  TableWriter windows(folder, windows_table());
  TableWriter activations(folder, activations_table());
  TableWriter summary(folder, summary_table());
  for (const auto& path : features) {
    const FeaturesReader reader(path);
    FeatureRows(reader, windows, activations, summary).write();
  }
  windows.finish();
  activations.finish();
  summary.finish();
  write_codebook(folder, {windows_table(), activations_table(), summary_table()});
}

}  // namespace semg
