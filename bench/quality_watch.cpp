// SPDX-License-Identifier: BSD-3-Clause
// Every sample of a recording in memory judged, and the faults of each block counted.
#include "dsp/quality/quality_watch.hpp"

#include "bench/simulated_signal.hpp"

namespace semg {
namespace {

constexpr std::int64_t kKeptRows = 16384;

void watch_recording(benchmark::State& state) {
  Simulation simulation = bursts(static_cast<int>(state.range(0)), 3);
  simulation.rail_uv = 100;  // about every tenth sample of a burst is clipped
  const SimulatedSignal signal = simulated(simulation);
  QualityWatch quality(signal.info, chain_for({}, simulation.fs_hz).settling_rows, kKeptRows);
  std::vector<FaultCounts> faults(signal.channels());
  const auto watch_all = [&] {
    for (FaultCounts& counts : faults) counts = {};
    for (const Block& block : signal.blocks) {
      quality.see(block);
      for (std::size_t c = 0; c < faults.size(); ++c) faults[c] += quality.count(c, block.first, static_cast<std::int64_t>(block.rows()));
    }
  };
  watch_all();
  for (std::size_t c = 0; c < faults.size(); ++c) {
    require(faults[c].clipped > 0 && faults[c].clipped == signal.clipped[c], "as many clipped samples as were simulated");
  }

  for (auto _ : state) {
    watch_all();
    benchmark::ClobberMemory();
  }
  tell_speed(state, signal);
}
BENCHMARK(watch_recording)->Apply(for_channels);

}  // namespace
}  // namespace semg
