// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/page_of_features.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "apps/page/definitions.hpp"
#include "apps/page/quality_rows.hpp"
#include "apps/page/recording_page.hpp"
#include "apps/page/response_figure.hpp"
#include "dsp/error.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/chain.hpp"
#include "engine/conditioned_source.hpp"
#include "engine/feature_extractor.hpp"
#include "io/features_file.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

constexpr double kExcerptMargin_s = 1.0;
constexpr double kExcerptMost_s = 8.0;

/// Mean spectra of one channel inside its activations and outside them.
class ChannelSpectra {
 public:
  ChannelSpectra(const Chain& chain, const std::vector<Activation>& activations)
      : welch_(static_cast<std::size_t>(chain.segment_rows), chain.fs_hz),
        hop_(chain.segment_hop_rows),
        activations_(activations),
        active_(welch_.bins()),
        rest_(welch_.bins()) {}

  void restart() { segment_.clear(); }
  void push(std::int64_t row, float x) {
    segment_.push_back(x);
    if (segment_.size() < welch_.segment_rows()) return;
    take(row + 1 - static_cast<std::int64_t>(segment_.size()), row + 1);
    segment_.erase(segment_.begin(), segment_.begin() + hop_);
  }
  PagePsd psd() {
    PagePsd out{.bin_hz = welch_.bin_hz(), .active = {}, .rest = {}};
    if (active_segments_ > 0) {
      welch_.to_density(active_, active_segments_);
      out.active = active_;
    }
    if (rest_segments_ > 0 && !activations_.empty()) {
      welch_.to_density(rest_, rest_segments_);
      out.rest = rest_;
    }
    return out;
  }

 private:
  void take(std::int64_t first, std::int64_t last) {
    if (!std::all_of(segment_.begin(), segment_.end(), [](float x) { return std::isfinite(x); })) return;
    while (next_ < activations_.size() && activations_[next_].offset_row <= first) ++next_;
    const bool overlaps = next_ < activations_.size() && activations_[next_].onset_row < last;
    if (!overlaps) {
      welch_.add(segment_, rest_);
      ++rest_segments_;
    } else if (activations_[next_].onset_row <= first && last <= activations_[next_].offset_row) {
      welch_.add(segment_, active_);
      ++active_segments_;
    }
  }
  WelchSpectrum welch_;
  std::int64_t hop_;
  const std::vector<Activation>& activations_;
  std::size_t next_ = 0;
  std::vector<float> segment_;
  std::vector<double> active_, rest_;
  std::size_t active_segments_ = 0, rest_segments_ = 0;
};

/// Rows to show large: the strongest activation and a second about it; without one, the first seconds.
std::pair<std::int64_t, std::int64_t> excerpt_rows(const std::vector<Activation>& activations, const Recording& recording) {
  const double fs_hz = recording.stream.fs_hz;
  const auto margin = static_cast<std::int64_t>(kExcerptMargin_s * fs_hz);
  const auto most = static_cast<std::int64_t>(kExcerptMost_s * fs_hz);
  const auto strongest = std::max_element(activations.begin(), activations.end(), [](const Activation& a, const Activation& b) {
    return std::isnan(a.rms) || (!std::isnan(b.rms) && a.rms < b.rms);
  });
  const std::int64_t first = strongest == activations.end() ? 0 : std::max<std::int64_t>(0, strongest->onset_row - margin);
  const std::int64_t wanted = strongest == activations.end() ? most : strongest->offset_row - strongest->onset_row + 2 * margin;
  return {first, std::min({recording.rows, first + wanted, first + most})};
}

void fill_windows(const FeaturesReader& features, const Chain& chain, RecordingPage& page) {
  for (const WindowKind kind : {WindowKind::amplitude, WindowKind::spectrum}) {
    const bool amplitude = kind == WindowKind::amplitude;
    for (ChannelOnPage& ch : page.channels) {
      (amplitude ? ch.rms : ch.mdf) = amplitude ? WindowColumns(page.recording.rows, chain.amplitude_window_rows, chain.amplitude_hop_rows)
                                                : WindowColumns(page.recording.rows, chain.spectrum_window_rows, chain.spectrum_hop_rows);
    }
    each_window(features, kind, [&](const StoredWindows& w, std::size_t k) {
      for (std::size_t c = 0; c < page.channels.size(); ++c) {
        const std::size_t at = k * page.channels.size() + c;
        (amplitude ? page.channels[c].rms : page.channels[c].mdf).push(w.first_row[k], w.first[at], w.reason[at]);
      }
    });
  }
}

