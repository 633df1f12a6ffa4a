// SPDX-License-Identifier: BSD-3-Clause
// The activations of a recording in memory, from levels that were surveyed before.
#include "dsp/activation/activation_detector.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "bench/simulated_signal.hpp"

namespace semg {
namespace {

void detect_activations(benchmark::State& state) {
  const SimulatedSignal raw = simulated(bursts(static_cast<int>(state.range(0)), 3));
  const Chain chain = chain_for({}, raw.info.fs_hz);
  const SimulatedSignal signal = conditioned(raw, chain);
  ActivationDetector detector(chain.fs_hz, chain.sos, chain.filter_band_hz(), {}, surveyed_rest(signal, chain));
  std::vector<Active> found;
  const auto detect_all = [&] {
    found.clear();
    const auto take_all = [&] {
      while (const auto active = detector.take()) found.push_back(*active);
    };
    detector.begin(0);
    for (std::size_t b = 0; b < signal.blocks.size(); ++b) {
      detector.see(raw.blocks[b]);
      detector.push(signal.blocks[b]);
      take_all();
    }
    detector.end();
    take_all();
  };
  detect_all();
  require(found.size() == signal.channels() * signal.bursts.size(), "each burst found once in each channel");
  const auto most = std::lround(0.05 * chain.fs_hz);
  for (const Active& active : found) {
    require(std::ranges::any_of(signal.bursts,
                                [&](const BurstRows& burst) {
                                  return std::abs(active.onset_row - burst.onset) < most &&
                                         std::abs(active.offset_row - burst.offset) < most;
                                }),
            "onset and offset within 50 ms of a burst");
  }

  for (auto _ : state) {
    detect_all();
    benchmark::DoNotOptimize(found.data());
  }
  tell_speed(state, signal);
}
BENCHMARK(detect_activations)->Apply(for_channels);

}  // namespace
}  // namespace semg
