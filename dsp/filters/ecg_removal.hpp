// SPDX-License-Identifier: BSD-3-Clause
// The heart, taken out of a trunk muscle's channel: the average beat, subtracted from each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace semg {

/// Rows of the QRS complexes' peaks in one channel, [rows] in any unit: the signal between 5 and 25 Hz, without delay, above half of what
/// the median of its largest values in each 1.5 s is; of two within 0.3 s the larger one. NaN is stepped over. Give it the channel that is
/// to be cleaned, or one where the heart is seen better: EMG of over a third of the QRS peak hides beats.
std::vector<std::int64_t> heart_beats(std::span<const float> signal, double fs_hz);

struct RemovedEcg {
  std::vector<double> beat;           ///< the average beat, from 0.1 s before its peak to 0.1 s after; empty: nothing was removed
  std::vector<std::int64_t> at_rows;  ///< where it was subtracted
  std::vector<double> gains;          ///< by how much of itself, [at_rows]
};

/// Subtracts the average beat from the rows within 0.1 s of each of `beats`, in place; every other row keeps its bits. In the average a
/// beat counts by the inverse of its own mean square, so that those in a contraction say little; it is laid down to zero at its ends and
/// tapered there over 20 ms: slower waves than that are the high-pass's to take. Each beat's gain is that of least squares between 5 and 25
/// Hz, where EMG is weak, within 0.5 to 1.5. Under five whole beats, without NaN, nothing is done. Holds the channel in memory.
RemovedEcg remove_ecg(std::span<float> signal, std::span<const std::int64_t> beats, double fs_hz);

}  // namespace semg
