// SPDX-License-Identifier: BSD-3-Clause
// Mains hum: is it there, at 50 or 60 Hz, and how strong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/block.hpp"

namespace semg {

struct LineFacts {
  double line_hz = 0;  ///< 50 or 60; 0 where no hum stands out
  double power = 0;    ///< unit^2, fundamental and harmonics up to the fifth together
};

/// Compares the power at the mains frequency and its harmonics with that 4 Hz beside them, within each second (Hann, 1 s). Without hum
/// the ratio is F-distributed with 2 and 4 degrees of freedom and exceeds 4 in one second of nine; hum is called where it does so in more
/// seconds than chance allows by five standard deviations, so that under seven seconds never tell. Its power is the lower quartile on the
/// line less that beside it: contractions, however many, do not count as hum.
/// push() the conditioned signal.
class LineSurvey {
 public:
  LineSurvey(double fs_hz, std::size_t channels, double upper_hz);
  void push(const Block& conditioned) noexcept;
  /// `line_hz` 50 or 60; 0: whichever is stronger.
  LineFacts facts(std::size_t channel, double line_hz) const;

 private:
  static constexpr std::size_t kCells = 1200;
  struct Probe {
    double line_hz;  // the family it belongs to
    int harmonic;
    int place;                         // -1 below, 0 on, +1 above
    std::vector<double> cosine, sine;  // [second_rows] with the Hann weight in them
  };
  void finish_second() noexcept;

  std::size_t channels_;
  std::size_t second_rows_;
  std::vector<Probe> probes_;
  std::size_t filled_ = 0;
  std::int64_t next_row_ = INT64_MIN;
  std::vector<double> real_, imaginary_;  // [probes x channels]
  std::vector<std::uint32_t> cells_;      // [probes x channels x kCells] histogram of power in 0.25 dB
  std::vector<std::int64_t> exceeded_;    // [probes x channels] seconds in which a line stood out
  std::vector<std::int64_t> seconds_;     // [channels] looked at
  std::vector<std::int64_t> bad_;         // [channels] non-finite rows of this second
};

}  // namespace semg
