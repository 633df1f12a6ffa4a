// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <bit>
#include <deque>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/features_file.hpp"
#include "io/growing_dataset.hpp"
#include "io/hdf5_input.hpp"
#include "io/hdf5_output.hpp"
#include "io/output_file.hpp"

namespace semg {
namespace {

constexpr const char* kSchema = "semg-features/1";

/// What stands in the place may be replaced only if it is a features file.
void check_replaceable(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return;
  bool ours = false;
  try {
    ours = Hdf5Input(path).text_attribute("/", "schema").value_or("").starts_with("semg-features/");
  } catch (const Error&) {
    ours = false;
  }
  if (!ours) {
    throw Error(Fault::cannot_create,
                fmt::format("{}: found another file of this name, expected none or a features file of semg", path.filename().string()));
  }
}

}  // namespace

/// The datasets of one kind of window.
struct WindowDatasets {
  WindowDatasets(Hdf5Output& file, const std::string& group, const char* first_name, const char* second_name, std::size_t channels,
                 std::span<const std::string_view> columns)
      : first_row(file, group + "/first_row", CellType::i64, 0),
        rows(file, group + "/rows", CellType::i32, 0),
        period(file, group + "/period", CellType::i32, 0),
        first(file, group + "/" + first_name, CellType::f32, channels),
        second(file, group + "/" + second_name, CellType::f32, channels),
        reason(file, group + "/reason", CellType::u8, channels) {
    for (const std::string_view name : columns)
      more.push_back(std::make_unique<GrowingDataset>(file, fmt::format("{}/{}", group, name), CellType::f32, channels));
  }

  void append(const FeatureFrame& frame) {
    first_row.append(&frame.first_row);
    rows.append(&frame.rows);
    const std::int32_t at = frame.period;
    period.append(&at);
    first.append(frame.first.data());
    second.append(frame.second.data());
    reason.append(frame.reason.data());
    for (std::size_t k = 0; k < more.size(); ++k) more[k]->append(frame.more.data() + k * frame.first.size());
  }
  void close() {
    for (GrowingDataset* d : {&first_row, &rows, &period, &first, &second, &reason}) d->close();
    for (const auto& d : more) d->close();
  }
  GrowingDataset first_row, rows, period, first, second, reason;
  std::vector<std::unique_ptr<GrowingDataset>> more;
};

struct FeaturesWriter::File {
  File(const std::filesystem::path& path, const FeaturesHead& head)
      : output((check_replaceable(path), path), Existing::replace), file(output.temporary(), path.filename().string()) {
    const std::size_t channels = head.recording.stream.channels.size();
    write_head(head);
    for (const char* group : {"/windows", "/windows/amplitude", "/windows/spectrum"}) file.group(group);
    amplitude = std::make_unique<WindowDatasets>(file, "/windows/amplitude", "rms", "arv", channels,
                                                 columns_of(WindowKind::amplitude, head.feature_set));
    active_fraction = std::make_unique<GrowingDataset>(file, "/windows/amplitude/active_fraction", CellType::f32, channels);
    spectrum = std::make_unique<WindowDatasets>(file, "/windows/spectrum", "mdf", "mnf", channels,
                                                columns_of(WindowKind::spectrum, head.feature_set));
  }

  void write_head(const FeaturesHead& head);
  void write_channels(const FeaturesHead& head);
  void write_activations();
  void write_summary(const std::vector<SummaryRow>& rows);

  /// A column of what `get` gives of each element.
  template <class Value, class List, class Get>
  void column(const std::string& path, const List& list, Get get) {
    std::vector<Value> values;
    values.reserve(list.size());
    for (const auto& item : list) values.push_back(static_cast<Value>(get(item)));
    file.column(path, values);
  }

