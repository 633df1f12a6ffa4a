// SPDX-License-Identifier: BSD-3-Clause
// Which frequencies a filter leaves: what is asked of every design.
#pragma once

namespace semg {

struct LowPass {
  int order = 2;
  double cutoff_hz = 0;
};
struct HighPass {
  int order = 2;
  double cutoff_hz = 0;
};
struct BandPass {
  int order = 2;
  double low_hz = 0;
  double high_hz = 0;
};  ///< `order` as SciPy counts it: 2 x order poles

}  // namespace semg
