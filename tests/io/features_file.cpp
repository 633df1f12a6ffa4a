// SPDX-License-Identifier: BSD-3-Clause
// What is measured is in the features file as it was given, and what is no features file is refused.
#include "io/features_file.hpp"

#include <cmath>
#include <cstring>

#include <doctest/doctest.h>
#include <hdf5.h>

#include "io/hdf5_object.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

FeaturesHead head_of_two_channels() {
  FeaturesHead head;
  head.recording = sample_head(SampleType::int16);
  head.recording.stream.channels.resize(2);
  head.recording.rows = 100000;
  head.recording.gaps = {{500, 20}};
  head.recording.periods = {{0, 40000, "rest", 0}, {50000, 50000, "reach, slow", 2}};
  head.recording.simulated = true;
  head.recording_name = "P03.nwb";
  head.recording_sha256 = std::string(64, 'b');
  head.settings_toml = "[filter]\nhigh_pass_hz = 20.0\n";
  head.settings_sha256 = std::string(64, 'c');
  head.engine_version = "semg 0.0 test";
  head.cpu_class = "none";
  head.fftw_version = "fftw 0";
  head.rest_source = "file";
  head.rest_sha256 = std::string(64, 'd');
  head.latency_rows = 1234;
  head.briefs.resize(2);
  head.briefs[0].rest =
      RestReference{.level_db = 3.25, .spread_db = 0.9, .power = 2.5, .power_above_50 = 1.5, .active_db = 33, .active_power_db = {}};
  head.briefs[0].line_hz = 50;
  head.briefs[0].line_power = 0.1;
  head.briefs[0].samples_hash = 0xfedcba9876543210ULL;
  head.recording.stream.channels[0].lsb = 0.125;
  head.recording.stream.channels[1].lsb.reset();
  head.briefs[1].no_spectrum = Reason::held_samples;
  head.briefs[1].edited = std::vector<Edges>{{60000, 61000}};
  return head;
}

constexpr int kWindows = 700;  // more than two chunks

MeanSpectra spectra_of_two_channels() {
  MeanSpectra spectra{.bin_hz = 7.8125, .windows = {12, 0}, .density = {}};
  for (int bin = 0; bin < 129; ++bin) {
    spectra.density.push_back(0.25 * bin);
    spectra.density.push_back(static_cast<double>(kNoValue));
  }
  return spectra;
}

float value_of(int window, int channel) {
  return channel == 1 && window % 7 == 0 ? kNoValue : 0.1F * static_cast<float>(window) + static_cast<float>(channel);
}
Reason reason_of(int window, int channel) {
  return channel == 1 && window % 7 == 0 ? Reason::clipped : Reason::ok;
}

Activation activation(int channel, std::int64_t onset) {
  return {.channel = channel,
          .period = 1,
          .onset_row = onset,
          .offset_row = onset + 1000,
          .rms = 31.5F,
          .arv = 25.25F,
          .iemg = 20,
          .peak = 99,
          .mdf_hz = kNoValue,
          .mnf_hz = kNoValue,
          .snr_db = 22.5F,
          .rms_ci_low = 30.5F,
          .mnf_ci_high = 120.5F,
          .amplitude_reason = Reason::ok,
          .spectrum_reason = Reason::too_short,
          .edited = channel == 1};
}

const std::vector<SummaryRow> kSummary = {{.channel = 0,
                                           .task = "reach, slow",
                                           .repetition = 2,
                                           .feature = "rms_active",
                                           .statistic = "geometric_mean",
                                           .value = 31.5,
                                           .unit = "uV",
                                           .ci_low = 30,
                                           .ci_high = {},
                                           .n = 2,
                                           .n_unit = "activations"},
                                          {.channel = 1,
                                           .task = "",
                                           .repetition = 0,
                                           .feature = "mdf",
                                           .statistic = "mean",
                                           .value = {},
                                           .unit = "Hz",
                                           .ci_low = {},
                                           .ci_high = {},
                                           .n = 0,
                                           .n_unit = "windows",
                                           .reason = Reason::held_samples}};

