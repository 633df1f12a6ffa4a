// SPDX-License-Identifier: BSD-3-Clause
// The signal every bench works on, made before the clock starts, and what a bench tells of itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <vector>

#include <benchmark/benchmark.h>

#include "dsp/activation/rest_survey.hpp"
#include "dsp/block.hpp"
#include "dsp/channel.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "engine/chain.hpp"
#include "engine/feature_extractor.hpp"
#include "engine/simulation/simulation.hpp"

namespace semg {

/// 5 s of rest, then 3 s on and 3 s off, at 2048 Hz.
inline Simulation bursts(int channels, int repetitions) {
  return {.fs_hz = 2048,
          .channels = channels,
          .duration_s = 5.0 + 6.0 * repetitions,
          .contraction = {.rest_s = 5, .on_s = 3, .off_s = 3, .repetitions = repetitions}};
}

/// A recording in memory, in blocks as the engine reads them, without gaps.
struct SimulatedSignal {
  StreamInfo info;
  std::vector<Block> blocks;
  std::vector<BurstRows> bursts;
  std::vector<std::int64_t> clipped;  // [channels]

  std::size_t channels() const { return info.channels.size(); }
  std::int64_t rows() const { return blocks.back().end(); }
  std::vector<float> channel(std::size_t c) const {
    std::vector<float> samples;
    for (const Block& block : blocks) {
      for (std::size_t r = 0; r < block.rows(); ++r) samples.push_back(block.row(r)[c]);
    }
    return samples;
  }
};

inline SimulatedSignal simulated(const Simulation& simulation) {
  SimulatedSource source(simulation);
  SimulatedSignal signal{.info = source.info(), .blocks = {}, .bursts = source.course().bursts(), .clipped = {}};
  Block block(signal.channels(), FeatureExtractor::kMostRows);
  while (source.read(block)) signal.blocks.push_back(block);
  signal.clipped = source.clipped();
  return signal;
}

inline SimulatedSignal conditioned(SimulatedSignal signal, const Chain& chain) {
  SosFilter filter(chain.sos, signal.channels());
  for (Block& block : signal.blocks) filter.process(block);
  return signal;
}

/// What the engine's first pass tells of each channel.
inline std::vector<std::optional<RestReference>> surveyed_rest(const SimulatedSignal& conditioned, const Chain& chain) {
  RestSurvey survey(chain.fs_hz, conditioned.channels(), chain.filter_band_hz(), chain.settling_rows);
  for (const Block& block : conditioned.blocks) survey.push(block);
  std::vector<std::optional<RestReference>> rest;
  for (std::size_t c = 0; c < conditioned.channels(); ++c) rest.push_back(survey.from_recording(c));
  return rest;
}

/// A bench whose result is wrong measures nothing: the program ends here, with exit code 1.
inline void require(bool holds, const char* fact) {
  if (holds) return;
  std::cerr << "bench: wrong result, expected " << fact << '\n';
  std::exit(EXIT_FAILURE);
}

/// One iteration worked through `rows` of `channels` that took rows / fs_hz to record.
inline void tell_speed(benchmark::State& state, std::int64_t rows, std::size_t channels, double fs_hz) {
  const double seconds = static_cast<double>(rows) / fs_hz;
  state.SetItemsProcessed(state.iterations() * rows * static_cast<std::int64_t>(channels));
  state.counters["x_real_time"] = benchmark::Counter(seconds, benchmark::Counter::kIsIterationInvariantRate);
}
inline void tell_speed(benchmark::State& state, const SimulatedSignal& signal) {
  tell_speed(state, signal.rows(), signal.channels(), signal.info.fs_hz);
}

/// From one muscle to a small array.
inline void for_channels(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"channels"})->Arg(1)->Arg(8)->Arg(32)->Unit(benchmark::kMillisecond);
}

}  // namespace semg
