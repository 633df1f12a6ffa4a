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

/// Compares the power at the mains frequency and its harmonics with that 4 Hz beside them, second by second (Hann, 1 s), by the medians
/// over the recording: a muscle's own spectrum has no such step, and a few strong contractions do not move a median.
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
  std::vector<std::int64_t> bad_;         // [channels] non-finite rows of this second
};

}  // namespace semg
