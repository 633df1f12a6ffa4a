// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/session_measures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "engine/chain.hpp"

namespace semg {
namespace {

constexpr double kMvcS = 0.5;    // ISEK: the highest half second of a maximal contraction
constexpr double kEpochS = 1.0;  // of a hold

/// Seconds or half seconds put together from stored windows that do not overlap.
struct Tiling {
  std::int64_t windows = 0;  ///< of a tile; 0: the windows do not tile it
  std::int64_t stride = 0;   ///< from a window to the next one that does not overlap it
};
Tiling tiling_of(double tile_s, double window_s, double hop_s) {
  const double windows = tile_s / window_s, stride = window_s / hop_s;
  if (std::abs(windows - std::round(windows)) > 1e-6 || std::abs(stride - std::round(stride)) > 1e-6) return {};
  return {.windows = std::llround(windows), .stride = std::llround(stride)};
}

/// Windows of one channel within one period, in order.
struct Windows {
  std::vector<double> t_s;    // middle
  std::vector<double> first;  // RMS or MDF; NaN where not valid
  std::vector<double> second;
  Reason reason = Reason::too_short;  // the last one met
};

class Measures {
 public:
  Measures(Session& session, const FeaturesReader& features, const StudyPlan& plan)
      : session_(session),
        features_(features),
        plan_(plan),
        recording_(features.head().recording),
        channels_(recording_.stream.channels.size()),
        settings_(settings_from_toml(features.head().settings_toml, features.head().recording_name)),
        summary_(features.summary()),
        amplitude_faults_(channels_) {}

  void take() {
    const Chain chain = chain_for(settings_, recording_.stream.fs_hz);
    session_.low_pass_hz = chain.low_pass_hz;
    session_.engine_version = features_.head().engine_version;
    session_.rest_was_recorded = features_.head().rest_source == "period" || features_.head().rest_source == "file";
    session_.differing_settings = differing_keys(plan_.analysis, settings_);
    amplitude_ = windows_of(WindowKind::amplitude);
    spectrum_ = windows_of(WindowKind::spectrum);
    index_summary();
    activations_.resize(std::max<std::size_t>(recording_.periods.size(), 1) * channels_);
    for (const Activation& a : features_.activations())
      activations_[static_cast<std::size_t>(std::max(a.period, 0)) * channels_ + static_cast<std::size_t>(a.channel)].push_back(a);
    const MeanSpectra spectra = features_.mean_spectra();
    for (std::size_t c = 0; c < channels_; ++c) {
      SessionChannel& channel = session_.channels[c];
      take_whole(channel, c);
      take_spectrum(channel, spectra, chain, c);
      for (SessionTask& task : channel.tasks) take_task(task, c);
    }
  }

 private:
  std::vector<Windows> windows_of(WindowKind kind) {
    const std::size_t periods = std::max<std::size_t>(recording_.periods.size(), 1);
    std::vector<Windows> all(periods * channels_);
    each_window(features_, kind, [&](const StoredWindows& w, std::size_t k) {
      const double t_s = (static_cast<double>(w.first_row[k]) + w.rows[k] / 2.0) / recording_.stream.fs_hz;
      for (std::size_t c = 0; c < channels_; ++c) {
        Windows& into = all[static_cast<std::size_t>(std::max(w.period[k], 0)) * channels_ + c];
        const std::size_t at = k * channels_ + c;
        into.t_s.push_back(t_s);
        into.first.push_back(w.first[at]);
        into.second.push_back(w.second[at]);
        if (w.reason[at] != Reason::ok) into.reason = w.reason[at];
        if (kind == WindowKind::amplitude) ++amplitude_faults_[c][static_cast<std::size_t>(w.reason[at])];
      }
    });
    return all;
  }

  /// Rows come in blocks, for each channel one of the whole recording and then one of each period: tasks may be there twice by name.
  void index_summary() {
    blocks_.resize(channels_);
    for (const SummaryRow& row : summary_) {
      auto& blocks = blocks_[static_cast<std::size_t>(row.channel)];
      if (blocks.empty() || row.feature == blocks.front().front()->feature) blocks.emplace_back();
      blocks.back().push_back(&row);
    }
  }
  static const SummaryRow* row_of(const std::vector<const SummaryRow*>& block, std::string_view feature) {
    const auto at = std::find_if(block.begin(), block.end(), [&](const SummaryRow* row) { return row->feature == feature; });
    return at == block.end() ? nullptr : *at;
  }
  const SummaryRow* of_recording(std::size_t c, std::string_view feature) const {
    return blocks_[c].empty() ? nullptr : row_of(blocks_[c].front(), feature);
  }
  const SummaryRow* of_period(std::size_t c, std::size_t period, std::string_view feature) const {
    return period + 1 < blocks_[c].size() ? row_of(blocks_[c][period + 1], feature) : nullptr;
  }

