// SPDX-License-Identifier: BSD-3-Clause
// One visit of a simulated study: what its recording is to hold, and its samples, row by row in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/recording.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "engine/simulation/simulated_random.hpp"

namespace semg {

/// Rows in which muscles work, each channel at one level from the first row to the last.
struct SimulatedStretch {
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  std::vector<double> level_uv;  ///< [channels] RMS of the muscle alone, 0 Hz to fs/2
};

struct SimulatedVisit {
  std::uint64_t seed = 1;
  std::uint64_t participant = 0, visit = 0;  ///< with the seed, they choose the random numbers of the samples
  Recording recording;                       ///< everything but samples: int16, no gaps; rows and periods included
  std::vector<NoiseShape> shapes;            ///< [channels]
  std::vector<double> floor_uv;              ///< [channels] RMS of the white noise that is always there
  std::vector<SimulatedStretch> stretches;   ///< in order, apart or touching
};

/// A Source. The same visit gives the same samples, whatever the blocks' sizes; a channel's samples do not depend on the others.
/// At rest a channel is its floor, and no muscle is computed for it.
class SimulatedVisitSource {
 public:
  explicit SimulatedVisitSource(SimulatedVisit visit);

  const Recording& recording() const noexcept { return visit_.recording; }
  const StreamInfo& info() const noexcept { return visit_.recording.stream; }

  /// Next rows in microvolts; false at the end.
  bool read(Block& block);
  /// Next rows as they are stored, [rows x channels]. How many rows were written; 0 at the end.
  std::size_t read_counts(std::span<std::int16_t> counts);

 private:
  void write_piece(std::span<std::int16_t> counts, const SimulatedStretch* working);

  SimulatedVisit visit_;
  std::vector<ShapedNoise> muscles_;
  std::vector<RandomStream> floors_;
  std::int64_t row_ = 0;
  std::size_t stretch_ = 0;  // first that ends after row_
  std::vector<double> samples_uv_;
  std::vector<std::int16_t> counts_;
};

}  // namespace semg
