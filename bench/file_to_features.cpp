// SPDX-License-Identifier: BSD-3-Clause
// A whole recording: from its file, twice read, to its features file.
#include <cmath>

#include "apps/analysis.hpp"
#include "bench/simulated_signal.hpp"
#include "bench/temporary_recording.hpp"
#include "engine/simulation/simulation_truth.hpp"
#include "io/features_file.hpp"

namespace semg {
namespace {

void require_truth(const std::filesystem::path& features, const Simulation& simulation) {
  const SimulationTruth truth = simulation_truth(simulation);
  const std::vector<Activation> activations = FeaturesReader(features).activations();
  require(activations.size() == truth.bursts.size() * static_cast<std::size_t>(simulation.channels),
          "each burst found once in each channel");
  double rms_uv = 0, mdf_hz = 0;
  for (const Activation& activation : activations) {
    rms_uv += activation.rms / static_cast<double>(activations.size());
    mdf_hz += activation.mdf_hz / static_cast<double>(activations.size());
  }
  require(std::fabs(rms_uv / truth.bursts[0].rms_with_rest_uv - 1) < 0.05, "the simulated RMS within 5 %");
  require(std::fabs(mdf_hz - truth.bursts[0].mdf_hz) < 3, "the simulated median frequency within 3 Hz");
}

void file_to_features(benchmark::State& state) {
  const Simulation simulation = bursts(static_cast<int>(state.range(0)), 10);
  const TemporaryRecording recording(simulation);
  AnalysisRequest request;
  request.recording = recording.file();
  request.features = recording.features();
  const std::int64_t rows = analysis_rows(recording.file()) / 2;  // it is read twice
  analyse(request);
  require_truth(recording.features(), simulation);

  for (auto _ : state) analyse(request);
  tell_speed(state, rows, static_cast<std::size_t>(simulation.channels), simulation.fs_hz);
}
BENCHMARK(file_to_features)->Apply(for_channels);

}  // namespace
}  // namespace semg
