// SPDX-License-Identifier: BSD-3-Clause
// Bursts of simulated EMG with exactly known edges, clean and with what makes edges hard to find, and what the detector finds in them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/activation/activation_detector.hpp"
#include "dsp/activation/rest_survey.hpp"
#include "dsp/block.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "engine/chain.hpp"
#include "engine/simulation/simulated_artefacts.hpp"
#include "engine/simulation/simulated_contraction.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "engine/simulation/simulated_random.hpp"
#include "engine/simulation/simulated_spectrum.hpp"

namespace semg::testing {

enum class Scene {
  step,         ///< 0.4-1.6 s on, 1.2-2.6 s off
  ramp_50_ms,   ///< amplitude rises and falls linearly
  ramp_100_ms,  //
  multi_burst,  ///< 0.4-1.0 s on, 0.3-0.6 s off
  tonic,        ///< weak activity, 20-28 dB below the burst, from 0.3-1.5 s before each burst to 0.2-1.0 s after it
  line,         ///< mains hum of 50 Hz with harmonics, 10 dB below the bursts
  heart,        ///< 72 beats a minute, as high as the RMS of a burst
  motion,       ///< the cable swings at 1-8 Hz from each onset on, 10 times the RMS of a burst
  rest,         ///< nothing but the floor
};

struct SimulatedBursts {
  double fs_hz = 0;
  std::vector<float> samples_uv;
  std::vector<BurstRows> bursts;
};

/// Shaped noise of 100 uV inside bursts over a white floor that is there all the time; `snr_db`: power of a burst over that of the floor
/// between 20 Hz and min(450, 0.45 fs). The first 5 s are rest. The same arguments give the same samples.
inline SimulatedBursts simulated_bursts(Scene scene, const NoiseShape& shape, double fs_hz, double snr_db, double seconds,
                                        std::uint64_t seed) {
  constexpr double kBurst_uv = 100;
  const auto rows = static_cast<std::size_t>(std::llround(seconds * fs_hz));
  const EmgBand band = emg_band(fs_hz);
  const double in_band = spectrum_moments(NoiseDensity(shape, fs_hz), band.low_hz, band.high_hz).power;
  const double floor_uv = kBurst_uv * std::sqrt(in_band / ((band.high_hz - band.low_hz) / (fs_hz / 2)) * std::pow(10.0, -snr_db / 10.0));
  RandomStream plan{seed, 1}, floor{seed, 2};
  const auto between = [&](double low, double high) { return low + (high - low) * plan.uniform(); };
  const auto row_at = [&](double t_s) { return static_cast<std::int64_t>(std::llround(t_s * fs_hz)); };

  SimulatedBursts out{.fs_hz = fs_hz, .samples_uv = std::vector<float>(rows), .bursts = {}};
  std::vector<double> drive(rows), x(rows);
  const bool multi = scene == Scene::multi_burst;
  const double ramp_s = scene == Scene::ramp_50_ms ? 0.05 : scene == Scene::ramp_100_ms ? 0.1 : 0;
  for (double t_s = between(5, 6); scene != Scene::rest;) {
    const double on_s = multi ? between(0.4, 1.0) : between(0.4, 1.6);
    if (t_s + on_s + 2 > seconds) break;
    const BurstRows burst{row_at(t_s), row_at(t_s + on_s)};
    if (scene == Scene::tonic) {
      const double level = std::pow(10.0, -between(20, 28) / 20.0);
      const std::int64_t first = burst.onset - row_at(between(0.3, 1.5)), last = burst.offset + row_at(between(0.2, 1.0));
      for (std::int64_t n = first; n < last; ++n) drive[static_cast<std::size_t>(n)] = level;
    }
    for (std::int64_t n = burst.onset; n < burst.offset; ++n) {
      const double inside_s = (static_cast<double>(std::min(n - burst.onset, burst.offset - 1 - n)) + 0.5) / fs_hz;
      drive[static_cast<std::size_t>(n)] = ramp_s > 0 ? std::min(1.0, inside_s / ramp_s) : 1;
    }
    out.bursts.push_back(burst);
    t_s += on_s + (multi ? between(0.3, 0.6) : scene == Scene::tonic ? between(2.6, 4.0) : between(1.2, 2.6));
  }

  ShapedNoise(shape, fs_hz, RandomStream{seed, 3}).next(x, 1);
  for (std::size_t n = 0; n < rows; ++n) x[n] = kBurst_uv * drive[n] * x[n] + floor_uv * floor.gaussian();
  if (scene == Scene::line) {
    MainsHum hum(kBurst_uv * std::sqrt(2 * 0.1), 50, fs_hz, seed, 1);
    hum.advance(rows);
    hum.add(0, x);
  }
  if (scene == Scene::heart) HeartBeats(kBurst_uv, fs_hz, static_cast<std::int64_t>(rows), seed).add(0, x);
  if (scene == Scene::motion) CableMotion(10 * kBurst_uv, fs_hz, out.bursts, seed, 1).add(0, 0, x);
  std::transform(x.begin(), x.end(), out.samples_uv.begin(), [](double v) { return static_cast<float>(v); });
  return out;
}

/// By the default chain and detector, against the rest surveyed in the same samples, as `extract` does.
inline std::vector<Active> activations_of(const SimulatedBursts& simulated) {
  const Chain chain = chain_for({}, simulated.fs_hz);
  constexpr std::size_t kRows = 1024;
  Block raw(1, kRows), conditioned(1, kRows);
  const auto each_block = [&](const auto& see) {
    SosFilter filter(chain.sos, 1);
    for (std::size_t at = 0; at < simulated.samples_uv.size(); at += kRows) {
      const std::size_t rows = std::min(kRows, simulated.samples_uv.size() - at);
      raw.resize(rows);
      raw.first = static_cast<std::int64_t>(at);
      for (std::size_t r = 0; r < rows; ++r) raw.row(r)[0] = simulated.samples_uv[at + r];
      conditioned = raw;
      filter.process(conditioned);
      see();
    }
  };
  RestSurvey survey(chain.fs_hz, 1, chain.filter_band_hz(), chain.settling_rows);
  each_block([&] { survey.push(conditioned); });
  ActivationDetector detector(chain.fs_hz, chain.sos, chain.filter_band_hz(), {}, {survey.from_recording(0)});
  std::vector<Active> found;
  const auto take = [&] {
    while (const auto active = detector.take()) found.push_back(*active);
  };
  detector.begin(0);
  each_block([&] {
    detector.see(raw);
    detector.push(conditioned);
    take();
  });
  detector.end();
  take();
  return found;
}

/// How often the 95 % intervals of the edges of steps hold the true edge.
struct EdgeCoverage {
  int bursts = 0, found = 0;  // found: an activation overlaps it
  int onsets_held = 0, offsets_held = 0;
  std::vector<double> width_s;       // of the intervals of both edges, ascending
  std::vector<double> main_error_s;  // onset_main less the true onset, ascending
  double onset_share() const { return onsets_held / static_cast<double>(bursts); }
  double offset_share() const { return offsets_held / static_cast<double>(bursts); }
};
inline EdgeCoverage edge_coverage(const NoiseShape& shape, double fs_hz, double snr_db, double seconds, std::uint64_t seed) {
  const SimulatedBursts simulated = simulated_bursts(Scene::step, shape, fs_hz, snr_db, seconds, seed);
  const std::vector<Active> found = activations_of(simulated);
  EdgeCoverage out;
  out.bursts = static_cast<int>(simulated.bursts.size());
  const auto seconds_of = [&](std::int64_t rows) { return static_cast<double>(rows) / fs_hz; };
  for (const BurstRows& burst : simulated.bursts) {
    const auto active =
        std::find_if(found.begin(), found.end(), [&](const Active& a) { return a.onset_row < burst.offset && burst.onset < a.offset_row; });
    if (active == found.end()) continue;
    const EdgeReport& edges = active->edges;
    ++out.found;
    out.onsets_held += edges.onset_low_row <= burst.onset && burst.onset <= edges.onset_high_row;
    out.offsets_held += edges.offset_low_row <= burst.offset && burst.offset <= edges.offset_high_row;
    out.width_s.push_back(seconds_of(edges.onset_high_row - edges.onset_low_row));
    out.width_s.push_back(seconds_of(edges.offset_high_row - edges.offset_low_row));
    out.main_error_s.push_back(seconds_of(edges.onset_main_row - burst.onset));
  }
  std::sort(out.width_s.begin(), out.width_s.end());
  std::sort(out.main_error_s.begin(), out.main_error_s.end());
  return out;
}

}  // namespace semg::testing
