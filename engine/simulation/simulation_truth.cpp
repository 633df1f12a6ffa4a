// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulation_truth.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

namespace semg {

namespace {

using Density = std::function<double(double)>;

Density density_of(const NoiseShape& shape, double fs_hz, double warp) {
  return NoiseDensity({.fl_hz = shape.fl_hz * warp, .fh_hz = shape.fh_hz * warp}, fs_hz);
}

Density density_of(MotorUnitPool pool, double fs_hz, double warp) {
  pool.lambda_s /= warp;
  return MotorUnitDensity(pool, fs_hz);
}

Density muscle_density(const Simulation& simulation, double warp) {
  return std::visit([&](const auto& muscle) { return density_of(muscle, simulation.fs_hz, warp); }, simulation.muscle);
}

struct Weighted {
  double power = 0;  // sum of drive^2
  double warp = 0;   // mean, weighted by it
};

/// A burst in at most 32 parts, each short enough for its mean warp to stand for it.
std::vector<Weighted> parts_of(const BurstRows& burst, const ContractionCourse& course) {
  const std::int64_t step = ContractionCourse::kWarpStep;
  const std::int64_t part_rows = ((burst.offset - burst.onset) / (32 * step) + 1) * step;
  std::vector<Weighted> parts;
  for (std::int64_t row = burst.onset; row < burst.offset; ++row) {
    if ((row - burst.onset) % part_rows == 0) parts.emplace_back();
    const double drive = course.drive(row);
    parts.back().power += drive * drive;
    parts.back().warp += drive * drive * course.warp(row);
  }
  for (Weighted& part : parts) part.warp = part.power > 0 ? part.warp / part.power : 1;
  return parts;
}

/// Mean and median frequency of the spectrum averaged over the parts.
SpectrumMoments moments_of(const Simulation& simulation, const std::vector<Weighted>& parts, const EmgBand& band) {
  std::vector<Density> densities;
  for (const Weighted& part : parts) densities.push_back(muscle_density(simulation, part.warp));
  return spectrum_moments(
      [&](double f_hz) {
        double sum = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) sum += parts[i].power * densities[i](f_hz);
        return sum;
      },
      band.low_hz, band.high_hz);
}

}  // namespace

double plateau_rms_uv(const Simulation& simulation) noexcept {
  const EmgBand band = emg_band(simulation.fs_hz);
  const double in_band = simulation.floor_uv * std::sqrt((band.high_hz - band.low_hz) / (simulation.fs_hz / 2));
  return in_band * std::pow(10, simulation.snr_db / 20);
}

SimulationTruth simulation_truth(const Simulation& simulation) {
  const SimulatedSource source(simulation);
  const ContractionCourse& course = source.course();
  const auto channels = static_cast<std::size_t>(simulation.channels);
  SimulationTruth truth;
  truth.band = emg_band(simulation.fs_hz);
  truth.rms_rest_uv = std::sqrt(simulation.floor_uv * simulation.floor_uv + kSimulatedLsb * kSimulatedLsb / 12);
  truth.rms_rest_in_band_uv = truth.rms_rest_uv * std::sqrt((truth.band.high_hz - truth.band.low_hz) / (simulation.fs_hz / 2));

  const double plateau = plateau_rms_uv(simulation);
  SpectrumMoments unchanged = spectrum_moments(muscle_density(simulation, 1), truth.band.low_hz, truth.band.high_hz);
  for (const BurstRows& burst : course.bursts()) {
    const std::vector<Weighted> parts = parts_of(burst, course);
    double power = 0;
    for (const Weighted& part : parts) power += part.power;
    const double rms = plateau * std::sqrt(power / static_cast<double>(burst.offset - burst.onset));
    const SpectrumMoments moments = simulation.contraction.fatigue == 0 ? unchanged : moments_of(simulation, parts, truth.band);
    truth.bursts.push_back({burst, rms, std::hypot(rms, truth.rms_rest_uv), moments.mdf_hz, moments.mnf_hz});
  }
  if (simulation.line_uv > 0) truth.line.emplace(simulation.line_uv, simulation.line_hz, simulation.fs_hz, simulation.seed, channels);
  if (simulation.heart_uv > 0) truth.heart.emplace(simulation.heart_uv, simulation.fs_hz, source.recording().rows, simulation.seed);
  if (simulation.motion_uv > 0) truth.motion.emplace(simulation.motion_uv, simulation.fs_hz, course.bursts(), simulation.seed, channels);
  return truth;
}

}  // namespace semg