  OutputFile output;
  Hdf5Output file;
  std::unique_ptr<WindowDatasets> amplitude, spectrum;
  std::unique_ptr<GrowingDataset> active_fraction;
  std::deque<Activation> activations;  // grows without copying what it holds
};

void FeaturesWriter::File::write_head(const FeaturesHead& head) {
  const Recording& r = head.recording;
  file.attribute("/", "schema", std::string(kSchema));
  file.attribute("/", "recording_id", r.recording_id);
  file.attribute("/", "participant_id", r.participant_id);
  file.attribute("/", "visit_id", r.visit_id);
  file.attribute("/", "session_start", r.session_start);
  file.attribute("/", "fs_hz", r.stream.fs_hz);
  file.attribute("/", "recording_rows", static_cast<double>(r.rows));
  file.attribute("/", "simulated", std::int32_t{r.simulated ? 1 : 0});
  file.attribute("/", "recording_name", head.recording_name);
  file.attribute("/", "recording_sha256", head.recording_sha256);
  file.attribute("/", "settings_toml", head.settings_toml);
  file.attribute("/", "settings_sha256", head.settings_sha256);
  file.attribute("/", "engine_version", head.engine_version);
  file.attribute("/", "cpu_class", head.cpu_class);
  file.attribute("/", "fftw_version", head.fftw_version);
  file.attribute("/", "rest_source", head.rest_source);
  file.attribute("/", "rest_sha256", head.rest_sha256);
  file.attribute("/", "feature_set", std::string(head.feature_set == FeatureSet::all ? "all" : "standard"));
  file.attribute("/", "latency_rows", static_cast<double>(head.latency_rows));
  write_channels(head);
  file.group("/periods");
  column<std::int64_t>("/periods/first_row", r.periods, [](const Period& p) { return p.first_row; });
  column<std::int64_t>("/periods/rows", r.periods, [](const Period& p) { return p.rows; });
  column<std::string>("/periods/task", r.periods, [](const Period& p) { return p.task; });
  column<std::int32_t>("/periods/repetition", r.periods, [](const Period& p) { return p.repetition; });
  file.group("/gaps");
  column<std::int64_t>("/gaps/first_row", r.gaps, [](const Gap& g) { return g.first_row; });
  column<std::int64_t>("/gaps/rows", r.gaps, [](const Gap& g) { return g.rows; });
}

void FeaturesWriter::File::write_channels(const FeaturesHead& head) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const auto& channels = head.recording.stream.channels;
  file.group("/channels");
  column<std::string>("/channels/label", channels, [](const Channel& c) { return c.label; });
  column<std::string>("/channels/muscle", channels, [](const Channel& c) { return c.muscle; });
  column<std::string>("/channels/side", channels, [](const Channel& c) { return to_string(c.side); });
  column<std::string>("/channels/unit", channels, [](const Channel& c) { return to_string(c.unit); });
  column<std::string>("/channels/kind", channels, [](const Channel& c) { return to_string(c.kind); });
  column<double>("/channels/lsb", channels, [&](const Channel& c) { return c.lsb.value_or(kNone); });
  // What the decisions were taken from: with it the same file comes out again.
  const auto& briefs = head.briefs;
  column<double>("/channels/rest_level_db", briefs, [&](const ChannelBrief& b) { return b.rest ? b.rest->level_db : kNone; });
  column<double>("/channels/rest_spread_db", briefs, [&](const ChannelBrief& b) { return b.rest ? b.rest->spread_db : kNone; });
  column<double>("/channels/rest_power", briefs, [&](const ChannelBrief& b) { return b.rest ? b.rest->power : kNone; });
  column<double>("/channels/rest_power_above_50", briefs, [&](const ChannelBrief& b) { return b.rest ? b.rest->power_above_50 : kNone; });
  column<double>("/channels/active_db", briefs, [&](const ChannelBrief& b) { return b.rest ? b.rest->active_db.value_or(kNone) : kNone; });
  column<double>("/channels/active_power_db", briefs,
                 [&](const ChannelBrief& b) { return b.rest ? b.rest->active_power_db.value_or(kNone) : kNone; });
  if (std::any_of(briefs.begin(), briefs.end(), [](const ChannelBrief& b) { return b.rest && b.rest->moments; })) {
    for (std::size_t k = 0; k < RestMoments{}.size(); ++k) {
      column<double>("/channels/rest_moment_" + std::to_string(k), briefs,
                     [&](const ChannelBrief& b) { return b.rest && b.rest->moments ? (*b.rest->moments)[k] : kNone; });
    }
  }
  column<double>("/channels/line_hz", briefs, [](const ChannelBrief& b) { return b.line_hz; });
  column<double>("/channels/line_power", briefs, [](const ChannelBrief& b) { return b.line_power; });
  column<std::int64_t>("/channels/samples_hash", briefs, [](const ChannelBrief& b) { return std::bit_cast<std::int64_t>(b.samples_hash); });
  column<std::int32_t>("/channels/no_spectrum", briefs, [](const ChannelBrief& b) { return b.no_spectrum; });
  column<std::int32_t>("/channels/edited", briefs, [](const ChannelBrief& b) { return b.edited.has_value() ? 1 : 0; });
}

