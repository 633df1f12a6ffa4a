// SPDX-License-Identifier: BSD-3-Clause
// What a simulated recording holds, by formula: expected values, not measured ones.
#pragma once

#include <optional>
#include <vector>

#include "engine/simulation/simulated_artefacts.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/simulation/simulation.hpp"

namespace semg {

/// One contraction; the same in every channel.
struct BurstTruth {
  BurstRows rows;
  double rms_uv = 0;            ///< of the muscle alone, onset to offset, ramps and drift included
  double rms_with_rest_uv = 0;  ///< and with the floor added
  double mdf_hz = 0;            ///< of the muscle alone, in the band
  double mnf_hz = 0;
};

struct SimulationTruth {
  EmgBand band;  ///< of mdf_hz and mnf_hz
  std::vector<BurstTruth> bursts;
  double rms_rest_uv = 0;          ///< floor and rounding to the converter's step, 0 Hz to fs/2
  double rms_rest_in_band_uv = 0;  ///< the share of it within the band
  std::optional<MainsHum> line;
  std::optional<HeartBeats> heart;
  std::optional<CableMotion> motion;
};

/// Spectra are those of the samples (discrete time), weighted by the power at each moment where fatigue moves them.
/// Throws Error(usage) where SimulatedSource does.
SimulationTruth simulation_truth(const Simulation& simulation);

/// RMS of the muscle alone at drive 1: snr_db above the floor's power in the band.
double plateau_rms_uv(const Simulation& simulation) noexcept;

}  // namespace semg
