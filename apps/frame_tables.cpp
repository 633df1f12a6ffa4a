// SPDX-License-Identifier: BSD-3-Clause
#include "apps/frame_tables.hpp"

#include <cmath>
#include <span>
#include <string>
#include <string_view>

namespace semg {
namespace {

constexpr const char* kWindowFeatures =
    "rms;arv;mdf;mnf;active_fraction;peak;iemg;zero_crossings;slope_sign_changes;waveform_length;willison_amplitude;power;bandwidth;finsm5";
constexpr const char* kSides = "left;right;none";
constexpr const char* kReasons =
    "gap;not_finite;settling;flat;clipped;held_samples;envelope_input;rate_below_band;line;low_snr;no_rest;too_short;duplicate_channel;"
    "not_active;no_unit;too_long";

}  // namespace

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

extern const TableColumn kValidColumn = {"valid", "logical", "", "TRUE;FALSE", "whether the value may be used", "是否有效"};
extern const TableColumn kReasonColumn = {"reason", "text", "", kReasons, "why not; several joined by ;", "无效原因，多个以分号分隔"};

namespace {

const TableDefinition& windows_table() {
  static const TableDefinition table = {
      "windows", with_subject({{"t_start_s", "number", "s", "", "start of the window, from the recording's first row", "窗口起点"},
                               {"t_end_s", "number", "s", "", "end of the window", "窗口终点"},
                               {"feature", "text", "", kWindowFeatures, "what was measured", "特征"},
                               {"value", "number", "", "", "the value; empty where it is not valid", "数值"},
                               {"unit", "text", "", "", "unit of the value", "单位"},
                               kValidColumn,
                               kReasonColumn,
                               {"ci_low", "number", "", "", "lower end of the 95 % interval", "95%区间下限"},
                               {"ci_high", "number", "", "", "upper end of the 95 % interval", "95%区间上限"}})};
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
                    kValidColumn,
                    kReasonColumn,
                    {"source", "text", "", "auto;edited", "who set the edges: the detector or a person", "边界来源：自动或人工"},
                    {"rms_ci_low", "number", "", "",
                     "lower end of the 95 % interval of rms, its course from moment to moment taken as it was", "均方根值95%区间下限"},
                    {"rms_ci_high", "number", "", "", "upper end of it", "均方根值95%区间上限"},
                    {"arv_ci_low", "number", "", "", "lower end of the 95 % interval of arv", "平均整流值95%区间下限"},
                    {"arv_ci_high", "number", "", "", "upper end of it", "平均整流值95%区间上限"},
                    {"mdf_ci_low", "number", "Hz", "", "lower end of the 95 % interval of mdf_hz", "中值频率95%区间下限"},
                    {"mdf_ci_high", "number", "Hz", "", "upper end of it", "中值频率95%区间上限"},
                    {"mnf_ci_low", "number", "Hz", "", "lower end of the 95 % interval of mnf_hz", "平均频率95%区间下限"},
                    {"mnf_ci_high", "number", "Hz", "", "upper end of it", "平均频率95%区间上限"}})};
  return table;
}

void write_subject(TableWriter& out, const Recording& recording, int period, std::size_t channel) {
  if (period < 0 || static_cast<std::size_t>(period) >= recording.periods.size()) {
    write_subject(out, recording, "", 0, channel);
  } else {
    const Period& p = recording.periods[static_cast<std::size_t>(period)];
    write_subject(out, recording, p.task, p.repetition, channel);
  }
}

/// As dsp/frame.hpp has them.
std::string unit_of(std::string_view column, const std::string& unit) {
  if (column == "peak") return unit;
  if (column == "iemg") return unit + " s";
  if (column == "waveform_length") return unit + "/s";
  if (column == "zero_crossings" || column == "slope_sign_changes") return "1/s";
  if (column == "power") return unit + "^2";
  if (column == "bandwidth") return "Hz";
  if (column == "finsm5") return "Hz^-6";
  return "1";
}

