// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/amplitude/envelope.hpp"

#include <cmath>

#include "dsp/filters/butterworth.hpp"

namespace semg {

Envelope::Envelope(double fs_hz, std::size_t channels, double cutoff_hz)
    : fs_hz_(fs_hz),
      low_pass_(butterworth(LowPass{.order = 2, .cutoff_hz = cutoff_hz}, fs_hz), channels),
      delay_s_(group_delay_s(low_pass_.sos(), 0.0, fs_hz)) {}

double Envelope::settling_s() const noexcept {
  constexpr double kTimeConstants = 10;
  return kTimeConstants * slowest_time_constant_s(low_pass_.sos(), fs_hz_);
}

void Envelope::process(Block& block) noexcept {
  for (float& x : block.samples()) x = std::fabs(x);
  low_pass_.process(block);
}

}  // namespace semg
