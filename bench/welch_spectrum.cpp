// SPDX-License-Identifier: BSD-3-Clause
// Median and mean frequency of all spectrum windows of a conditioned recording in memory, channel by channel.
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "bench/simulated_signal.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum.hpp"

namespace semg {
namespace {

/// Parseval: the density sums to the mean square of the weighted segment, its mean removed.
bool keeps_the_power(WelchSpectrum& welch, std::span<const float> segment) {
  const auto rows = static_cast<double>(segment.size());
  const double mean = std::accumulate(segment.begin(), segment.end(), 0.0) / rows;
  double power = 0, weights = 0;
  for (std::size_t n = 0; n < segment.size(); ++n) {
    const double weight = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(n) / rows);
    power += std::pow(weight * (segment[n] - mean), 2);
    weights += weight * weight;
  }
  std::vector<double> density(welch.bins());
  welch.add(segment, density);
  welch.to_density(density, 1);
  const double sum = std::accumulate(density.begin(), density.end(), 0.0) * welch.bin_hz();
  return std::fabs(sum / (power / weights) - 1) < 1e-9;
}

void spectrum_windows(benchmark::State& state) {
  const Simulation simulation = bursts(static_cast<int>(state.range(0)), 3);
  const Chain chain = chain_for({}, simulation.fs_hz);
  const SimulatedSignal signal = conditioned(simulated(simulation), chain);
  std::vector<std::vector<float>> channels;
  for (std::size_t c = 0; c < signal.channels(); ++c) channels.push_back(signal.channel(c));
  const auto segment = static_cast<std::size_t>(chain.segment_rows);
  const auto window = static_cast<std::size_t>(chain.spectrum_window_rows);
  WelchSpectrum welch(segment, simulation.fs_hz);
  require(keeps_the_power(welch, std::span(channels.back()).subspan(static_cast<std::size_t>(signal.bursts[0].onset), segment)),
          "the power of the segment in its spectrum");

  std::vector<double> power(welch.bins());
  for (auto _ : state) {
    for (const std::vector<float>& channel : channels) {
      for (std::size_t at = 0; at + window <= channel.size(); at += static_cast<std::size_t>(chain.spectrum_hop_rows)) {
        std::fill(power.begin(), power.end(), 0.0);
        std::size_t segments = 0;
        for (std::size_t from = at; from + segment <= at + window; from += static_cast<std::size_t>(chain.segment_hop_rows), ++segments) {
          welch.add(std::span(channel).subspan(from, segment), power);
        }
        welch.to_density(power, segments);
        benchmark::DoNotOptimize(median_frequency(power, welch.bin_hz(), chain.band));
        benchmark::DoNotOptimize(mean_frequency(power, welch.bin_hz(), chain.band));
      }
    }
  }
  tell_speed(state, signal);
}
BENCHMARK(spectrum_windows)->Apply(for_channels);

}  // namespace
}  // namespace semg
