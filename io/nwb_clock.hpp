// SPDX-License-Identifier: BSD-3-Clause
// When the rows of an NWB series were taken: a rate, or timestamps that turn out to be one with gaps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "io/hdf5_input.hpp"

namespace semg {

/// Consecutive rows that are stored one after the other.
struct Stretch {
  std::int64_t first_row = 0;  ///< on the gap-free grid
  std::int64_t rows = 0;
  std::int64_t stored_row = 0;  ///< where first_row lies in the dataset
};

struct NwbClock {
  double fs_hz = 0;
  double start_s = 0;  ///< of row 0, in the file's time
  std::int64_t rows = 0;
  std::vector<Stretch> stretches;
};

/// `starting_time` with its rate, or `timestamps`, which are read through once: they must grow; a step of more than 1.5 samples is a gap;
/// their mean step between gaps must be within 0.5 % of the median step, and of the rate where both are given. Throws Error(data).
NwbClock read_nwb_clock(const Hdf5Input& input, const std::string& series, std::int64_t stored_rows);

/// The rows between stretches, and those that are left of stretches without `gaps` (in order, apart).
std::vector<Gap> gaps_between(const std::vector<Stretch>& stretches, std::int64_t rows);
std::vector<Stretch> without_gaps(const std::vector<Stretch>& stretches, const std::vector<Gap>& gaps);

}  // namespace semg