  void take_whole(SessionChannel& channel, std::size_t c) const {
    const ChannelBrief& brief = features_.head().briefs[c];
    channel.samples_hash = brief.samples_hash;
    if (brief.rest) channel.rest_rms = std::sqrt(brief.rest->power);
    if (brief.rest && brief.line_power > 0 && brief.rest->power > 0)
      channel.line_db = 10 * std::log10(brief.line_power / brief.rest->power);
    const auto value = [&](const char* feature) -> std::optional<double> {
      const SummaryRow* row = of_recording(c, feature);
      return row == nullptr ? std::nullopt : row->value;
    };
    channel.rms = value("rms");
    channel.snr_db = value("snr");
    const auto& faults = amplitude_faults_[c];
    const std::int64_t windows = std::accumulate(faults.begin(), faults.end(), std::int64_t{0});
    const std::int64_t invalid = windows - faults[0];
    channel.invalid_share = windows > 0 ? static_cast<double>(invalid) / static_cast<double>(windows) : 1;
    if (invalid > 0) channel.invalid_because = static_cast<Reason>(std::max_element(faults.begin() + 1, faults.end()) - faults.begin());
  }

  void take_spectrum(SessionChannel& channel, const MeanSpectra& spectra, const Chain& chain, std::size_t c) const {
    if (spectra.windows.empty() || spectra.windows[c] == 0) return;
    std::vector<double> density;
    for (std::size_t k = c; k < spectra.density.size(); k += channels_) density.push_back(spectra.density[k]);
    channel.mdf_hz = median_frequency(density, spectra.bin_hz, chain.band);
    channel.shape = band_shape(density, spectra.bin_hz, 0.45 * recording_.stream.fs_hz);
  }

  /// Stored windows as tiles of tile_s: `mean(values of one tile)` every `step` windows.
  struct Tile {
    double t_s;
    double first, second;
  };
  static std::vector<Tile> tiles(const Windows& w, const Tiling& tiling, std::int64_t step, bool squares) {
    std::vector<Tile> tiles;
    if (tiling.windows == 0) return tiles;
    const std::int64_t count = static_cast<std::int64_t>(w.first.size());
    for (std::int64_t k = 0; k + (tiling.windows - 1) * tiling.stride < count; k += step) {
      Tile tile{.t_s = 0, .first = 0, .second = 0};
      for (std::int64_t i = 0; i < tiling.windows; ++i) {
        const auto at = static_cast<std::size_t>(k + i * tiling.stride);
        tile.t_s += w.t_s[at];
        tile.first += squares ? w.first[at] * w.first[at] : w.first[at];
        tile.second += w.second[at];
      }
      const double n = static_cast<double>(tiling.windows);
      tile = {.t_s = tile.t_s / n, .first = squares ? std::sqrt(tile.first / n) : tile.first / n, .second = tile.second / n};
      if (std::isfinite(tile.first)) tiles.push_back(tile);
    }
    return tiles;
  }

  void take_task(SessionTask& task, std::size_t c) const {
    std::vector<std::size_t> periods;
    for (std::size_t p = 0; p < recording_.periods.size(); ++p) {
      if (recording_.periods[p].task == task.id) periods.push_back(p);
    }
    const bool numbered = std::any_of(periods.begin(), periods.end(), [&](std::size_t p) { return recording_.periods[p].repetition > 0; });
    const auto planned = std::find_if(plan_.tasks.begin(), plan_.tasks.end(), [&](const PlannedTask& t) { return t.id == task.id; });
    if (numbered) {
      take_repetitions(task, periods, c);
    } else {
      take_activations(task, periods, c);
    }
    if (planned == plan_.tasks.end()) return;
    if (planned->kind == TaskKind::rest) take_rest(task, periods, c);
    if (planned->kind == TaskKind::mvc) take_highest(task, periods, c);
    if (planned->kind == TaskKind::hold && !periods.empty()) take_epochs(task, periods.front(), c);
  }

  static void add(SessionTask& task, Observations::Of of, const std::string& feature, std::optional<double> value, double at,
                  Reason reason) {
    Observations& observed = task.features[feature];
    observed.of = of;
    if (value && std::isfinite(*value)) {
      observed.values.push_back(*value);
      observed.at.push_back(at);
    } else if (observed.reason == Reason::too_short) {
      observed.reason = reason;
    }
  }

  void take_repetitions(SessionTask& task, const std::vector<std::size_t>& periods, std::size_t c) const {
    for (const std::size_t p : periods) {
      const int repetition = recording_.periods[p].repetition;
      for (const char* feature :
           {"rms_active", "arv_active", "rms", "mdf_active", "mnf_active", "mdf", "mnf", "mdf_slope", "duration", "activation_count"}) {
        const SummaryRow* row = of_period(c, p, feature);
        if (row != nullptr) add(task, Observations::Of::repetitions, feature, row->value, repetition, row->reason);
      }
    }
  }