void FeaturesWriter::File::write_activations() {
  std::sort(activations.begin(), activations.end(),
            [](const Activation& a, const Activation& b) { return std::tie(a.channel, a.onset_row) < std::tie(b.channel, b.onset_row); });
  file.group("/activations");
  const auto add = [&](const char* name, CellType type, auto get) {
    GrowingDataset data(file, std::string("/activations/") + name, type, 0);
    for (const Activation& a : activations) {
      const auto value = get(a);
      data.append(&value);
    }
    data.close();
  };
  add("channel", CellType::i32, [](const Activation& a) { return std::int32_t{a.channel}; });
  add("period", CellType::i32, [](const Activation& a) { return std::int32_t{a.period}; });
  add("onset_row", CellType::i64, [](const Activation& a) { return a.onset_row; });
  add("offset_row", CellType::i64, [](const Activation& a) { return a.offset_row; });
  for (const ActivationMeasure& m : kActivationMeasures) add(m.name, CellType::f32, [&](const Activation& a) { return a.*m.of; });
  add("amplitude_reason", CellType::u8, [](const Activation& a) { return a.amplitude_reason; });
  add("spectrum_reason", CellType::u8, [](const Activation& a) { return a.spectrum_reason; });
  add("edited", CellType::u8, [](const Activation& a) { return static_cast<std::uint8_t>(a.edited ? 1 : 0); });
}

void FeaturesWriter::File::write_summary(const std::vector<SummaryRow>& rows) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  file.group("/summary");
  column<std::int32_t>("/summary/channel", rows, [](const SummaryRow& r) { return r.channel; });
  column<std::string>("/summary/task", rows, [](const SummaryRow& r) { return r.task; });
  column<std::int32_t>("/summary/repetition", rows, [](const SummaryRow& r) { return r.repetition; });
  column<std::string>("/summary/feature", rows, [](const SummaryRow& r) { return r.feature; });
  column<std::string>("/summary/statistic", rows, [](const SummaryRow& r) { return r.statistic; });
  column<double>("/summary/value", rows, [&](const SummaryRow& r) { return r.value.value_or(kNone); });
  column<std::string>("/summary/unit", rows, [](const SummaryRow& r) { return r.unit; });
  column<double>("/summary/ci_low", rows, [&](const SummaryRow& r) { return r.ci_low.value_or(kNone); });
  column<double>("/summary/ci_high", rows, [&](const SummaryRow& r) { return r.ci_high.value_or(kNone); });
  column<std::int64_t>("/summary/n", rows, [](const SummaryRow& r) { return r.n; });
  column<std::string>("/summary/n_unit", rows, [](const SummaryRow& r) { return r.n_unit; });
  column<std::int32_t>("/summary/reason", rows, [](const SummaryRow& r) { return r.reason; });
}

FeaturesWriter::FeaturesWriter(const std::filesystem::path& path, const FeaturesHead& head) : file_(std::make_unique<File>(path, head)) {}
FeaturesWriter::~FeaturesWriter() = default;

void FeaturesWriter::write(const FeatureFrame& frame) {
  if (frame.kind == WindowKind::amplitude) {
    file_->amplitude->append(frame);
    file_->active_fraction->append(frame.active_fraction.data());
  } else {
    file_->spectrum->append(frame);
  }
}

void FeaturesWriter::write(const Activation& activation) {
  file_->activations.push_back(activation);
}

