// SPDX-License-Identifier: BSD-3-Clause
// A simulated recording: what it is to be, and its samples, row by row in constant memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/recording.hpp"
#include "engine/simulation/simulated_contraction.hpp"
#include "engine/simulation/simulated_motor_units.hpp"
#include "engine/simulation/simulated_noise.hpp"

namespace semg {

struct SimulatedGap {
  double start_s = 0;
  double length_s = 0;
};

struct Simulation {
  std::uint64_t seed = 1;
  double fs_hz = 2000;
  int channels = 4;  ///< TA right, TA left, GM right, ...: same contraction, same truth, other samples
  double duration_s = 35;
  std::variant<NoiseShape, MotorUnitPool> muscle = {};
  Contraction contraction = {};
  double snr_db = 30;   ///< power of the muscle on a plateau over that of the floor between 20 and min(450, 0.45 fs) Hz
  double floor_uv = 2;  ///< RMS of the white noise that is always there, 0 to fs/2
  double line_uv = 0;   ///< amplitude of the mains' fundamental
  double line_hz = 50;
  double heart_uv = 0;        ///< ECG: value at a beat
  double motion_uv = 0;       ///< cable motion at each onset: amplitude at its start
  double rail_uv = 4095.875;  ///< the converter gives nothing beyond it
  std::vector<SimulatedGap> gaps = {};
};

/// One step of the simulated converter: a binary fraction, so that every sample is exact in float.
inline constexpr double kSimulatedLsb = 0.125;

/// A Source. The same settings give the same samples, whatever the blocks' sizes; a channel's samples do not depend on the others.
class SimulatedSource {
 public:
  /// Throws Error(usage) where a setting lies outside its limits.
  explicit SimulatedSource(const Simulation& simulation);
  ~SimulatedSource();
  SimulatedSource(SimulatedSource&&) noexcept;

  /// All that is known beside samples, ids and periods: rows, gaps, channels, scale.
  const Recording& recording() const noexcept { return recording_; }
  const StreamInfo& info() const noexcept { return recording_.stream; }
  const ContractionCourse& course() const noexcept { return course_; }

  /// Next rows in microvolts; gaps are left out, so the next block's `first` jumps.
  bool read(Block& block);
  /// Next rows as they are stored, [rows x channels], rows in a gap as 0. How many rows were written; 0 at the end.
  std::size_t read_counts(std::span<std::int16_t> counts);

  /// Samples at a rail so far, [channels]; those inside gaps are not counted.
  const std::vector<std::int64_t>& clipped() const noexcept { return clipped_; }

 private:
  struct Signals;
  void write_piece(std::span<std::int16_t> counts);
  bool in_gap() const noexcept;
  std::int64_t end_of_stretch() const noexcept;

  Recording recording_;
  ContractionCourse course_;
  std::unique_ptr<Signals> signals_;
  std::int64_t row_ = 0;
  std::size_t gap_ = 0;  // first that ends after row_
  std::vector<std::int64_t> clipped_;
  std::vector<std::int16_t> counts_;
};

}  // namespace semg
