// SPDX-License-Identifier: BSD-3-Clause
// What was measured, in a file: HDF5, the layout is written down in io/README.md.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dsp/channel_brief.hpp"
#include "dsp/cycle.hpp"
#include "dsp/frame.hpp"
#include "dsp/quality/quality_rules.hpp"
#include "dsp/recording.hpp"
#include "dsp/summary_row.hpp"

namespace semg {

/// Everything beside the measured values.
struct FeaturesHead {
  Recording recording;         ///< its description; no samples, events or source
  std::string recording_name;  ///< file name without folder
  std::string recording_sha256;
  std::string settings_toml;  ///< canonical
  std::string settings_sha256;
  std::string engine_version;
  std::string cpu_class;
  std::string fftw_version;
  std::string rest_source;  ///< "recording", "period" or "file"
  std::string rest_sha256;  ///< of the rest recording, where a file gave it
  FeatureSet feature_set = FeatureSet::standard;
  std::int64_t latency_rows = 0;
  std::vector<ChannelBrief> briefs;  ///< [channels]
};

/// A Sink. Written beside its place and put there by finish(); an earlier features file of ours is replaced, anything else refused.
/// The same calls give the same bytes.
class FeaturesWriter {
 public:
  FeaturesWriter(const std::filesystem::path& path, const FeaturesHead& head);
  ~FeaturesWriter();

  void write(const FeatureFrame& frame);
  void write(const Activation& activation);
  void write(const MeanSpectra& spectra);  ///< once, where there are any
  /// Once, where they were asked for.
  void write(const std::vector<Cycle>& cycles, const std::vector<EnsemblePoint>& ensemble);
  void write(const std::vector<QualityFinding>& quality);  ///< once
  /// Activations are put in order (channel, onset), the file in its place.
  void finish(const std::vector<SummaryRow>& summary);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// One window of one kind, all channels; `first`, `second` and `active_fraction` as in FeatureFrame.
struct StoredWindows {
  std::size_t columns = 0;              // of `more`
  std::vector<std::int64_t> first_row;  // [w]
  std::vector<std::int32_t> rows;       // [w]
  std::vector<std::int32_t> period;     // [w]
  std::vector<float> first, second;     // [w x channels]
  std::vector<float> active_fraction;   // [w x channels], amplitude only
  std::vector<float> more;              // [w x columns x channels], columns_of(kind, set) or, in files made before there were any, none
  std::vector<Reason> reason;           // [w x channels]
};

class FeaturesReader {
 public:
  /// Throws Error(no_input), Error(data).
  explicit FeaturesReader(const std::filesystem::path& path);
  ~FeaturesReader();

  const FeaturesHead& head() const noexcept;
  std::int64_t windows(WindowKind kind) const;
  StoredWindows read(WindowKind kind, std::int64_t first, std::int64_t count) const;
  std::vector<Activation> activations() const;
  MeanSpectra mean_spectra() const;  ///< empty where the file has none
  bool has_cycles() const;           ///< they were asked for, even if none was found
  std::vector<Cycle> cycles() const;
  std::vector<EnsemblePoint> ensemble() const;
  std::vector<SummaryRow> summary() const;
  std::vector<QualityFinding> quality() const;  ///< empty where the file has none

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Calls see(windows, k) for every window in order: it is number k of the stored windows at hand.
template <class See>
void each_window(const FeaturesReader& features, WindowKind kind, See see) {
  constexpr std::int64_t kAtOnce = 4096;
  const std::int64_t windows = features.windows(kind);
  for (std::int64_t first = 0; first < windows; first += kAtOnce) {
    const StoredWindows stored = features.read(kind, first, std::min(kAtOnce, windows - first));
    for (std::size_t k = 0; k < stored.first_row.size(); ++k) see(stored, k);
  }
}

/// How two features files differ in their datasets.
struct FeaturesDifference {
  bool same_shape = true;       ///< false: rows, channels or whole numbers differ
  std::string first_place;      ///< dataset in which they first differ
  double largest_relative = 0;  ///< over all floating-point values
};
FeaturesDifference compare_features(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace semg
