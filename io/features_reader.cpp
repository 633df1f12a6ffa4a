// SPDX-License-Identifier: BSD-3-Clause
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/features_file.hpp"
#include "io/hdf5_input.hpp"
#include "io/sample_dataset.hpp"

namespace semg {
namespace {

const std::string kAmplitude = "/windows/amplitude/";
const std::string kSpectrum = "/windows/spectrum/";
constexpr std::int64_t kMostBins = 1 << 22;

std::optional<double> known(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

Reason reason_of(const Hdf5Input& input, const std::string& field, double code) {
  if (!(code >= 0 && code < static_cast<double>(kReasonWords.size()))) input.refuse(field, fmt::format("code {:g}", code), "a reason code");
  return static_cast<Reason>(static_cast<std::uint8_t>(code));
}

Unit unit_from(const std::string& word) {
  return word == to_string(Unit::arbitrary) ? Unit::arbitrary : Unit::microvolt;
}

Kind kind_from(const std::string& word) {
  if (word == to_string(Kind::envelope)) return Kind::envelope;
  return word == to_string(Kind::other) ? Kind::other : Kind::emg;
}

}  // namespace

struct FeaturesReader::File {
  explicit File(const std::filesystem::path& path) : input(path) {
    if (!input.text_attribute("/", "schema").value_or("").starts_with("semg-features/1")) {
      input.refuse("schema", input.text_attribute("/", "schema").value_or("none"), "semg-features/1, as semg extract writes it");
    }
    read_head();
  }

  std::string text(const char* name) const {
    const auto found = input.text_attribute("/", name);
    if (!found) input.refuse(name, "none", "a text");
    return *found;
  }
  double number(const char* name) const {
    const auto found = input.number_attribute("/", name);
    if (!found) input.refuse(name, "none", "a number");
    return *found;
  }
  void read_head();
  void read_channels();