void FeaturesWriter::write(const MeanSpectra& spectra) {
  Hdf5Output& file = file_->file;
  const std::size_t channels = spectra.windows.size();
  file.group("/spectra");
  file.attribute("/spectra", "bin_hz", spectra.bin_hz);
  file.column("/spectra/windows", spectra.windows);
  GrowingDataset density(file, "/spectra/density", CellType::f32, channels);
  std::vector<float> row(channels);
  for (std::size_t k = 0; k < spectra.density.size(); k += channels) {
    std::transform(spectra.density.begin() + static_cast<std::ptrdiff_t>(k),
                   spectra.density.begin() + static_cast<std::ptrdiff_t>(k + channels), row.begin(),
                   [](double v) { return static_cast<float>(v); });
    density.append(row.data());
  }
  density.close();
}

void FeaturesWriter::write(const std::vector<Cycle>& cycles, const std::vector<EnsemblePoint>& ensemble) {
  File& f = *file_;
  f.file.group("/cycles");
  f.column<std::int64_t>("/cycles/index", cycles, [](const Cycle& c) { return c.index; });
  f.column<std::int32_t>("/cycles/channel", cycles, [](const Cycle& c) { return c.channel; });
  f.column<std::int32_t>("/cycles/period", cycles, [](const Cycle& c) { return c.period; });
  f.column<std::int64_t>("/cycles/first_row", cycles, [](const Cycle& c) { return c.first_row; });
  f.column<std::int64_t>("/cycles/end_row", cycles, [](const Cycle& c) { return c.end_row; });
  for (const auto& [name, value] : kCycleValues)
    f.column<double>(std::string("/cycles/") + name, cycles, [&](const Cycle& c) { return c.*value; });
  f.column<std::int32_t>("/cycles/reason", cycles, [](const Cycle& c) { return c.reason; });
  f.column<std::int32_t>("/cycles/antagonist", cycles, [](const Cycle& c) { return c.antagonist; });
  f.column<std::int32_t>("/cycles/pair_reason", cycles, [](const Cycle& c) { return c.pair_reason; });
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  f.file.group("/ensemble");
  f.column<std::string>("/ensemble/task", ensemble, [](const EnsemblePoint& p) { return p.task; });
  f.column<std::int32_t>("/ensemble/channel", ensemble, [](const EnsemblePoint& p) { return p.channel; });
  f.column<std::int32_t>("/ensemble/percent", ensemble, [](const EnsemblePoint& p) { return p.percent; });
  for (const auto& [name, value] : kEnsembleValues)
    f.column<double>(std::string("/ensemble/") + name, ensemble, [&](const EnsemblePoint& p) { return (p.*value).value_or(kNone); });
  f.column<std::int64_t>("/ensemble/n", ensemble, [](const EnsemblePoint& p) { return p.n; });
}

void FeaturesWriter::write(const std::vector<QualityFinding>& quality) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  File& to = *file_;
  to.file.group("/quality");
  to.column<std::int32_t>("/quality/channel", quality, [](const QualityFinding& f) { return f.channel; });
  to.column<std::string>("/quality/metric", quality, [](const QualityFinding& f) { return f.metric; });
  to.column<double>("/quality/value", quality, [&](const QualityFinding& f) { return f.value.value_or(kNone); });
  to.column<std::string>("/quality/unit", quality, [](const QualityFinding& f) { return f.unit; });
  to.column<std::int32_t>("/quality/verdict", quality, [](const QualityFinding& f) { return f.verdict; });
  to.column<std::string>("/quality/rule", quality, [](const QualityFinding& f) { return f.rule; });
  to.column<std::string>("/quality/gates", quality, [](const QualityFinding& f) { return f.gates; });
  to.column<std::string>("/quality/reason", quality, [](const QualityFinding& f) { return f.reason; });
}

void FeaturesWriter::finish(const std::vector<SummaryRow>& summary) {
  file_->amplitude->close();
  file_->active_fraction->close();
  file_->spectrum->close();
  file_->write_activations();
  file_->write_summary(summary);
  file_->file.close();
  file_->output.keep();
}

}  // namespace semg
