// SPDX-License-Identifier: BSD-3-Clause
// Streams in memory, measured: what the tests of the loop share.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/conditioned_source.hpp"
#include "engine/run.hpp"
#include "engine/simulation/simulation.hpp"
#include "engine/survey.hpp"
#include "tests/dsp/signals.hpp"

namespace semg::testing {

/// Rows in memory as a Source, cut as told; rows inside gaps are left out.
class Memory {
 public:
  Memory(testing::Channels rows, std::vector<std::size_t> cut, std::vector<Gap> gaps = {}, std::int64_t first = 0)
      : rows_(std::move(rows)), cut_(std::move(cut)), gaps_(std::move(gaps)), first_(first) {}
  bool read(Block& block) {
    const auto end = static_cast<std::int64_t>(rows_[0].size());
    for (const Gap& g : gaps_) {
      if (at_ >= g.first_row && at_ < g.first_row + g.rows) at_ = g.first_row + g.rows;
    }
    if (at_ >= end) return false;
    std::int64_t rows =
        std::min(end - at_, static_cast<std::int64_t>(std::max<std::size_t>(1, std::min<std::size_t>(cut_[next_++ % cut_.size()], 1024))));
    for (const Gap& g : gaps_) {
      if (g.first_row > at_) rows = std::min(rows, g.first_row - at_);
    }
    block = testing::block_of(rows_, static_cast<std::size_t>(at_), static_cast<std::size_t>(rows));
    block.first += first_;
    at_ += rows;
    return true;
  }

 private:
  testing::Channels rows_;
  std::vector<std::size_t> cut_;
  std::vector<Gap> gaps_;
  std::int64_t first_;
  std::int64_t at_ = 0;
  std::size_t next_ = 0;
};

struct Window {
  WindowKind kind;
  std::int64_t first_row;
  int rows;
  std::vector<float> values;  // first, second, active_fraction, and all more of all channels
  std::vector<Reason> reason;
};

struct Collected {
  void write(const FeatureFrame& f) {
    Window w{.kind = f.kind,
             .first_row = f.first_row,
             .rows = f.rows,
             .values = {f.first.begin(), f.first.end()},
             .reason = {f.reason.begin(), f.reason.end()}};
    w.values.insert(w.values.end(), f.second.begin(), f.second.end());
    w.values.insert(w.values.end(), f.active_fraction.begin(), f.active_fraction.end());
    w.values.insert(w.values.end(), f.more.begin(), f.more.end());
    windows.push_back(w);
  }
  void write(const Activation& a) { activations.push_back(a); }
  void sort() {
    std::sort(activations.begin(), activations.end(),
              [](const Activation& a, const Activation& b) { return std::tie(a.channel, a.onset_row) < std::tie(b.channel, b.onset_row); });
    std::stable_sort(windows.begin(), windows.end(),
                     [](const Window& a, const Window& b) { return std::tie(a.kind, a.first_row) < std::tie(b.kind, b.first_row); });
  }
  std::vector<Window> windows;
  std::vector<Activation> activations;
  MeanSpectra spectra;
};

inline bool same_bits(float a, float b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

inline bool same_bits(const Activation& a, const Activation& b) {
  return a.channel == b.channel && a.onset_row == b.onset_row && a.offset_row == b.offset_row &&
         std::all_of(kActivationMeasures.begin(), kActivationMeasures.end(),
                     [&](const ActivationMeasure& m) { return same_bits(a.*m.of, b.*m.of); }) &&
         a.amplitude_reason == b.amplitude_reason && a.spectrum_reason == b.spectrum_reason;
}

inline bool same_bits(const Collected& a, const Collected& b) {
  const auto same = [](double x, double y) { return std::memcmp(&x, &y, sizeof x) == 0; };
  return a.spectra.windows == b.spectra.windows &&
         std::equal(a.spectra.density.begin(), a.spectra.density.end(), b.spectra.density.begin(), b.spectra.density.end(), same) &&
         a.windows.size() == b.windows.size() && a.activations.size() == b.activations.size() &&
         std::equal(a.windows.begin(), a.windows.end(), b.windows.begin(),
                    [](const Window& x, const Window& y) {
                      return x.kind == y.kind && x.first_row == y.first_row && x.rows == y.rows && x.reason == y.reason &&
                             x.values.size() == y.values.size() &&
                             std::memcmp(x.values.data(), y.values.data(), x.values.size() * sizeof(float)) == 0;
                    }) &&
         std::equal(a.activations.begin(), a.activations.end(), b.activations.begin(),
                    [](const Activation& x, const Activation& y) { return same_bits(x, y); });
}

inline testing::Channels simulated(int channels, double duration_s, std::uint64_t seed) {
  Simulation simulation;  // five seconds of rest, then 2 s of contraction every 3 s
  simulation.seed = seed;
  simulation.fs_hz = 1000;
  simulation.channels = channels;
  simulation.duration_s = duration_s;
  simulation.contraction.on_s = 2;
  simulation.contraction.off_s = 1;
  simulation.contraction.repetitions = static_cast<int>((duration_s - 5) / 3);
  SimulatedSource source(simulation);
  testing::Channels rows(static_cast<std::size_t>(channels));
  Block block(static_cast<std::size_t>(channels), 1000);
  while (source.read(block)) {
    for (std::size_t r = 0; r < block.rows(); ++r) {
      for (std::size_t c = 0; c < rows.size(); ++c) rows[c].push_back(block.row(r)[c]);
    }
  }
  return rows;
}

inline Recording about(const testing::Channels& rows, std::vector<Period> periods = {}) {
  Recording recording;
  recording.stream.fs_hz = 1000;
  for (std::size_t c = 0; c < rows.size(); ++c)
    recording.stream.channels.push_back({.label = "ch" + std::to_string(c), .muscle = "m", .lsb = {}, .rail_low = {}, .rail_high = {}});
  recording.rows = static_cast<std::int64_t>(rows[0].size());
  recording.periods = std::move(periods);
  return recording;
}

inline std::vector<ChannelBrief> surveyed(const testing::Channels& rows, const Settings& settings = {}) {
  Survey survey(about(rows), chain_for(settings, 1000));
  Memory source(rows, {1000});
  survey.run(source);
  return survey.briefs();
}

inline Collected measured(const testing::Channels& rows, const std::vector<ChannelBrief>& briefs, const std::vector<std::size_t>& cut,
                          const std::vector<Gap>& gaps = {}, const std::vector<Period>& periods = {}, std::int64_t first = 0,
                          const Settings& settings = {}) {
  const Chain chain = chain_for(settings, 1000);
  FeatureExtractor features(about(rows).stream, chain, briefs, FeatureSet::all);
  Memory source(rows, cut, gaps, first);
  Collected out;
  if (chain.reads_ahead()) {
    ConditionedSource ahead(source, chain, rows.size(), 1000);
    run(ahead, ahead, features, KnownPeriods(periods), rows.size(), out);
  } else {
    SosFilter conditioning(chain.sos, rows.size());
    run(source, conditioning, features, KnownPeriods(periods), rows.size(), out);
  }
  out.spectra = features.mean_spectra();
  out.sort();
  return out;
}

inline const Settings kBothWays = [] {
  Settings settings;
  settings.filter.passes = "forward_backward";
  return settings;
}();

}  // namespace semg::testing
