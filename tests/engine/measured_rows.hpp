// SPDX-License-Identifier: BSD-3-Clause
// Rows in memory, measured as `semg extract` measures a recording.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "engine/run.hpp"
#include "engine/summary.hpp"
#include "engine/survey.hpp"
#include "tests/dsp/signals.hpp"
#include "tests/engine/measured_streams.hpp"

namespace semg::testing {

struct MeasuredWindow {
  WindowKind kind;
  std::int64_t first_row;
  std::int32_t rows;
  std::vector<float> first, second, active_fraction;  // [channels]
  std::vector<float> more;                            // [columns x channels]
  std::vector<Reason> reason;                         // [channels]
};

/// A Sink that keeps all: windows by kind and time, activations by channel and time.
struct MeasuredRows {
  void write(const FeatureFrame& f) {
    windows.push_back({.kind = f.kind,
                       .first_row = f.first_row,
                       .rows = f.rows,
                       .first = {f.first.begin(), f.first.end()},
                       .second = {f.second.begin(), f.second.end()},
                       .active_fraction = {f.active_fraction.begin(), f.active_fraction.end()},
                       .more = {f.more.begin(), f.more.end()},
                       .reason = {f.reason.begin(), f.reason.end()}});
  }
  void write(const Activation& a) { activations.push_back(a); }
  void sort() {
    std::stable_sort(windows.begin(), windows.end(),
                     [](const auto& a, const auto& b) { return std::tie(a.kind, a.first_row) < std::tie(b.kind, b.first_row); });
    std::sort(activations.begin(), activations.end(),
              [](const Activation& a, const Activation& b) { return std::tie(a.channel, a.onset_row) < std::tie(b.channel, b.onset_row); });
  }
  std::vector<MeasuredWindow> windows;
  std::vector<Activation> activations;
  std::vector<SummaryRow> summary;
};

inline Recording recording_of(const Channels& rows, double fs_hz, std::vector<Period> periods = {}) {
  Recording recording;
  recording.stream.fs_hz = fs_hz;
  for (std::size_t c = 0; c < rows.size(); ++c)
    recording.stream.channels.push_back({.label = "ch" + std::to_string(c), .muscle = "m", .lsb = {}, .rail_low = {}, .rail_high = {}});
  recording.rows = static_cast<std::int64_t>(rows[0].size());
  recording.periods = std::move(periods);
  return recording;
}

inline std::vector<ChannelBrief> surveyed_rows(const Recording& recording, const Channels& rows) {
  Survey survey(recording, chain_for({}, recording.stream.fs_hz));
  Memory source(rows, {FeatureExtractor::kMostRows});
  survey.run(source);
  return survey.briefs();
}

/// With the default settings, all features.
inline MeasuredRows measured_rows(const Channels& rows, double fs_hz, const std::vector<Period>& periods = {},
                                  const std::vector<std::size_t>& cut = {FeatureExtractor::kMostRows}) {
  const Recording recording = recording_of(rows, fs_hz, periods);
  const auto briefs = surveyed_rows(recording, rows);
  const Chain chain = chain_for({}, fs_hz);
  SosFilter conditioning(chain.sos, rows.size());
  FeatureExtractor features(recording.stream, chain, briefs, FeatureSet::all);
  Memory source(rows, cut);
  MeasuredRows out;
  run(source, conditioning, features, KnownPeriods(periods), rows.size(), out);
  out.sort();
  Summary summary(recording, briefs, Summary::RestFrom::recording);
  for (const MeasuredWindow& w : out.windows) {
    summary.write(FeatureFrame{.kind = w.kind,
                               .first_row = w.first_row,
                               .rows = w.rows,
                               .period = periods.empty() ? -1 : 0,
                               .first = w.first,
                               .second = w.second,
                               .active_fraction = w.active_fraction,
                               .more = w.more,
                               .reason = w.reason});
  }
  for (const Activation& a : out.activations) summary.write(a);
  out.summary = summary.rows();
  return out;
}

/// Contractions of 100 uV RMS in rest of 1 uV, known at every instant, so that other rates sample the very same signal: each channel has
/// its own interference pattern, and all contract between 3-4.5, 7-8 and 10.2-11.2 s of 14.
inline Channels contractions(double fs_hz, std::size_t channels) {
  constexpr double kTile_s = 6, kLength_s = 14;
  const auto tile_rows = static_cast<std::size_t>(kTile_s * fs_hz), rows = static_cast<std::size_t>(kLength_s * fs_hz);
  Channels x(channels, std::vector<float>(rows));
  for (std::size_t c = 0; c < channels; ++c) {
    const std::vector<float> tile = multisine(fs_hz, tile_rows, 20 + c);
    for (std::size_t n = 0; n < rows; ++n) {
      const double t_s = static_cast<double>(n) / fs_hz;
      const bool on = (t_s >= 3 && t_s < 4.5) || (t_s >= 7 && t_s < 8) || (t_s >= 10.2 && t_s < 11.2);
      x[c][n] = (on ? 1.0F : 0.01F) * tile[n % tile_rows];
    }
  }
  return x;
}

}  // namespace semg::testing
