// SPDX-License-Identifier: BSD-3-Clause
// Settings made concrete for one sampling rate: the very filter, windows and bins that will be used.
#pragma once

#include <cstdint>

#include "dsp/filters/sos.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "engine/settings.hpp"

namespace semg {

struct Chain {
  Settings settings;
  double fs_hz = 0;
  Sos sos;                         ///< one pass: high-pass, then low-pass; primed with the first sample
  int passes = 1;                  ///< 1: causal; 2: forward, then backward in time
  Sos decision_sos;                ///< causal, one pass, with the same -3 dB points: what activation is decided on
  double high_pass_hz = 0;         ///< -3 dB after all passes
  double low_pass_hz = 0;          ///< -3 dB after all passes
  std::int64_t settling_rows = 0;  ///< after them a start-up transient has fallen to 5e-5 of itself
  std::int64_t amplitude_window_rows = 0, amplitude_hop_rows = 0;
  std::int64_t spectrum_window_rows = 0, spectrum_hop_rows = 0;
  std::int64_t segment_rows = 0, segment_hop_rows = 0;
  double band_low_hz = 0, band_high_hz = 0;
  BinRange band;                 ///< bins of a segment's spectrum within the band
  bool rate_below_band = false;  ///< the upper band edge is below 400 Hz: no median or mean frequency is told

  double bin_hz() const noexcept { return fs_hz / static_cast<double>(segment_rows); }
  double filter_band_hz() const noexcept { return low_pass_hz - high_pass_hz; }
  bool reads_ahead() const noexcept { return passes == 2; }  ///< it wants a ConditionedSource
};

/// Throws Error(usage) where settings and rate do not go together, naming both.
Chain chain_for(const Settings& settings, double fs_hz);

}  // namespace semg
