// SPDX-License-Identifier: BSD-3-Clause
// What an electrode picks up beside its muscle: mains hum, the heart, movement of the cable. Each adds itself to a channel's samples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/simulation/simulated_contraction.hpp"
#include "engine/simulation/simulated_random.hpp"

namespace semg {

/// Mains hum: a fundamental and its harmonics 2-5 with amplitudes 1, 0.1, 0.3, 0.05, 0.1 of it; those at or above fs/2 are left out.
/// The mains' frequency wanders within 0.1 Hz, the same for all channels; each channel has its own phases.
class MainsHum {
 public:
  static constexpr std::array<double, 5> kHarmonics = {1, 0.1, 0.3, 0.05, 0.1};
  static constexpr double kWanderHz = 0.1;

  MainsHum(double amplitude_uv, double line_hz, double fs_hz, std::uint64_t seed, std::size_t channels);

  /// Follows the mains for the next `rows` rows; add() then adds them to one channel after the other.
  void advance(std::size_t rows);
  void add(std::size_t channel, std::span<double> samples_uv) const noexcept;

  const std::vector<double>& amplitudes_uv() const noexcept { return amplitudes_uv_; }  ///< of the harmonics that are there
  double rms_uv() const noexcept;

 private:
  double line_hz_;
  double fs_hz_;
  std::int64_t row_ = 0;
  std::int64_t step_rows_;  // the frequency changes at multiples of it
  double offset_hz_ = 0;
  double angle_ = 0;
  RandomStream wander_;
  std::vector<double> amplitudes_uv_;
  std::vector<std::array<double, 2>> mix_;   // [channels x harmonics] of sine and cosine
  std::vector<std::array<double, 2>> wave_;  // [rows x harmonics] sine and cosine
};

/// The heart as trunk muscles see it: three Gaussians a beat (-0.15, 1, -0.25 at -25, 0 and 25 ms, 11 ms wide), scaled to the given value
/// at the beat; 72 a minute, intervals varying by 5 %. The same in all channels.
class HeartBeats {
 public:
  HeartBeats(double peak_uv, double fs_hz, std::int64_t rows, std::uint64_t seed);

  void add(std::int64_t first_row, std::span<double> samples_uv) const noexcept;
  const std::vector<double>& beats_s() const noexcept { return beats_s_; }

 private:
  double peak_uv_;
  double fs_hz_;
  std::vector<double> beats_s_;
};

/// A cable that swings once the limb moves: amplitude exp(-t/0.3 s) sin(2 pi f t) from each onset on, for 3 s, f drawn from 1-8 Hz for
/// each channel and onset.
class CableMotion {
 public:
  static constexpr double kDecayS = 0.3;

  CableMotion(double amplitude_uv, double fs_hz, const std::vector<BurstRows>& bursts, std::uint64_t seed, std::size_t channels);

  void add(std::size_t channel, std::int64_t first_row, std::span<double> samples_uv) const noexcept;
  double frequency_hz(std::size_t channel, std::size_t onset) const noexcept { return frequency_hz_[channel * onset_rows_.size() + onset]; }
  const std::vector<std::int64_t>& onset_rows() const noexcept { return onset_rows_; }

 private:
  double amplitude_uv_;
  double fs_hz_;
  std::vector<std::int64_t> onset_rows_;
  std::vector<double> frequency_hz_;  // [channels x onsets]
};

}  // namespace semg
