// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_multitaper.hpp"

#include <algorithm>
#include <string>

#include "dsp/error.hpp"
#include "dsp/spectrum/dpss.hpp"

namespace semg {
namespace {

std::vector<std::vector<double>> tapers_for(std::size_t rows, Tapering tapering) {
  if (rows < 4) throw Error(Fault::usage, "multitaper spectrum: found a window of " + std::to_string(rows) + " rows, expected at least 4");
  if (static_cast<double>(tapering.tapers) > 2 * tapering.time_bandwidth - 1) {
    throw Error(Fault::usage, "multitaper spectrum: found " + std::to_string(tapering.tapers) + " tapers, expected at most " +
                                  std::to_string(2 * tapering.time_bandwidth - 1) + ", twice the time-bandwidth product less 1");
  }
  return dpss_tapers(rows, tapering.time_bandwidth, tapering.tapers);
}

}  // namespace

MultitaperSpectrum::MultitaperSpectrum(std::size_t rows, double fs_hz, Tapering tapering)
    : fs_hz_(fs_hz), tapers_(tapers_for(rows, tapering)), transform_(rows) {}

void MultitaperSpectrum::density_of(std::span<const float> window, std::span<double> density) noexcept {
  double mean = 0;
  for (const float x : window) mean += x;
  mean /= static_cast<double>(rows());
  std::fill(density.begin(), density.end(), 0.0);
  for (const std::vector<double>& taper : tapers_) {
    const std::span<double> in = transform_.in();
    for (std::size_t n = 0; n < in.size(); ++n) in[n] = (window[n] - mean) * taper[n];
    transform_.add_power(density);
  }
  transform_.to_one_sided(density, 1.0 / (fs_hz_ * static_cast<double>(tapers_.size())));
}

}  // namespace semg
