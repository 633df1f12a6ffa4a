// SPDX-License-Identifier: BSD-3-Clause
#include "apps/simulate/simulated_truth.hpp"

#include <nlohmann/json.hpp>

#include "engine/simulation/simulation_truth.hpp"

namespace semg {

namespace {

using Json = nlohmann::ordered_json;

Json source_json(const NoiseShape& shape) {
  return {{"kind", "noise"}, {"fl_hz", shape.fl_hz}, {"fh_hz", shape.fh_hz}};
}

Json source_json(const MotorUnitPool& pool) {
  return {{"kind", "motor-units"},
          {"units", pool.units},
          {"lowest_rate_hz", pool.lowest_rate_hz},
          {"highest_rate_hz", pool.highest_rate_hz},
          {"lambda_s", pool.lambda_s}};
}

Json ramp_json(const Contraction& contraction) {
  if (contraction.ramp == Ramp::step) return {{"shape", "step"}, {"ramp_s", 0}};
  return {{"shape", contraction.ramp == Ramp::linear ? "ramp" : "cosine"}, {"ramp_s", contraction.ramp_s}};
}

Json bursts_json(const SimulationTruth& truth, double fs_hz) {
  Json bursts = Json::array();
  for (const BurstTruth& burst : truth.bursts) {
    bursts.push_back({{"onset_s", static_cast<double>(burst.rows.onset) / fs_hz},
                      {"offset_s", static_cast<double>(burst.rows.offset) / fs_hz},
                      {"onset_row", burst.rows.onset},
                      {"offset_row", burst.rows.offset},
                      {"rms_uv", burst.rms_uv},
                      {"rms_with_rest_uv", burst.rms_with_rest_uv},
                      {"mdf_hz", burst.mdf_hz},
                      {"mnf_hz", burst.mnf_hz}});
  }
  return bursts;
}

Json line_json(const Simulation& simulation, const SimulationTruth& truth) {
  if (!truth.line) return nullptr;
  return {{"frequency_hz", simulation.line_hz},
          {"wander_hz", MainsHum::kWanderHz},
          {"amplitudes_uv", truth.line->amplitudes_uv()},
          {"rms_uv", truth.line->rms_uv()}};
}

Json motion_json(const Simulation& simulation, const CableMotion& motion, const StreamInfo& stream) {
  Json onsets = Json::array(), channels = Json::array();
  for (const std::int64_t row : motion.onset_rows()) onsets.push_back(static_cast<double>(row) / stream.fs_hz);
  for (std::size_t c = 0; c < stream.channels.size(); ++c) {
    Json frequencies = Json::array();
    for (std::size_t i = 0; i < motion.onset_rows().size(); ++i) frequencies.push_back(motion.frequency_hz(c, i));
    channels.push_back({{"label", stream.channels[c].label}, {"frequency_hz", std::move(frequencies)}});
  }
  return {{"kind", "motion"},
          {"amplitude_uv", simulation.motion_uv},
          {"decay_s", CableMotion::kDecayS},
          {"onset_s", std::move(onsets)},
          {"channels", std::move(channels)}};
}

}  // namespace

std::string truth_text(const Simulation& simulation, const Recording& recording, std::span<const std::int64_t> clipped) {
  const SimulationTruth truth = simulation_truth(simulation);
  const StreamInfo& stream = recording.stream;

  Json channels = Json::array();
  for (std::size_t c = 0; c < stream.channels.size(); ++c) {
    const Channel& channel = stream.channels[c];
    channels.push_back({{"label", channel.label},
                        {"muscle", channel.muscle},
                        {"side", to_string(channel.side)},
                        {"bursts", bursts_json(truth, stream.fs_hz)},
                        {"rms_rest_uv", truth.rms_rest_uv},
                        {"rms_rest_in_band_uv", truth.rms_rest_in_band_uv},
                        {"rail_uv", channel.rail_high.value_or(0)},
                        {"clipped_samples", clipped[c]}});
  }
  Json gaps = Json::array();
  for (const Gap& gap : recording.gaps) {
    gaps.push_back({{"first_row", gap.first_row},
                    {"rows", gap.rows},
                    {"start_s", static_cast<double>(gap.first_row) / stream.fs_hz},
                    {"length_s", static_cast<double>(gap.rows) / stream.fs_hz}});
  }
  Json artefacts = Json::array();
  if (truth.heart) artefacts.push_back({{"kind", "ecg"}, {"peak_uv", simulation.heart_uv}, {"beats_s", truth.heart->beats_s()}});
  if (truth.motion) artefacts.push_back(motion_json(simulation, *truth.motion, stream));

  Json text = {{"schema", "semg.truth/1"},
               {"simulated", true},
               {"seed", simulation.seed},
               {"recording_id", recording.recording_id},
               {"fs_hz", stream.fs_hz},
               {"rows", recording.rows},
               {"duration_s", recording.duration_s()},
               {"source", std::visit([](const auto& muscle) { return source_json(muscle); }, simulation.muscle)},
               {"ramp", ramp_json(simulation.contraction)},
               {"snr_db", simulation.snr_db},
               {"fatigue", simulation.contraction.fatigue},
               {"gain_drift", simulation.contraction.gain_drift},
               {"band_hz", {truth.band.low_hz, truth.band.high_hz}},
               {"channels", std::move(channels)},
               {"gaps", std::move(gaps)},
               {"line", line_json(simulation, truth)},
               {"artefacts", std::move(artefacts)}};
  return text.dump(1) + "\n";
}

}  // namespace semg
