// SPDX-License-Identifier: BSD-3-Clause
// Rest of each channel found in a conditioned recording in memory.
#include "dsp/activation/rest_survey.hpp"

#include <cmath>

#include "bench/simulated_signal.hpp"

namespace semg {
namespace {

/// Power of the simulated floor after the filter: white noise times the mean of |H|^2 up to half the sampling rate.
double floor_power(const Simulation& simulation, const Chain& chain) {
  constexpr int kSteps = 4096;
  double kept = 0;
  for (int n = 0; n < kSteps; ++n) kept += std::norm(response_at(chain.sos, simulation.fs_hz / 2 * (n + 0.5) / kSteps, simulation.fs_hz));
  return simulation.floor_uv * simulation.floor_uv * kept / kSteps;
}

void survey_recording(benchmark::State& state) {
  const Simulation simulation = bursts(static_cast<int>(state.range(0)), 3);
  const Chain chain = chain_for({}, simulation.fs_hz);
  const SimulatedSignal signal = conditioned(simulated(simulation), chain);
  for (const auto& rest : surveyed_rest(signal, chain)) {
    require(rest && std::fabs(rest->power / floor_power(simulation, chain) - 1) < 0.1, "the power of the simulated floor within 10 %");
  }

  for (auto _ : state) benchmark::DoNotOptimize(surveyed_rest(signal, chain));
  tell_speed(state, signal);
}
BENCHMARK(survey_recording)->Apply(for_channels);

}  // namespace
}  // namespace semg