  Hdf5Input input;
  FeaturesHead head;
};

void FeaturesReader::File::read_head() {
  Recording& r = head.recording;
  r.recording_id = text("recording_id");
  r.participant_id = text("participant_id");
  r.visit_id = text("visit_id");
  r.session_start = text("session_start");
  r.stream.fs_hz = number("fs_hz");
  r.rows = static_cast<std::int64_t>(number("recording_rows"));
  r.simulated = number("simulated") != 0;
  head.recording_name = text("recording_name");
  head.recording_sha256 = text("recording_sha256");
  head.settings_toml = text("settings_toml");
  head.settings_sha256 = text("settings_sha256");
  head.engine_version = text("engine_version");
  head.cpu_class = text("cpu_class");
  head.fftw_version = text("fftw_version");
  head.rest_source = text("rest_source");
  head.rest_sha256 = text("rest_sha256");
  head.feature_set = input.text_attribute("/", "feature_set").value_or("") == "all" ? FeatureSet::all : FeatureSet::standard;
  head.latency_rows = static_cast<std::int64_t>(number("latency_rows"));
  read_channels();
  const auto periods = input.column_rows("/periods/first_row");
  const auto first = input.integer_column("/periods/first_row", periods);
  const auto rows = input.integer_column("/periods/rows", periods);
  const auto task = input.text_column("/periods/task", periods);
  const auto repetition = input.integer_column("/periods/repetition", periods);
  for (std::size_t k = 0; k < first.size(); ++k) {
    r.periods.push_back({.first_row = first[k], .rows = rows[k], .task = task[k], .repetition = static_cast<int>(repetition[k])});
  }
  const auto gaps = input.column_rows("/gaps/first_row");
  const auto gap_first = input.integer_column("/gaps/first_row", gaps);
  const auto gap_rows = input.integer_column("/gaps/rows", gaps);
  for (std::size_t k = 0; k < gap_first.size(); ++k) r.gaps.push_back({.first_row = gap_first[k], .rows = gap_rows[k]});
}

void FeaturesReader::File::read_channels() {
  const auto channels = input.column_rows("/channels/label");
  const auto label = input.text_column("/channels/label", channels);
  const auto muscle = input.text_column("/channels/muscle", channels);
  const auto side = input.text_column("/channels/side", channels);
  const auto unit = input.text_column("/channels/unit", channels);
  const auto kind = input.text_column("/channels/kind", channels);
  const auto level = input.number_column("/channels/rest_level_db", channels);
  const auto spread = input.number_column("/channels/rest_spread_db", channels);
  const auto power = input.number_column("/channels/rest_power", channels);
  const auto above_50 = input.number_column("/channels/rest_power_above_50", channels);
  const auto active = input.number_column("/channels/active_db", channels);
  const auto active_power = input.number_column("/channels/active_power_db", channels);
  const auto line_hz = input.number_column("/channels/line_hz", channels);
  const auto line_power = input.number_column("/channels/line_power", channels);
  const auto no_spectrum = input.number_column("/channels/no_spectrum", channels);
  const auto edited = input.number_column("/channels/edited", channels);
  // Files made before these were stored do not have them.
  const auto lsb =
      input.has("/channels/lsb") ? input.number_column("/channels/lsb", channels) : std::vector<double>(label.size(), std::nan(""));
  const auto hash = input.has("/channels/samples_hash") ? input.integer_column("/channels/samples_hash", channels)
                                                        : std::vector<std::int64_t>(label.size());
  for (std::size_t c = 0; c < label.size(); ++c) {
    head.recording.stream.channels.push_back({.label = label[c],
                                              .muscle = muscle[c],
                                              .side = side_from(side[c]),
                                              .unit = unit_from(unit[c]),
                                              .kind = kind_from(kind[c]),
                                              .lsb = known(lsb[c]),
                                              .rail_low = {},
                                              .rail_high = {}});
    ChannelBrief brief;
    if (!std::isnan(level[c])) {
      brief.rest = RestReference{.level_db = level[c],
                                 .spread_db = spread[c],
                                 .power = power[c],
                                 .power_above_50 = above_50[c],
                                 .active_db = known(active[c]),
                                 .active_power_db = known(active_power[c])};
    }
    brief.line_hz = line_hz[c];
    brief.line_power = line_power[c];
    brief.samples_hash = std::bit_cast<std::uint64_t>(hash[c]);
    brief.no_spectrum = reason_of(input, "/channels/no_spectrum", no_spectrum[c]);
    if (edited[c] != 0) brief.edited.emplace();
    head.briefs.push_back(brief);
  }
}

FeaturesReader::FeaturesReader(const std::filesystem::path& path) : file_(std::make_unique<File>(path)) {
  for (const Activation& a : activations()) {
    auto& brief = file_->head.briefs[static_cast<std::size_t>(a.channel)];
    if (brief.edited) brief.edited->emplace_back(a.onset_row, a.offset_row);
  }
}
FeaturesReader::~FeaturesReader() = default;

const FeaturesHead& FeaturesReader::head() const noexcept {
  return file_->head;
}

std::int64_t FeaturesReader::windows(WindowKind kind) const {
  return file_->input.column_rows((kind == WindowKind::amplitude ? kAmplitude : kSpectrum) + "first_row");
}

StoredWindows FeaturesReader::read(WindowKind kind, std::int64_t first, std::int64_t count) const {
  const std::string& group = kind == WindowKind::amplitude ? kAmplitude : kSpectrum;
  const std::size_t channels = file_->head.briefs.size();
  const auto whole = [&](const char* name, auto& out) {
    const auto column = file_->input.integer_column(group + name, windows(kind));
    for (std::int64_t k = first; k < first + count; ++k)
      out.push_back(static_cast<typename std::remove_reference_t<decltype(out)>::value_type>(column[static_cast<std::size_t>(k)]));
  };
  const auto table = [&](const char* name, auto store) {
    if (count == 0) return;
    SampleDataset data(file_->input, group + name);
    if (data.channels() != channels || first + count > data.rows()) {
      file_->input.refuse(group + name, fmt::format("{} rows of {}", data.rows(), data.channels()),
                          "as many as the file's windows and channels");
    }
    std::vector<double> cells;
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t rows = std::min(count - done, data.rows_at_once());
      cells.resize(static_cast<std::size_t>(rows) * channels);
      data.read(first + done, cells);
      for (const double v : cells) store(v);
      done += rows;
    }
  };
  const auto into = [](std::vector<float>& out) { return [&out](double v) { out.push_back(static_cast<float>(v)); }; };
  StoredWindows w;
  whole("first_row", w.first_row);
  whole("rows", w.rows);
  whole("period", w.period);
  table(kind == WindowKind::amplitude ? "rms" : "mdf", into(w.first));
  table(kind == WindowKind::amplitude ? "arv" : "mnf", into(w.second));
  if (kind == WindowKind::amplitude) table("active_fraction", into(w.active_fraction));
  const auto names = columns_of(kind, file_->head.feature_set);
  if (file_->input.has(group + std::string(names.front()))) w.columns = names.size();  // else made before there were any
  w.more.resize(w.columns * static_cast<std::size_t>(count) * channels);
  for (std::size_t column = 0; column < w.columns; ++column) {
    std::size_t cell = 0;
    table(std::string(names[column]).c_str(), [&](double v) {
      w.more[(cell / channels * w.columns + column) * channels + cell % channels] = static_cast<float>(v);
      ++cell;
    });
  }
  table("reason", [&](double v) { w.reason.push_back(reason_of(file_->input, group + "reason", v)); });
  return w;
}

std::vector<Activation> FeaturesReader::activations() const {
  const Hdf5Input& in = file_->input;
  const std::string group = "/activations/";
  const auto rows = in.column_rows(group + "channel");
  const auto channel = in.integer_column(group + "channel", rows);
  const auto period = in.integer_column(group + "period", rows);
  const auto onset = in.integer_column(group + "onset_row", rows);
  const auto offset = in.integer_column(group + "offset_row", rows);
  std::vector<std::vector<double>> measures;
  for (std::size_t k = 0; k < kActivationMeasures.size(); ++k) {  // files made before there were intervals do not have them
    const std::string name = group + kActivationMeasures[k].name;
    const bool is_there = k < kFirstActivationInterval || in.has(name);
    measures.push_back(is_there ? in.number_column(name, rows) : std::vector<double>(channel.size(), std::nan("")));
  }
  const auto amplitude_reason = in.number_column(group + "amplitude_reason", rows);
  const auto spectrum_reason = in.number_column(group + "spectrum_reason", rows);
  const auto edited = in.number_column(group + "edited", rows);
  std::vector<Activation> out;
  for (std::size_t k = 0; k < channel.size(); ++k) {
    if (channel[k] < 0 || static_cast<std::size_t>(channel[k]) >= file_->head.briefs.size()) {
      in.refuse(group + "channel", std::to_string(channel[k]), "a channel of this file");
    }
    Activation a{
        .channel = static_cast<int>(channel[k]), .period = static_cast<int>(period[k]), .onset_row = onset[k], .offset_row = offset[k]};
    for (std::size_t m = 0; m < kActivationMeasures.size(); ++m) a.*kActivationMeasures[m].of = static_cast<float>(measures[m][k]);
    a.amplitude_reason = reason_of(in, group + "amplitude_reason", amplitude_reason[k]);
    a.spectrum_reason = reason_of(in, group + "spectrum_reason", spectrum_reason[k]);
    a.edited = edited[k] != 0;
    out.push_back(a);
  }
  return out;
}

MeanSpectra FeaturesReader::mean_spectra() const {
  const Hdf5Input& in = file_->input;
  if (!in.has("/spectra/density")) return {};
  const std::size_t channels = file_->head.briefs.size();
  SampleDataset data(in, "/spectra/density");
  MeanSpectra spectra{.bin_hz = in.number_attribute("/spectra", "bin_hz").value_or(0),
                      .windows = in.integer_column("/spectra/windows", static_cast<std::int64_t>(channels)),
                      .density = {}};
  if (data.channels() != channels || spectra.windows.size() != channels || !(spectra.bin_hz > 0) || data.rows() > kMostBins) {
    in.refuse("/spectra/density", fmt::format("{} bins of {} channels", data.rows(), data.channels()), "one spectrum for each channel");
  }
  spectra.density.resize(static_cast<std::size_t>(data.rows()) * channels);
  for (std::int64_t done = 0; done < data.rows();) {
    const std::int64_t rows = std::min(data.rows() - done, data.rows_at_once());
    data.read(done,
              std::span(spectra.density).subspan(static_cast<std::size_t>(done) * channels, static_cast<std::size_t>(rows) * channels));
    done += rows;
  }
  return spectra;
}

std::vector<SummaryRow> FeaturesReader::summary() const {
  const Hdf5Input& in = file_->input;
  const std::string group = "/summary/";
  const auto rows = in.column_rows(group + "channel");
  const auto channel = in.integer_column(group + "channel", rows);
  const auto task = in.text_column(group + "task", rows);
  const auto repetition = in.integer_column(group + "repetition", rows);
  const auto feature = in.text_column(group + "feature", rows);
  const auto statistic = in.text_column(group + "statistic", rows);
  const auto value = in.number_column(group + "value", rows);
  const auto unit = in.text_column(group + "unit", rows);
  const auto low = in.number_column(group + "ci_low", rows);
  const auto high = in.number_column(group + "ci_high", rows);
  const auto n = in.integer_column(group + "n", rows);
  const auto n_unit = in.text_column(group + "n_unit", rows);
  const auto reason = in.number_column(group + "reason", rows);
  std::vector<SummaryRow> out;
  for (std::size_t k = 0; k < channel.size(); ++k) {
    if (channel[k] < 0 || static_cast<std::size_t>(channel[k]) >= file_->head.briefs.size()) {
      in.refuse(group + "channel", std::to_string(channel[k]), "a channel of this file");
    }
    out.push_back({.channel = static_cast<int>(channel[k]),
                   .task = task[k],
                   .repetition = static_cast<int>(repetition[k]),
                   .feature = feature[k],
                   .statistic = statistic[k],
                   .value = known(value[k]),
                   .unit = unit[k],
                   .ci_low = known(low[k]),
                   .ci_high = known(high[k]),
                   .n = n[k],
                   .n_unit = n_unit[k],
                   .reason = reason_of(in, group + "reason", reason[k])});
  }
  return out;
}

bool FeaturesReader::has_cycles() const {
  return file_->input.has("/cycles/index");
}

std::vector<Cycle> FeaturesReader::cycles() const {
  const Hdf5Input& in = file_->input;
  const std::string group = "/cycles/";
  if (!has_cycles()) return {};
  const auto rows = in.column_rows(group + "index");
  const auto index = in.integer_column(group + "index", rows), channel = in.integer_column(group + "channel", rows),
             period = in.integer_column(group + "period", rows), first = in.integer_column(group + "first_row", rows),
             end = in.integer_column(group + "end_row", rows), antagonist = in.integer_column(group + "antagonist", rows);
  const auto reason = in.number_column(group + "reason", rows), pair_reason = in.number_column(group + "pair_reason", rows);
  std::vector<Cycle> out;
  for (std::size_t k = 0; k < index.size(); ++k) {
    const auto channels = static_cast<std::int64_t>(file_->head.briefs.size());
    if (channel[k] < 0 || channel[k] >= channels) in.refuse(group + "channel", std::to_string(channel[k]), "a channel of this file");
    if (antagonist[k] >= channels) in.refuse(group + "antagonist", std::to_string(antagonist[k]), "a channel of this file");
    out.push_back({.index = index[k],
                   .channel = static_cast<int>(channel[k]),
                   .period = static_cast<int>(period[k]),
                   .first_row = first[k],
                   .end_row = end[k],
                   .reason = reason_of(in, group + "reason", reason[k]),
                   .antagonist = static_cast<int>(antagonist[k]),
                   .pair_reason = reason_of(in, group + "pair_reason", pair_reason[k])});
  }
  for (const auto& [name, value] : kCycleValues) {
    const auto column = in.number_column(group + name, rows);
    for (std::size_t k = 0; k < out.size(); ++k) out[k].*value = static_cast<float>(column[k]);
  }
  return out;
}

std::vector<EnsemblePoint> FeaturesReader::ensemble() const {
  const Hdf5Input& in = file_->input;
  const std::string group = "/ensemble/";
  if (!has_cycles()) return {};
  const auto rows = in.column_rows(group + "channel");
  const auto task = in.text_column(group + "task", rows);
  const auto channel = in.integer_column(group + "channel", rows), percent = in.integer_column(group + "percent", rows),
             n = in.integer_column(group + "n", rows);
  std::vector<EnsemblePoint> out;
  for (std::size_t k = 0; k < channel.size(); ++k) {
    if (channel[k] < 0 || static_cast<std::size_t>(channel[k]) >= file_->head.briefs.size())
      in.refuse(group + "channel", std::to_string(channel[k]), "a channel of this file");
    out.push_back({.task = task[k],
                   .channel = static_cast<int>(channel[k]),
                   .percent = static_cast<int>(percent[k]),
                   .mean = {},
                   .sd = {},
                   .ci_low = {},
                   .ci_high = {},
                   .n = n[k]});
  }
  for (const auto& [name, value] : kEnsembleValues) {
    const auto column = in.number_column(group + name, rows);
    for (std::size_t k = 0; k < out.size(); ++k) out[k].*value = known(column[k]);
  }
  return out;
}

}  // namespace semg
