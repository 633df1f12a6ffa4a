// SPDX-License-Identifier: BSD-3-Clause
// What a chain does to a signal, in numbers.
#pragma once

#include <vector>

#include "engine/chain.hpp"

namespace semg {

struct ResponsePoint {
  double f_hz = 0;
  double gain_db = 0;
  double phase_delay_s = 0;
  double group_delay_s = 0;
};

struct Explanation {
  std::vector<ResponsePoint> response;
  std::vector<double> minus_3db_hz;  ///< where the gain crosses -3.01 dB, found on the response itself
  double power_kept = 0;             ///< share of a typical EMG spectrum's power that passes (Stulen & De Luca's form, 60 and 120 Hz)
  double mdf_shift_hz = 0;           ///< by which the chain moves that spectrum's median frequency in the band; 0 where it has none
  double activation_latency_s = 0;   ///< an activation and an active_fraction are final so long after
};

/// Source of the typical spectrum: P(f) = fh^4 f^2 / ((f^2 + fl^2)(f^2 + fh^2)^2), Shwedyk et al., IEEE Trans Biomed Eng 1977; 24: 417-424.
Explanation explain(const Chain& chain);

}  // namespace semg
