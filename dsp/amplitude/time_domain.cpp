// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude/time_domain.hpp"

#include <string>

#include "dsp/error.hpp"

namespace semg {
namespace {

double checked(double threshold, const char* name) {
  if (!(threshold >= 0))
    throw Error(Fault::usage, std::string(name) + " threshold: found " + std::to_string(threshold) + ", expected 0 or more");
  return threshold;
}

}  // namespace

TimeDomainCounts::TimeDomainCounts(double fs_hz, const TimeDomainThresholds& thresholds)
    : level_(checked(thresholds.level, "zero crossing")),
      slope_step_(checked(thresholds.slope, "slope sign change") / fs_hz),
      steep_step_(checked(thresholds.steep, "Willison amplitude") / fs_hz) {
  if (!(fs_hz > 0)) throw Error(Fault::usage, "sampling rate: found " + std::to_string(fs_hz) + " Hz, expected more than 0");
}

}  // namespace semg