  /// A period that is not numbered: what the detector found in it stands for repetitions, windows for one value.
  void take_activations(SessionTask& task, const std::vector<std::size_t>& periods, std::size_t c) const {
    for (const std::size_t p : periods) {
      for (const char* feature : {"rms", "mdf", "mnf", "mdf_slope", "activation_count"}) {
        const SummaryRow* row = of_period(c, p, feature);
        if (row != nullptr) add(task, Observations::Of::repetitions, feature, row->value, 1, row->reason);
      }
      const SummaryRow* active = of_period(c, p, "rms_active");
      double number = 0;
      for (const Activation& a : activations_[p * channels_ + c]) {
        ++number;
        const auto one = [&](const char* feature, double value, Reason reason) {
          add(task, Observations::Of::activations, feature, value, number, reason);
        };
        one("rms_active", a.rms, a.amplitude_reason);
        one("arv_active", a.arv, a.amplitude_reason);
        one("mdf_active", a.mdf_hz, a.spectrum_reason);
        one("mnf_active", a.mnf_hz, a.spectrum_reason);
        one("duration", static_cast<double>(a.offset_row - a.onset_row) / recording_.stream.fs_hz, Reason::ok);
      }
      if (number > 0 || active == nullptr) continue;
      for (const char* feature : {"rms_active", "arv_active", "mdf_active", "mnf_active", "duration"})
        add(task, Observations::Of::activations, feature, std::nullopt, 0, active->reason);
    }
  }

  /// Average rectified value of rest: what is taken off an ARV. Windows overlap, and all count the same.
  void take_rest(SessionTask& task, const std::vector<std::size_t>& periods, std::size_t c) const {
    for (const std::size_t p : periods) {
      const Windows& w = amplitude_[p * channels_ + c];
      double sum = 0, n = 0;
      for (const double arv : w.second) {
        if (!std::isfinite(arv)) continue;
        sum += arv;
        ++n;
      }
      add(task, Observations::Of::repetitions, "arv", n > 0 ? std::optional(sum / n) : std::nullopt, recording_.periods[p].repetition,
          w.reason);
    }
  }

  void take_highest(SessionTask& task, const std::vector<std::size_t>& periods, std::size_t c) const {
    const Tiling half_second = tiling_of(kMvcS, settings_.amplitude.window_s, settings_.amplitude.hop_s);
    double number = 0;
    for (const std::size_t p : periods) {
      const Windows& w = amplitude_[p * channels_ + c];
      std::optional<double> highest;
      for (const Tile& tile : tiles(w, half_second, 1, true)) highest = std::max(highest.value_or(0), tile.first);
      add(task, Observations::Of::repetitions, "mvc_rms", highest, ++number, w.reason);
    }
  }

  void take_epochs(SessionTask& task, std::size_t period, std::size_t c) const {
    const auto fill = [&](const char* feature, const std::vector<Tile>& tiles, double Tile::*member, Reason reason) {
      Observations& observed = task.epochs[feature];
      observed.of = Observations::Of::epochs;
      observed.reason = reason;
      for (const Tile& tile : tiles) {
        observed.values.push_back(tile.*member);
        observed.at.push_back(tile.t_s);
      }
    };
    const Windows& amplitude = amplitude_[period * channels_ + c];
    const Tiling second = tiling_of(kEpochS, settings_.amplitude.window_s, settings_.amplitude.hop_s);
    fill("rms", tiles(amplitude, second, second.windows * second.stride, true), &Tile::first, amplitude.reason);
    const Windows& spectrum = spectrum_[period * channels_ + c];
    const Tiling one = tiling_of(settings_.spectrum.window_s, settings_.spectrum.window_s, settings_.spectrum.hop_s);
    const auto spectra = tiles(spectrum, one, std::max<std::int64_t>(one.stride, 1), false);
    fill("mdf", spectra, &Tile::first, spectrum.reason);
    fill("mnf", spectra, &Tile::second, spectrum.reason);
  }

  Session& session_;
  const FeaturesReader& features_;
  const StudyPlan& plan_;
  const Recording& recording_;
  std::size_t channels_;
  Settings settings_;
  std::vector<SummaryRow> summary_;
  std::vector<std::vector<std::vector<const SummaryRow*>>> blocks_;              // [channels][recording, then periods, then tasks]
  std::vector<std::vector<Activation>> activations_;                             // [periods x channels]
  std::vector<std::array<std::int64_t, kReasonWords.size()>> amplitude_faults_;  // [channels]
  std::vector<Windows> amplitude_, spectrum_;                                    // [periods x channels]
};

}  // namespace

void take_measures(Session& session, const FeaturesReader& features, const StudyPlan& plan) {
  if (session.channels.size() != features.head().recording.stream.channels.size()) {
    throw Error(Fault::data,
                fmt::format("{}: channels: found {} in the features file, expected {} as in the recording", session.recording_name,
                            features.head().recording.stream.channels.size(), session.channels.size()));
  }
  Measures(session, features, plan).take();
}

}  // namespace semg
