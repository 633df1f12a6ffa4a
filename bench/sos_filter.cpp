// SPDX-License-Identifier: BSD-3-Clause
// The conditioning filter over a recording in memory: 20-450 Hz, two sections.
#include "dsp/filters/sos_filter.hpp"

#include <cmath>
#include <utility>

#include "bench/simulated_signal.hpp"

namespace semg {
namespace {

/// The same filter in direct form I: another recursion, started as if the first sample had been there for ever.
std::vector<double> direct_form_1(const Sos& sos, const std::vector<float>& samples) {
  std::vector<double> x(samples.begin(), samples.end());
  for (const Section& k : sos) {
    double x1 = x[0], x2 = x[0];
    double y1 = x[0] * (k.b0 + k.b1 + k.b2) / (1 + k.a1 + k.a2), y2 = y1;
    for (double& v : x) {
      const double y = k.b0 * v + k.b1 * x1 + k.b2 * x2 - k.a1 * y1 - k.a2 * y2;
      x2 = std::exchange(x1, v);
      y2 = std::exchange(y1, y);
      v = y;
    }
  }
  return x;
}

void filter_recording(benchmark::State& state) {
  const SimulatedSignal signal = simulated(bursts(static_cast<int>(state.range(0)), 3));
  const Chain chain = chain_for({}, signal.info.fs_hz);
  const std::size_t last = signal.channels() - 1;
  const std::vector<float> filtered = conditioned(signal, chain).channel(last);
  const std::vector<double> expected = direct_form_1(chain.sos, signal.channel(last));
  double difference_uv = 0;
  for (std::size_t n = 0; n < expected.size(); ++n) difference_uv = std::max(difference_uv, std::fabs(filtered[n] - expected[n]));
  require(difference_uv < 1e-4, "the samples that direct form I gives");

  SosFilter filter(chain.sos, signal.channels());
  Block block(signal.channels(), FeatureExtractor::kMostRows);
  for (auto _ : state) {
    for (const Block& raw : signal.blocks) {
      block = raw;  // filters work in place; the engine keeps what came in as well
      filter.process(block);
      benchmark::ClobberMemory();
    }
  }
  tell_speed(state, signal);
}
BENCHMARK(filter_recording)->Apply(for_channels);

}  // namespace
}  // namespace semg
