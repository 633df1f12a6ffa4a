// SPDX-License-Identifier: BSD-3-Clause
// The mean power spectrum of a whole recording, as it comes in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/spectrum/spectrum.hpp"

namespace semg {

/// Welch's spectrum of each channel over all that is pushed, in segments of about 1 s with 50 % overlap, so that what lies below 20 Hz is
/// told apart. A gap begins a new segment; a segment with a value that is not finite is left out in that channel. Constant memory, no
/// allocation after the constructor; any cut of the stream gives the same bits.
class MeanSpectrum {
 public:
  MeanSpectrum(double fs_hz, std::size_t channels);

  double bin_hz() const noexcept { return welch_.bin_hz(); }
  void push(const Block& block) noexcept;
  /// [bins] unit^2/Hz, one-sided; empty where no segment was whole.
  std::vector<double> density(std::size_t channel) const;

 private:
  void take() noexcept;

  WelchSpectrum welch_;
  std::size_t channels_;
  std::size_t filled_ = 0;
  std::int64_t next_row_ = INT64_MIN;
  std::vector<float> segment_;         // [channels x segment rows]
  std::vector<double> sum_;            // [channels x bins]
  std::vector<std::size_t> segments_;  // [channels]
};

}  // namespace semg
