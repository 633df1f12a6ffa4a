// SPDX-License-Identifier: BSD-3-Clause
// A filter forward and then backward in time: no delay at any frequency. For recordings only.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/filters/band.hpp"
#include "dsp/filters/sos.hpp"
#include "dsp/filters/sos_filter.hpp"

namespace semg {

/// What to ask butterworth() for, so that after two passes, whose gains multiply, -3 dB stands at the given cut-off: the analogue edge is
/// moved by C = (sqrt(2) - 1)^(1/(2 order)), a low-pass's up by 1/C, a high-pass's down by C.
/// Source: |H|^2 = 1/(1 + (f/fc)^(2 order)), Butterworth's gain of two passes, set to 1/sqrt(2).
LowPass for_two_passes(const LowPass& band, double fs_hz) noexcept;
HighPass for_two_passes(const HighPass& band, double fs_hz) noexcept;

/// Both passes over a stretch without gaps, in memory that does not grow with it. The forward pass is SosFilter in double. The backward
/// pass runs over one piece after the other, each time from 24 time constants of the slowest pole behind the piece (at least 0.5 s), where
/// it starts as if the forward signal's value there had stood for ever; where it enters the piece, that start has fallen below 1e-9. The
/// stretch's two ends are primed just so: nothing is padded. NaN stays NaN, and each pass starts anew beyond it in that channel.
/// Pieces are counted from the first row, so the sizes of blocks change no bit. Within 1e-9 of the RMS the same as
/// `scipy.signal.sosfiltfilt(sos, x, padtype=None)`. Nothing is rounded to float.
class ZeroPhase {
 public:
  ZeroPhase(const Sos& sos, std::size_t channels, double fs_hz);

  /// The stretch's next rows; calls out(rows) with those that became final, in order, [rows x channels].
  template <class Out>
  void push(const Block& rows, Out out) {
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      append(rows.row(r));
      if (held_ == piece_rows_ + lead_rows_) out(run_back(piece_rows_));
    }
  }
  /// The stretch is over: calls out(rows) with all that is left. The next push() begins a new one.
  template <class Out>
  void end(Out out) {
    if (held_ > 0) out(run_back(held_));
    forward_.reset();
  }

  std::size_t lead_rows() const noexcept { return lead_rows_; }  ///< that the backward pass is ahead of what it gives out

 private:
  void append(std::span<const float> row) noexcept;
  std::span<const double> run_back(std::size_t rows) noexcept;

  std::size_t channels_;
  std::size_t lead_rows_, piece_rows_;
  SosFilter forward_, backward_;
  std::size_t held_ = 0;               // rows
  std::vector<double> once_filtered_;  // [piece + lead x channels]
  std::vector<double> out_;            // [piece + lead x channels]
};

}  // namespace semg
