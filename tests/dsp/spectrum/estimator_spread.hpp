// SPDX-License-Identifier: BSD-3-Clause
// How much median and mean frequency and RMS of one window vary, method by method, on simulated EMG that does not change.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "dsp/amplitude/amplitude.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "dsp/spectrum/spectrum_multitaper.hpp"
#include "dsp/spectrum/spectrum_periodogram.hpp"
#include "engine/chain.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "engine/simulation/simulated_spectrum.hpp"

namespace semg::testing {

inline constexpr double kSpreadRate_hz = 2000;  // noise of 60 and 120 Hz, 20-450 Hz looked at

enum class SpreadMethod { periodogram, hann, welch_256, welch_512, multitaper };
inline constexpr std::string_view kSpreadMethods[] = {"periodogram", "one Hann segment", "Welch, segments of 256", "Welch, segments of 512",
                                                      "multitaper"};

struct Spread {
  double mean = 0;
  double deviation = 0;
};
struct EstimatorSpread {
  Spread mdf_hz, mnf_hz, rms;
};

/// What a stationary normal process must give, to first order in 1/T, for taper weights of kurtosis factor k = N sum w^4 / (sum w^2)^2:
///     Var MDF = k int P^2 / (4 T P(MDF)^2),  Var MNF = k int (f - MNF)^2 P^2 / (T M_0^2),  CV RMS = 1 / (2 sqrt(T B)),  B = (int P)^2 /
///     int P^2
/// the first two over the band, the last over all frequencies.
struct SpreadTheory {
  double mdf_hz, mnf_hz, rms_share;
};
inline SpreadTheory spread_theory(double window_s, double taper_factor) {
  const NoiseDensity density({.fl_hz = 60, .fh_hz = 120}, kSpreadRate_hz);
  const auto integral = [](const std::function<double(double)>& f, double low_hz, double high_hz) {
    return spectrum_moments(f, low_hz, high_hz).power;
  };
  const auto square = [&](double f) { return density(f) * density(f); };
  const SpectrumMoments band = spectrum_moments(density, 20, 450);
  const auto about_mean = [&](double f) { return std::pow((f - band.mnf_hz) * density(f), 2); };
  const double half = kSpreadRate_hz / 2;
  return {.mdf_hz = std::sqrt(taper_factor * integral(square, 20, 450) / (4 * window_s)) / density(band.mdf_hz),
          .mnf_hz = std::sqrt(taper_factor * integral(about_mean, 20, 450) / window_s) / band.power,
          .rms_share = std::sqrt(integral(square, 0, half) / window_s) / (2 * integral(density, 0, half))};
}

/// `windows` windows of `window_s` with nothing between them; the seed alone decides their samples.
inline EstimatorSpread estimator_spread(SpreadMethod method, double window_s, std::size_t windows, std::uint64_t seed) {
  const auto rows = static_cast<std::size_t>(std::lround(window_s * kSpreadRate_hz));
  Settings settings;  // the default has segments of 256 rows
  if (method == SpreadMethod::welch_512) settings.spectrum.segment_s = 0.256;
  const Chain chain = chain_for(settings, kSpreadRate_hz);
  const auto segment = method == SpreadMethod::hann ? rows : static_cast<std::size_t>(chain.segment_rows);
  const auto hop = method == SpreadMethod::hann ? rows : static_cast<std::size_t>(chain.segment_hop_rows);
  Periodogram periodogram(rows, kSpreadRate_hz);
  MultitaperSpectrum multitaper(rows, kSpreadRate_hz);
  WelchSpectrum welch(segment, kSpreadRate_hz);
  std::vector<double> drawn(rows), power;
  std::vector<float> window(rows);
  const auto density_of = [&](auto& spectrum) {
    power.resize(spectrum.bins());
    spectrum.density_of(window, power);
    return spectrum.bin_hz();
  };
  const auto find_power = [&] {  // its width of a bin
    if (method == SpreadMethod::periodogram) return density_of(periodogram);
    if (method == SpreadMethod::multitaper) return density_of(multitaper);
    power.assign(welch.bins(), 0.0);
    for (std::size_t at = 0; at + segment <= rows; at += hop) welch.add(std::span(window).subspan(at, segment), power);
    return welch.bin_hz();
  };

  ShapedNoise noise({.fl_hz = 60, .fh_hz = 120}, kSpreadRate_hz, RandomStream{seed, 91});
  double sum[3] = {}, squares[3] = {};
  for (std::size_t w = 0; w < windows; ++w) {
    noise.next(drawn, 1);
    std::transform(drawn.begin(), drawn.end(), window.begin(), [](double x) { return static_cast<float>(x); });
    const double bin_hz = find_power();
    const BinRange band = bins_within(20, 450, bin_hz, power.size());
    AmplitudeSums sums;
    for (const float x : window) sums.add(x);
    const double found[] = {median_frequency(power, bin_hz, band), mean_frequency(power, bin_hz, band), sums.rms()};
    for (std::size_t k = 0; k < 3; ++k) {
      sum[k] += found[k];
      squares[k] += found[k] * found[k];
    }
  }
  const auto spread = [&](std::size_t k) {
    const double n = static_cast<double>(windows), mean = sum[k] / n;
    return Spread{mean, std::sqrt(std::max(0.0, squares[k] - n * mean * mean) / (n - 1))};
  };
  return {.mdf_hz = spread(0), .mnf_hz = spread(1), .rms = spread(2)};
}

}  // namespace semg::testing
