// SPDX-License-Identifier: BSD-3-Clause
#include "engine/chain.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "dsp/filters/butterworth.hpp"
#include "dsp/filters/zero_phase.hpp"
#include "dsp/spectrum/spectrum.hpp"

namespace semg {
namespace {

constexpr double kBandTop_hz = 450;  // upper edges up to here give way to the rate
constexpr double kShareOfRate = 0.45;
constexpr double kLeastTop_hz = 400;  // below it the band no longer holds EMG's spectrum
constexpr double kSettlingConstants = 10;

double upper_edge(double wanted_hz, double fs_hz) {
  return wanted_hz <= kBandTop_hz ? std::min(wanted_hz, kShareOfRate * fs_hz) : wanted_hz;
}

std::int64_t rows(const char* what, double seconds, double fs_hz, std::int64_t least) {
  const std::int64_t n = std::llround(seconds * fs_hz);
  if (n < least) {
    throw Error(Fault::usage, fmt::format("{}: {:g} s is {} rows at {:g} Hz, expected at least {}", what, seconds, n, fs_hz, least));
  }
  return n;
}

Sos one_after_the_other(Sos first, const Sos& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

Chain chain_for(const Settings& settings, double fs_hz) {
  if (!(fs_hz > 0 && fs_hz <= 1e6))
    throw Error(Fault::usage, fmt::format("sampling rate: found {:g} Hz, expected above 0 and up to 1000000", fs_hz));
  Chain chain;
  chain.settings = settings;
  chain.fs_hz = fs_hz;
  chain.high_pass_hz = settings.filter.high_pass_hz;
  chain.low_pass_hz = upper_edge(settings.filter.low_pass_hz, fs_hz);
  if (!(chain.high_pass_hz < chain.low_pass_hz)) {
    throw Error(Fault::usage, fmt::format("band-pass {:g}-{:g} Hz: the high-pass must lie below the low-pass (fs = {:g} Hz)",
                                          chain.high_pass_hz, chain.low_pass_hz, fs_hz));
  }
  const HighPass high_pass{.order = settings.filter.order, .cutoff_hz = chain.high_pass_hz};
  const LowPass low_pass{.order = settings.filter.order, .cutoff_hz = chain.low_pass_hz};
  chain.decision_sos = one_after_the_other(butterworth(high_pass, fs_hz), butterworth(low_pass, fs_hz));
  chain.passes = settings.filter.passes == "forward_backward" ? 2 : 1;
  chain.sos = chain.passes == 1 ? chain.decision_sos
                                : one_after_the_other(butterworth(for_two_passes(high_pass, fs_hz), fs_hz),
                                                      butterworth(for_two_passes(low_pass, fs_hz), fs_hz));
  chain.settling_rows = static_cast<std::int64_t>(std::ceil(kSettlingConstants * slowest_time_constant_s(chain.sos, fs_hz) * fs_hz));

  chain.amplitude_window_rows = rows("amplitude.window_s", settings.amplitude.window_s, fs_hz, 2);
  chain.amplitude_hop_rows = rows("amplitude.hop_s", settings.amplitude.hop_s, fs_hz, 1);
  chain.spectrum_window_rows = rows("spectrum.window_s", settings.spectrum.window_s, fs_hz, 8);
  chain.spectrum_hop_rows = rows("spectrum.hop_s", settings.spectrum.hop_s, fs_hz, 1);
  chain.segment_rows = static_cast<std::int64_t>(segment_rows_for(settings.spectrum.segment_s, fs_hz));
  chain.segment_hop_rows = chain.segment_rows / 2;
  if (chain.segment_rows > chain.spectrum_window_rows) {
    throw Error(Fault::usage, fmt::format("spectrum.window_s: {:g} s holds {} rows at {:g} Hz, expected at least one segment of {}",
                                          settings.spectrum.window_s, chain.spectrum_window_rows, fs_hz, chain.segment_rows));
  }
  chain.band_low_hz = settings.spectrum.low_hz;
  chain.band_high_hz = upper_edge(settings.spectrum.high_hz, fs_hz);
  chain.rate_below_band = chain.band_high_hz < std::min(kLeastTop_hz, settings.spectrum.high_hz);
  const auto bins = static_cast<std::size_t>(chain.segment_rows / 2 + 1);
  chain.band = bins_within(chain.band_low_hz, chain.band_high_hz, chain.bin_hz(), bins);
  if (chain.band.last <= chain.band.first + 1) {
    throw Error(Fault::usage, fmt::format("spectrum.band_hz: {:g}-{:g} Hz holds under three bins of {:g} Hz (fs = {:g} Hz)",
                                          chain.band_low_hz, chain.band_high_hz, chain.bin_hz(), fs_hz));
  }
  return chain;
}

}  // namespace semg
