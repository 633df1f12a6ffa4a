// SPDX-License-Identifier: BSD-3-Clause
// Mains hum taken off as what it is, a few sines, so that no hole is left in the spectrum. For recordings only: it reads ahead.
#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/block.hpp"

namespace semg {

struct LineDesign {
  double line_hz = 50;  ///< the mains' nominal frequency; the true one is followed within 0.5 Hz of it
  double top_hz = 450;  ///< harmonics up to here, and below fs/2, are looked for
};

/// Follows the mains' fundamental and its harmonics, each channel by itself, over a stretch without gaps, and subtracts them.
///
/// Every 0.1 s a piece of 0.2 s (Hann) is demodulated at each harmonic, and half-way to the next one, where there is no hum: that tells
/// how strong the rest of the signal is. Frequency, its drift, amplitude and phase at each piece's middle are those of least squares over
/// the pieces within 1.5 s on either side, each weighted by the inverse of its own noise, so that hum in a contraction is known from the
/// rest beside it. Hum is found where one harmonic has nine times the power that noise gives it, and followed while one has six times that;
/// of its harmonics those with four times that are subtracted, cross-faded from piece to piece. The others, and a signal without hum, are
/// left alone. The band lost to EMG is under 1 Hz at each harmonic that is there. Mains within some 0.03 Hz/s of a straight line over 3 s
/// are followed to -30 dB.
///
/// NaN stays NaN, and its pieces do not count. Stretches of under 0.6 s are left as they are. Pieces are counted from the first row: the
/// sizes of blocks change no bit. Source of the estimate: maximum likelihood of sines with one fundamental in noise of known level (Kay,
/// Fundamentals of Statistical Signal Processing: Estimation Theory, 1993, ch. 7), solved by Gauss-Newton from the best of a grid.
class LineSubtraction {
 public:
  /// Throws Error(usage) unless line_hz is above 10 Hz and a harmonic lies below top_hz and far enough below fs/2.
  LineSubtraction(const LineDesign& design, std::size_t channels, double fs_hz);

  /// The stretch's next rows; calls out(rows) with those that became final, in order, [rows x channels].
  template <class Out>
  void push(const Block& rows, Out out) {
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      const auto row = rows.row(r);
      std::copy(row.begin(), row.end(), held_.begin() + static_cast<std::ptrdiff_t>(held_rows_++ * channels_));
      if (held_rows_ < (next_piece_ - next_step_ + 2) * step_rows_) continue;
      take_in_piece();
      if (next_piece_ > kReach) out(finish_step());
    }
  }
  /// The stretch is over: calls out(rows) with all that is left. The next push() begins a new one.
  template <class Out>
  void end(Out out) {
    while (next_piece_ >= kLeastPieces && next_step_ < next_piece_) out(finish_step());
    if (held_rows_ > 0) out(finish_tail());
    restart();
  }

  std::size_t harmonics() const noexcept { return harmonics_; }

 private:
  using Complex = std::complex<double>;
  static constexpr std::size_t kReach = 15;  // pieces to either side
  static constexpr std::size_t kWindow = 2 * kReach + 1;
  static constexpr std::size_t kLeastPieces = 5;
  struct Line {            // of one channel at the middle of a piece
    double offset_hz = 0;  // of the fundamental from its nominal frequency
    bool found = false;
    std::vector<Complex> waves;  // [harmonics] amplitude and phase; 0: not there
  };
  void restart() noexcept;
  void take_in_piece() noexcept;
  std::span<const float> finish_step() noexcept;
  std::span<const float> finish_tail() noexcept;
  void follow(std::size_t channel, std::size_t first, std::size_t last, Line& line) noexcept;
  void add(const Line& line, double first_row, std::span<const double> fade) noexcept;
  void subtract_from(std::size_t channel, std::size_t rows) noexcept;
  const Complex& probe(std::size_t piece, std::size_t channel, std::size_t p) const noexcept {
    return probes_[((piece % kWindow) * channels_ + channel) * 2 * harmonics_ + p];
  }

  double fs_hz_, line_hz_;
  std::size_t channels_, harmonics_, step_rows_;
  std::vector<double> fade_in_, fade_out_;  // [step_rows] halves of a Hann window
  std::vector<double> whole_;               // ones, as many as rows are held
  std::vector<Complex> wave_;               // [probes x 2 step_rows] with the Hann weight in it; harmonics, then half-way to the next
  std::vector<float> held_;                 // [(kReach + 2) step_rows x channels] from step next_step_ on
  std::vector<float> out_;                  // as held_
  std::size_t held_rows_ = 0, next_piece_ = 0, next_step_ = 0;
  std::vector<Complex> probes_;        // [kWindow x channels x probes], ring by piece
  std::vector<unsigned char> finite_;  // [kWindow x channels]
  std::vector<Complex> turn_;          // [kWindow x harmonics] the nominal frequency's turn over so many steps
  std::vector<Line> before_, now_;     // [channels] at the pieces on either side of the next step
  std::vector<double> sum_of_lines_;   // [kReach + 2 steps]
  std::vector<double> mean_;           // [channels]
  std::vector<Complex> sum_;           // [probes x channels]
  std::vector<double> samples_;        // [channels]
};

}  // namespace semg