float column_of(int window, std::size_t column, std::size_t channel) {
  return static_cast<float>(window) + 0.25F * static_cast<float>(column) + 100000.0F * static_cast<float>(channel);
}

void write_features(const std::filesystem::path& path, float more = 0, FeatureSet set = FeatureSet::standard) {
  FeaturesHead head = head_of_two_channels();
  head.feature_set = set;
  FeaturesWriter writer(path, head);
  for (int w = 0; w < kWindows; ++w) {
    const float first[2] = {value_of(w, 0) + (w == 300 ? more : 0), value_of(w, 1)};
    const float second[2] = {value_of(w, 0) / 2, value_of(w, 1)};
    const float fraction[2] = {0.5F, kNoValue};
    const Reason reason[2] = {reason_of(w, 0), reason_of(w, 1)};
    const WindowKind kind = w % 2 == 0 ? WindowKind::amplitude : WindowKind::spectrum;
    std::vector<float> columns;
    for (std::size_t k = 0; k < columns_of(kind, set).size(); ++k)
      for (std::size_t c = 0; c < 2; ++c) columns.push_back(column_of(w, k, c));
    writer.write(FeatureFrame{.kind = kind,
                              .first_row = 125 * std::int64_t{w},
                              .rows = 250,
                              .period = w % 3 - 1,
                              .first = first,
                              .second = second,
                              .active_fraction = fraction,
                              .more = columns,
                              .reason = reason});
  }
  for (const auto& [channel, onset] : {std::pair(1, 60000), std::pair(0, 70000), std::pair(0, 65000)})
    writer.write(activation(channel, onset));
  writer.write(spectra_of_two_channels());
  writer.finish(kSummary);
}

std::string refusal_to_open(const std::filesystem::path& path, Fault fault) {
  try {
    const FeaturesReader reader(path);
    reader.read(WindowKind::amplitude, 0, reader.windows(WindowKind::amplitude));
    reader.summary();
  } catch (const Error& error) {
    CHECK(error.fault() == fault);
    return error.what();
  }
  return "";
}

