// SPDX-License-Identifier: BSD-3-Clause
// A shuffled and deflated recording read from its file, which the system holds in memory, into microvolts.
#include "io/recording_reader.hpp"

#include <algorithm>

#include "bench/simulated_signal.hpp"
#include "bench/temporary_recording.hpp"

namespace semg {
namespace {

bool reads_what_was_simulated(const std::filesystem::path& file, const Simulation& simulation) {
  RecordingReader reader(file);
  SimulatedSource source(simulation);
  const std::size_t channels = reader.info().channels.size();
  Block read(channels, FeatureExtractor::kMostRows), simulated(channels, 1);
  std::int64_t rows = 0;
  while (reader.read(read)) {
    for (std::size_t r = 0; r < read.rows(); ++r, ++rows) {
      if (!source.read(simulated) || !std::ranges::equal(read.row(r), simulated.row(0))) return false;
    }
  }
  return rows == source.recording().rows;
}

void read_recording(benchmark::State& state) {
  const Simulation simulation = bursts(static_cast<int>(state.range(0)), 10);
  const TemporaryRecording recording(simulation);
  require(reads_what_was_simulated(recording.file(), simulation), "every sample that was written");

  Block block(static_cast<std::size_t>(simulation.channels), FeatureExtractor::kMostRows);
  std::int64_t rows = 0;
  for (auto _ : state) {
    RecordingReader reader(recording.file());
    rows = reader.recording().rows;
    while (reader.read(block)) benchmark::ClobberMemory();
  }
  tell_speed(state, rows, block.channels(), simulation.fs_hz);
}
BENCHMARK(read_recording)->Apply(for_channels);

}  // namespace
}  // namespace semg