void fill_traces(RecordingReader& reader, const Chain& chain, RecordingPage& page) {
  const std::size_t channels = page.channels.size();
  std::vector<ChannelSpectra> spectra;
  std::vector<std::pair<std::int64_t, std::int64_t>> shown;
  for (ChannelOnPage& ch : page.channels) {
    ch.filtered = TraceColumns(0, page.recording.rows);
    shown.push_back(excerpt_rows(ch.activations, page.recording));
    ch.excerpt.first_row = shown.back().first;
    const auto rows = static_cast<std::size_t>(shown.back().second - shown.back().first);
    ch.excerpt.raw.assign(rows, kNoValue);
    ch.excerpt.filtered.assign(rows, kNoValue);
    spectra.emplace_back(chain, ch.activations);
  }
  Block block(channels, FeatureExtractor::kMostRows);
  Block raw(channels, FeatureExtractor::kMostRows);
  std::int64_t next_row = INT64_MIN;
  const auto see = [&](auto& conditioning) {
    if (block.first != next_row) {
      for (ChannelSpectra& s : spectra) s.restart();
    }
    next_row = block.end();
    raw = block;
    conditioning.process(block);
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const std::int64_t row = block.first + static_cast<std::int64_t>(r);
      for (std::size_t c = 0; c < channels; ++c) {
        ChannelOnPage& ch = page.channels[c];
        const float x = block.row(r)[c];
        ch.filtered.push(row, x);
        spectra[c].push(row, x);
        if (row >= shown[c].first && row < shown[c].second) {
          const auto at = static_cast<std::size_t>(row - shown[c].first);
          ch.excerpt.raw[at] = raw.row(r)[c];
          ch.excerpt.filtered[at] = x;
        }
      }
    }
  };
  if (chain.reads_ahead()) {
    ConditionedSource ahead(reader, chain, channels, FeatureExtractor::kMostRows);
    while (ahead.read(block)) see(ahead);
  } else {
    SosFilter conditioning(chain.sos, channels);
    while (reader.read(block)) see(conditioning);
  }
  for (std::size_t c = 0; c < channels; ++c) page.channels[c].psd = spectra[c].psd();
}

/// Where rest came from: every activation and SNR hangs on it.
std::string rest_note(const std::string& rest_source) {
  if (rest_source == "file") return "Rest was taken from a recording of its own.";
  if (rest_source == "period") return "Rest was taken from the periods named rest.";
  return "Rest was looked for in the recording itself; a period named rest, or --rest FILE, states it.";
}

}  // namespace

std::string page_of_features(const std::filesystem::path& recording, const std::filesystem::path& features) {
  const FeaturesReader reader(features);
  RecordingReader samples(recording);
  const FeaturesHead& head = reader.head();
  const Chain chain = chain_for(settings_from_toml(head.settings_toml, features.filename().string()), samples.info().fs_hz);

  RecordingPage page;
  page.recording = samples.recording();
  page.channels.resize(page.recording.stream.channels.size());
  page.band_low_hz = chain.band_low_hz;
  page.band_high_hz = chain.band_high_hz;
  page.conditioning = conditioning_of(chain);
  page.definitions = definitions_of(chain);
  page.response = response_figure(chain);
  page.settings_toml = head.settings_toml;
  page.settings_sha256 = head.settings_sha256;
  page.recording_sha256 = head.recording_sha256;
  page.engine_version = head.engine_version;
  page.notes.push_back(rest_note(head.rest_source));
  for (const Activation& a : reader.activations()) page.channels[static_cast<std::size_t>(a.channel)].activations.push_back(a);
  for (const SummaryRow& row : reader.summary()) {
    ChannelOnPage& ch = page.channels[static_cast<std::size_t>(row.channel)];
    ch.summary.push_back(row);
    if (!row.task.empty()) continue;
    if (row.feature == "mdf_active" && row.repetition == 0) ch.mdf_hz = row.value;
    if (row.feature == "activation_count" && !row.value)
      ch.no_activation_because = "no change from rest was found; give a rest period or --rest FILE";
  }
  for (std::size_t c = 0; c < page.channels.size(); ++c) {
    if (head.briefs[c].rest) page.channels[c].rest_rms = std::sqrt(head.briefs[c].rest->power);
  }
  fill_windows(reader, chain, page);
  fill_traces(samples, chain, page);
  const auto quality = reader.quality();
  for (std::size_t c = 0; c < page.channels.size(); ++c) page.channels[c].quality = quality_rows(quality, static_cast<int>(c));
  return recording_page(page);
}

}  // namespace semg