double seconds(const Recording& recording, std::int64_t row) {
  return static_cast<double>(row) / recording.stream.fs_hz;
}

}  // namespace

void write_subject(TableWriter& out, const Recording& recording, const std::string& task, int repetition, std::size_t channel) {
  const Channel& ch = recording.stream.channels[channel];
  out.text(recording.recording_id).text(recording.participant_id).text(recording.visit_id).text(task);
  if (repetition > 0) {
    out.integer(repetition);
  } else {
    out.empty();
  }
  out.text(ch.label).text(ch.muscle).text(to_string(ch.side));
}

FrameTables::FrameTables(const std::filesystem::path& folder)
    : windows_(folder, windows_table()), activations_(folder, activations_table()) {}

void FrameTables::write(const Recording& recording, const FeatureFrame& frame) {
  const bool amplitude = frame.kind == WindowKind::amplitude;
  const auto& channels = recording.stream.channels;
  const auto names = columns_of(frame.kind, FeatureSet::all).first(frame.more.size() / channels.size());
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const auto row = [&](std::string_view feature, float value, const std::string& unit, Reason reason, float low = kNoValue,
                         float high = kNoValue) {
      write_subject(windows_, recording, frame.period, c);
      windows_.number(seconds(recording, frame.first_row)).number(seconds(recording, frame.first_row + frame.rows));
      windows_.text(feature)
          .number(value)
          .text(unit)
          .logical(reason == Reason::ok)
          .text(to_string(reason))
          .number(low)
          .number(high)
          .end_row();
    };
    const auto more = [&](std::size_t column) { return column < names.size() ? frame.more[column * channels.size() + c] : kNoValue; };
    const char* unit = amplitude ? to_string(channels[c].unit) : "Hz";
    row(amplitude ? "rms" : "mdf", frame.first[c], unit, frame.reason[c], more(0), more(1));
    row(amplitude ? "arv" : "mnf", frame.second[c], unit, frame.reason[c], more(2), more(3));
    if (amplitude)
      row("active_fraction", frame.active_fraction[c], "1", std::isnan(frame.active_fraction[c]) ? Reason::no_rest : Reason::ok);
    for (std::size_t k = kIntervalColumns; k < names.size(); ++k) {
      const Reason reason = frame.reason[c] == Reason::ok && std::isnan(more(k)) ? Reason::no_unit : frame.reason[c];
      row(names[k], more(k), unit_of(names[k], to_string(channels[c].unit)), reason);
    }
  }
}

void FrameTables::write(const Recording& recording, const Activation& a, std::int64_t index) {
  const auto c = static_cast<std::size_t>(a.channel);
  write_subject(activations_, recording, a.period, c);
  activations_.integer(index)
      .number(seconds(recording, a.onset_row))
      .number(seconds(recording, a.offset_row))
      .number(seconds(recording, a.offset_row - a.onset_row));
  activations_.text(to_string(recording.stream.channels[c].unit));
  const std::span measures(kActivationMeasures);
  for (const ActivationMeasure& m : measures.first(kFirstActivationInterval)) activations_.number(a.*m.of);
  std::string reason(to_string(a.amplitude_reason));
  if (a.spectrum_reason != Reason::ok && a.spectrum_reason != a.amplitude_reason) {
    reason += (reason.empty() ? "" : ";") + std::string(to_string(a.spectrum_reason));
  }
  activations_.logical(a.amplitude_reason == Reason::ok).text(reason).text(a.edited ? "edited" : "auto");
  for (const ActivationMeasure& m : measures.subspan(kFirstActivationInterval)) activations_.number(a.*m.of);
  activations_.end_row();
}

void FrameTables::finish() {
  windows_.finish();
  activations_.finish();
}

std::vector<TableDefinition> FrameTables::definitions() {
  return {windows_table(), activations_table()};
}

}  // namespace semg
