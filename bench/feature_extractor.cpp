// SPDX-License-Identifier: BSD-3-Clause
// All windows and activations of a recording in memory: everything between filter and file.
#include "engine/feature_extractor.hpp"

#include <cmath>

#include "bench/simulated_signal.hpp"
#include "engine/run.hpp"

namespace semg {
namespace {

/// A Sink that keeps the RMS of every amplitude window [windows x channels].
struct Kept {
  std::vector<float> rms;
  std::size_t activations = 0;
  void write(const FeatureFrame& frame) {
    if (frame.kind == WindowKind::amplitude) rms.insert(rms.end(), frame.first.begin(), frame.first.end());
  }
  void write(const Activation&) { ++activations; }
};

/// RMS of window `w` of channel `c`, from all samples at once.
double rms_of(const SimulatedSignal& signal, const Chain& chain, std::size_t w, std::size_t c) {
  const std::vector<float> samples = signal.channel(c);
  const auto first = samples.begin() + static_cast<std::ptrdiff_t>(w) * chain.amplitude_hop_rows;
  double squares = 0;
  for (auto x = first; x != first + chain.amplitude_window_rows; ++x) squares += static_cast<double>(*x) * *x;
  return std::sqrt(squares / static_cast<double>(chain.amplitude_window_rows));
}

void features_of_recording(benchmark::State& state) {
  const SimulatedSignal raw = simulated(bursts(static_cast<int>(state.range(0)), 3));
  const Chain chain = chain_for({}, raw.info.fs_hz);
  const SimulatedSignal signal = conditioned(raw, chain);
  std::vector<ChannelBrief> briefs(signal.channels());
  const auto rest = surveyed_rest(signal, chain);
  for (std::size_t c = 0; c < briefs.size(); ++c) briefs[c].rest = rest[c];

  FeatureExtractor features(signal.info, chain, briefs);
  Kept kept;
  const auto measure_all = [&] {
    kept.rms.clear();
    kept.activations = 0;
    features.begin(-1, 0);
    for (std::size_t b = 0; b < signal.blocks.size(); ++b) {
      features.see(raw.blocks[b]);
      features.push(signal.blocks[b]);
      hand_over(features, kept);
    }
    features.end();
    hand_over(features, kept);
  };
  measure_all();
  const auto windows = static_cast<std::size_t>((signal.rows() - chain.amplitude_window_rows) / chain.amplitude_hop_rows + 1);
  const std::size_t c = signal.channels() - 1, w = windows / 2;
  require(kept.rms.size() == windows * signal.channels(), "every amplitude window");
  require(std::fabs(kept.rms[w * signal.channels() + c] / rms_of(signal, chain, w, c) - 1) < 1e-6, "the RMS of the window's samples");
  require(kept.activations == signal.channels() * signal.bursts.size(), "each burst found once in each channel");

  for (auto _ : state) {
    measure_all();
    benchmark::DoNotOptimize(kept.rms.data());
  }
  tell_speed(state, signal);
}
BENCHMARK(features_of_recording)->Apply(for_channels);

}  // namespace
}  // namespace semg
