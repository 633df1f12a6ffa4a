// SPDX-License-Identifier: BSD-3-Clause
// The linear envelope of a conditioned recording in memory.
#include "dsp/amplitude/envelope.hpp"

#include <cmath>

#include "bench/simulated_signal.hpp"

namespace semg {
namespace {

/// A low-pass passes the mean: over a recording that begins and ends at rest, the envelope sums to what the rectified signal does.
bool keeps_the_mean(const SimulatedSignal& signal) {
  Envelope envelope(signal.info.fs_hz, signal.channels());
  double rectified = 0, smooth = 0;
  for (Block block : signal.blocks) {
    for (const float x : block.samples()) rectified += std::fabs(x);
    envelope.process(block);
    for (const float x : block.samples()) smooth += x;
  }
  return std::fabs(smooth / rectified - 1) < 1e-3;
}

void envelope_of_recording(benchmark::State& state) {
  const Simulation simulation = bursts(static_cast<int>(state.range(0)), 3);
  const SimulatedSignal signal = conditioned(simulated(simulation), chain_for({}, simulation.fs_hz));
  require(keeps_the_mean(signal), "the mean of the rectified signal");

  Envelope envelope(signal.info.fs_hz, signal.channels());
  Block block(signal.channels(), FeatureExtractor::kMostRows);
  for (auto _ : state) {
    for (const Block& filtered : signal.blocks) {
      block = filtered;
      envelope.process(block);
      benchmark::ClobberMemory();
    }
  }
  tell_speed(state, signal);
}
BENCHMARK(envelope_of_recording)->Apply(for_channels);

}  // namespace
}  // namespace semg
