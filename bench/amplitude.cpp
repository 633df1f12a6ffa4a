// SPDX-License-Identifier: BSD-3-Clause
// RMS and ARV of all amplitude windows of a conditioned recording in memory, channel by channel.
#include "dsp/amplitude/amplitude.hpp"

#include <cmath>
#include <numbers>
#include <span>

#include "bench/simulated_signal.hpp"

namespace semg {
namespace {

/// A sine of amplitude A over whole cycles: RMS A / sqrt(2), ARV 2 A / pi.
bool sine_has_its_amplitude() {
  AmplitudeSums sums;
  for (int n = 0; n < 512; ++n) sums.add(static_cast<float>(100 * std::sin(2 * std::numbers::pi * (n + 0.5) / 64)));
  return std::fabs(sums.rms() - 100 / std::numbers::sqrt2) < 1e-5 && std::fabs(sums.arv() / (200 / std::numbers::pi) - 1) < 5e-4;
}

void amplitude_windows(benchmark::State& state) {
  const Simulation simulation = bursts(static_cast<int>(state.range(0)), 3);
  const Chain chain = chain_for({}, simulation.fs_hz);
  const SimulatedSignal signal = conditioned(simulated(simulation), chain);
  std::vector<std::vector<float>> channels;
  for (std::size_t c = 0; c < signal.channels(); ++c) channels.push_back(signal.channel(c));
  require(sine_has_its_amplitude(), "the RMS and ARV of a sine");

  const auto window = static_cast<std::size_t>(chain.amplitude_window_rows);
  for (auto _ : state) {
    for (const std::vector<float>& channel : channels) {
      for (std::size_t at = 0; at + window <= channel.size(); at += static_cast<std::size_t>(chain.amplitude_hop_rows)) {
        AmplitudeSums sums;
        for (const float x : std::span(channel).subspan(at, window)) sums.add(x);
        benchmark::DoNotOptimize(sums.rms());
        benchmark::DoNotOptimize(sums.arv());
      }
    }
  }
  tell_speed(state, signal);
}
BENCHMARK(amplitude_windows)->Apply(for_channels);

}  // namespace
}  // namespace semg
