// SPDX-License-Identifier: BSD-3-Clause
#include "apps/feature_tables.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "apps/cycle_tables.hpp"
#include "apps/fatigue_table.hpp"
#include "apps/frame_tables.hpp"
#include "dsp/error.hpp"
#include "io/features_file.hpp"

namespace semg {
namespace {

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

void write_windows(FrameTables& out, const FeaturesReader& features, WindowKind kind) {
  constexpr std::int64_t kAtOnce = 1024;
  const Recording& recording = features.head().recording;
  const std::size_t channels = recording.stream.channels.size();
  const std::int64_t windows = features.windows(kind);
  for (std::int64_t first = 0; first < windows; first += kAtOnce) {
    const StoredWindows w = features.read(kind, first, std::min(kAtOnce, windows - first));
    for (std::size_t k = 0; k < w.first_row.size(); ++k) {
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
    }
  }
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

}  // namespace

void write_feature_tables(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& features,
                          const std::vector<TableDefinition>& more) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw Error(Fault::cannot_create, fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
  FrameTables frames(folder);
  TableWriter summary(folder, summary_table());
  std::optional<CycleTables> cycles;  // where one of the recordings was asked for them
  TableWriter fatigue(folder, fatigue_table());
  for (const auto& path : features) {
    const FeaturesReader reader(path);
    write_windows(frames, reader, WindowKind::amplitude);
    write_windows(frames, reader, WindowKind::spectrum);
    write_activations(frames, reader);
    write_summary(summary, reader);
    write_fatigue(fatigue, reader);
    if (!reader.has_cycles()) continue;
    if (!cycles) cycles.emplace(folder);
    cycles->write(reader);
  }
  frames.finish();
  summary.finish();
  fatigue.finish();
  std::vector<TableDefinition> tables = FrameTables::definitions();
  tables.push_back(summary_table());
  tables.push_back(fatigue_table());
  if (cycles) {
    cycles->finish();
    for (const TableDefinition& table : CycleTables::definitions()) tables.push_back(table);
  }
  tables.insert(tables.end(), more.begin(), more.end());
  write_codebook(folder, tables);
}

}  // namespace semg