/// One number of a dataset becomes another.
template <class Number>
void overwrite(const std::filesystem::path& path, const char* dataset, hid_t type, std::size_t at, Number number) {
  const Hdf5Object file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  const Hdf5Object data(H5Dopen2(file.id(), dataset, H5P_DEFAULT));
  const Hdf5Object space(H5Dget_space(data.id()));
  std::vector<Number> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.id())));
  REQUIRE(H5Dread(data.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
  values.at(at) = number;
  REQUIRE(H5Dwrite(data.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
}

}  // namespace

TEST_CASE("features: what describes them is read back as it was given") {
  const TemporaryFolder folder;
  write_features(folder / "a.features.h5");
  const FeaturesReader reader(folder / "a.features.h5");
  const FeaturesHead expected = head_of_two_channels();
  const FeaturesHead& head = reader.head();
  CHECK(head.recording.recording_id == expected.recording.recording_id);
  CHECK(head.recording.participant_id == expected.recording.participant_id);
  CHECK(head.recording.visit_id == expected.recording.visit_id);
  CHECK(head.recording.session_start == expected.recording.session_start);
  CHECK(head.recording.stream.fs_hz == expected.recording.stream.fs_hz);
  CHECK(head.recording.rows == expected.recording.rows);
  CHECK(head.recording.simulated);
  CHECK(head.recording.gaps == expected.recording.gaps);
  CHECK(head.recording.periods == expected.recording.periods);
  REQUIRE(head.recording.stream.channels.size() == 2);
  for (std::size_t c = 0; c < 2; ++c) {
    const Channel& mine = head.recording.stream.channels[c];
    const Channel& theirs = expected.recording.stream.channels[c];
    CHECK(mine.label == theirs.label);
    CHECK(mine.muscle == theirs.muscle);
    CHECK(mine.side == theirs.side);
    CHECK(mine.unit == theirs.unit);
    CHECK(mine.kind == theirs.kind);
    CHECK(head.briefs[c].rest == expected.briefs[c].rest);
    CHECK(head.briefs[c].line_hz == expected.briefs[c].line_hz);
    CHECK(head.briefs[c].line_power == expected.briefs[c].line_power);
    CHECK(head.briefs[c].no_spectrum == expected.briefs[c].no_spectrum);
    CHECK(head.briefs[c].edited == expected.briefs[c].edited);
  }
  CHECK(head.recording_name == expected.recording_name);
  CHECK(head.recording_sha256 == expected.recording_sha256);
  CHECK(head.settings_toml == expected.settings_toml);
  CHECK(head.settings_sha256 == expected.settings_sha256);
  CHECK(head.engine_version == expected.engine_version);
  CHECK(head.cpu_class == expected.cpu_class);
  CHECK(head.fftw_version == expected.fftw_version);
  CHECK(head.rest_source == expected.rest_source);
  CHECK(head.rest_sha256 == expected.rest_sha256);
  CHECK(head.latency_rows == expected.latency_rows);
}

TEST_CASE("features: every window is read back bit for bit, from any place on") {
  const TemporaryFolder folder;
  write_features(folder / "a.features.h5");
  const FeaturesReader reader(folder / "a.features.h5");
  for (const WindowKind kind : {WindowKind::amplitude, WindowKind::spectrum}) {
    const int odd = kind == WindowKind::spectrum ? 1 : 0;
    REQUIRE(reader.windows(kind) == kWindows / 2);
    for (const auto& [first, count] : {std::pair(0, kWindows / 2), std::pair(255, 3), std::pair(349, 1), std::pair(0, 0)}) {
      const StoredWindows windows = reader.read(kind, first, count);
      REQUIRE(windows.first_row.size() == static_cast<std::size_t>(count));
      REQUIRE(windows.first.size() == static_cast<std::size_t>(2 * count));
      CHECK(windows.active_fraction.size() == static_cast<std::size_t>(odd == 0 ? 2 * count : 0));
      std::vector<float> expected, halves;
      for (int k = 0; k < count; ++k) {
        const int w = 2 * (first + k) + odd;
        CHECK(windows.first_row[static_cast<std::size_t>(k)] == 125 * w);
        CHECK(windows.rows[static_cast<std::size_t>(k)] == 250);
        CHECK(windows.period[static_cast<std::size_t>(k)] == w % 3 - 1);
        for (int c = 0; c < 2; ++c) {
          expected.push_back(value_of(w, c));
          halves.push_back(c == 0 ? value_of(w, 0) / 2 : value_of(w, 1));
          CHECK(windows.reason[static_cast<std::size_t>(2 * k + c)] == reason_of(w, c));
        }
      }
      CHECK(same_bits(windows.first, expected));
      CHECK(same_bits(windows.second, halves));
    }
  }
}

TEST_CASE("features: intervals and, where all was measured, every further column are read back") {
  const TemporaryFolder folder;
  for (const FeatureSet set : {FeatureSet::standard, FeatureSet::all}) {
    write_features(folder / "a.features.h5", 0, set);
    const FeaturesReader reader(folder / "a.features.h5");
    CHECK(reader.head().feature_set == set);
    for (const WindowKind kind : {WindowKind::amplitude, WindowKind::spectrum}) {
      const StoredWindows windows = reader.read(kind, 255, 3);
      const std::size_t columns = columns_of(kind, set).size();
      REQUIRE(windows.columns == columns);
      REQUIRE(windows.more.size() == 3 * columns * 2);
      for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t column = 0; column < columns; ++column)
          for (std::size_t c = 0; c < 2; ++c)
            CHECK(windows.more[(k * columns + column) * 2 + c] ==
                  column_of(2 * (255 + static_cast<int>(k)) + (kind == WindowKind::spectrum ? 1 : 0), column, c));
    }
  }
}

TEST_CASE("features: activations stand in the order of channel and onset, summaries in the order they were given") {
  const TemporaryFolder folder;
  write_features(folder / "a.features.h5");
  const FeaturesReader reader(folder / "a.features.h5");
  const auto activations = reader.activations();
  REQUIRE(activations.size() == 3);
  CHECK(activations[0].onset_row == 65000);
  CHECK(activations[1].onset_row == 70000);
  CHECK(activations[2].channel == 1);
  CHECK(activations[2].edited);
  CHECK_FALSE(activations[0].edited);
  const Activation expected = activation(0, 65000);
  CHECK(activations[0].offset_row == expected.offset_row);
  CHECK(activations[0].period == 1);
  for (const ActivationMeasure& m : kActivationMeasures) {
    CAPTURE(m.name);
    CHECK((activations[0].*m.of == expected.*m.of || (std::isnan(activations[0].*m.of) && std::isnan(expected.*m.of))));
  }
  CHECK(activations[0].spectrum_reason == Reason::too_short);
  const auto summary = reader.summary();
  REQUIRE(summary.size() == kSummary.size());
  for (std::size_t k = 0; k < summary.size(); ++k) {
    CHECK(summary[k].channel == kSummary[k].channel);
    CHECK(summary[k].task == kSummary[k].task);
    CHECK(summary[k].repetition == kSummary[k].repetition);
    CHECK(summary[k].feature == kSummary[k].feature);
    CHECK(summary[k].statistic == kSummary[k].statistic);
    CHECK(summary[k].value == kSummary[k].value);
    CHECK(summary[k].unit == kSummary[k].unit);
    CHECK(summary[k].ci_low == kSummary[k].ci_low);
    CHECK(summary[k].ci_high == kSummary[k].ci_high);
    CHECK(summary[k].n == kSummary[k].n);
    CHECK(summary[k].n_unit == kSummary[k].n_unit);
    CHECK(summary[k].reason == kSummary[k].reason);
  }
}

TEST_CASE("features: the mean spectra, the hash of the samples and the converter's step are read back as they were given") {
  const TemporaryFolder folder;
  const auto path = folder / "a.features.h5";
  write_features(path);
  const FeaturesReader reader(path);
  const MeanSpectra given = spectra_of_two_channels(), read = reader.mean_spectra();
  CHECK(read.bin_hz == given.bin_hz);
  CHECK(read.windows == given.windows);
  REQUIRE(read.density.size() == given.density.size());
  for (std::size_t k = 0; k < read.density.size(); k += 2) {
    CHECK(read.density[k] == given.density[k]);
    CHECK(std::isnan(read.density[k + 1]));
  }
  CHECK(reader.head().briefs[0].samples_hash == 0xfedcba9876543210ULL);
  CHECK(reader.head().briefs[1].samples_hash == 0);
  CHECK(reader.head().recording.stream.channels[0].lsb == 0.125);
  CHECK_FALSE(reader.head().recording.stream.channels[1].lsb.has_value());
}

TEST_CASE("features: the same calls give the same bytes, whatever the file is called, and nothing else is left") {
  const TemporaryFolder folder;
  write_features(folder / "a.features.h5");
  write_features(folder / "b.features.h5");
  CHECK(bytes_of_file(folder / "a.features.h5") == bytes_of_file(folder / "b.features.h5"));
  CHECK(names_in(folder.path()).size() == 2);
}

TEST_CASE("features: an earlier features file is replaced when the new one is whole, and stands until then") {
  const TemporaryFolder folder;
  write_features(folder / "a.features.h5");
  const std::string before = bytes_of_file(folder / "a.features.h5");
  { const FeaturesWriter unfinished(folder / "a.features.h5", head_of_two_channels()); }
  CHECK(bytes_of_file(folder / "a.features.h5") == before);
  CHECK(names_in(folder.path()).size() == 1);
  write_features(folder / "a.features.h5", 1);
  CHECK(bytes_of_file(folder / "a.features.h5") != before);
}

TEST_CASE("features: a file of somebody else is never replaced") {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.features.h5") << "mine";
  CHECK_THROWS_WITH_AS(FeaturesWriter(folder / "a.features.h5", head_of_two_channels()),
                       "a.features.h5: found another file of this name, expected none or a features file of semg", Error);
  CHECK(bytes_of_file(folder / "a.features.h5") == "mine");
  write_sample(folder / "rec.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  CHECK_THROWS_AS(FeaturesWriter(folder / "rec.nwb", head_of_two_channels()), Error);
}

TEST_CASE("features: a comparison names the dataset in which two files first differ, and by how much") {
  const TemporaryFolder folder;
  write_features(folder / "a.features.h5");
  write_features(folder / "b.features.h5");
  CHECK(compare_features(folder / "a.features.h5", folder / "b.features.h5").first_place.empty());
  write_features(folder / "b.features.h5", 0.3F);  // of 30
  const FeaturesDifference value = compare_features(folder / "a.features.h5", folder / "b.features.h5");
  CHECK(value.first_place == "/windows/amplitude/rms");
  CHECK(value.same_shape);
  CHECK(value.largest_relative == doctest::Approx(0.3 / 30.3).epsilon(1e-4));
  write_features(folder / "b.features.h5");
  overwrite<std::int64_t>(folder / "b.features.h5", "/activations/onset_row", H5T_NATIVE_INT64, 1, 70001);
  const FeaturesDifference edge = compare_features(folder / "a.features.h5", folder / "b.features.h5");
  CHECK(edge.first_place == "/activations/onset_row");
  CHECK_FALSE(edge.same_shape);
  write_features(folder / "b.features.h5");
  overwrite<double>(folder / "b.features.h5", "/summary/ci_low", H5T_NATIVE_DOUBLE, 0, NAN);
  const FeaturesDifference missing = compare_features(folder / "a.features.h5", folder / "b.features.h5");
  CHECK(missing.first_place == "/summary/ci_low");
  CHECK(missing.largest_relative == INFINITY);
}

TEST_CASE("features: a damaged file is refused with its field, and reads nothing beyond it") {
  const TemporaryFolder folder;
  const auto path = folder / "a.features.h5";
  CHECK(refusal_to_open(path, Fault::no_input) == "a.features.h5: no such file");
  write_features(path);
  overwrite<int>(path, "/summary/channel", H5T_NATIVE_INT, 1, 99);
  CHECK(refusal_to_open(path, Fault::data) == "a.features.h5: /summary/channel: found 99, expected a channel of this file");
  write_features(path);
  overwrite<int>(path, "/activations/channel", H5T_NATIVE_INT, 1, -1);
  CHECK(refusal_to_open(path, Fault::data) == "a.features.h5: /activations/channel: found -1, expected a channel of this file");
  write_features(path);
  overwrite<unsigned char>(path, "/windows/amplitude/reason", H5T_NATIVE_UCHAR, 3, 200);
  CHECK(refusal_to_open(path, Fault::data) == "a.features.h5: /windows/amplitude/reason: found code 200, expected a reason code");
  const std::string whole = [&] {
    write_features(path);
    return bytes_of_file(path);
  }();
  for (const std::size_t kept : {whole.size() / 2, std::size_t{100}, std::size_t{0}}) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, kept);
    CHECK(refusal_to_open(path, Fault::data).starts_with("a.features.h5: "));
  }
  std::filesystem::remove(path);
  write_features(path);
  const Hdf5Object file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  REQUIRE(H5Ldelete(file.id(), "/windows/amplitude/arv", H5P_DEFAULT) >= 0);
  H5Fflush(file.id(), H5F_SCOPE_GLOBAL);
  CHECK(refusal_to_open(path, Fault::data).starts_with("a.features.h5: /windows/amplitude/arv"));
}
