// SPDX-License-Identifier: BSD-3-Clause
// How often the intervals of one window hold what is true of the signal: simulated EMG through the default chain, window after window.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dsp/amplitude/amplitude.hpp"
#include "dsp/amplitude/amplitude_interval.hpp"
#include "dsp/filters/sos.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "dsp/spectrum/frequency_interval.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/chain.hpp"
#include "engine/simulation/simulated_spectrum.hpp"

namespace semg::testing {

/// RMS, ARV, MDF, MNF in this order.
struct Coverage {
  std::array<double, 4> held{};  ///< share of windows whose 95 % interval holds the estimator's expectation
  double mdf_bias_hz = 0;        ///< that expectation less the value of the density itself
  double mnf_bias_hz = 0;
};

/// `next` fills a span with simulated signal of this one-sided density (1/Hz), at fs_hz; 0.1 s lie between windows. The expectation is the
/// mean over all windows (the root of the mean square for RMS): it is off by 1/sqrt(windows) of what a single window varies, which
/// changes the coverage by less than 0.0003 from 500 windows on.
inline Coverage interval_coverage(const std::function<void(std::span<double>)>& next, const std::function<double(double)>& density,
                                  double fs_hz, double window_s, std::size_t windows) {
  const Chain chain = chain_for({}, fs_hz);
  SosFilter filter(chain.sos, 1);
  WelchSpectrum welch(static_cast<std::size_t>(chain.segment_rows), fs_hz);
  const auto rows = static_cast<std::size_t>(std::lround(window_s * fs_hz));
  const auto segment = static_cast<std::size_t>(chain.segment_rows), hop = static_cast<std::size_t>(chain.segment_hop_rows);
  const auto between = static_cast<std::size_t>(std::lround(0.1 * fs_hz));
  std::vector<double> drawn(rows + between);
  std::vector<float> window(rows);
  std::vector<double> power(welch.bins());
  Block block(1, drawn.size());
  std::array<std::vector<Interval>, 4> intervals;
  std::array<double, 4> sum{};
  for (std::size_t w = 0; w <= windows; ++w) {
    next(drawn);
    block.first = static_cast<std::int64_t>(w * drawn.size());
    block.resize(drawn.size());
    for (std::size_t r = 0; r < drawn.size(); ++r) block.row(r)[0] = static_cast<float>(100 * drawn[r]);
    filter.process(block);
    if (w == 0) continue;  // the filter settles
    AmplitudeSums sums;
    AmplitudeFreedom freedom(fs_hz);
    for (std::size_t r = 0; r < rows; ++r) {
      window[r] = block.row(between + r)[0];
      sums.add(window[r]);
      freedom.add(window[r]);
    }
    std::fill(power.begin(), power.end(), 0.0);
    std::size_t segments = 0;
    for (std::size_t at = 0; at + segment <= rows; at += hop, ++segments) welch.add(std::span(window).subspan(at, segment), power);
    sum[0] += sums.mean_square();
    sum[1] += sums.arv();
    sum[2] += median_frequency(power, welch.bin_hz(), chain.band);
    sum[3] += mean_frequency(power, welch.bin_hz(), chain.band);
    intervals[0].push_back(amplitude_interval(sums.rms(), freedom.of_rms()));
    intervals[1].push_back(amplitude_interval(sums.arv(), freedom.of_arv()));
    intervals[2].push_back(median_frequency_interval(power, welch.bin_hz(), chain.band, static_cast<double>(segments)));
    intervals[3].push_back(mean_frequency_interval(power, welch.bin_hz(), chain.band, static_cast<double>(segments)));
  }
  for (double& s : sum) s /= static_cast<double>(windows);
  sum[0] = std::sqrt(sum[0]);
  Coverage coverage;
  for (std::size_t m = 0; m < sum.size(); ++m) {
    for (const Interval& i : intervals[m])
      coverage.held[m] += (i.low <= sum[m] && sum[m] <= i.high) ? 1.0 / static_cast<double>(windows) : 0;
  }
  const auto filtered = [&](double f_hz) { return density(f_hz) * std::norm(response_at(chain.sos, f_hz, fs_hz)); };
  const SpectrumMoments truth = spectrum_moments(filtered, chain.band_low_hz, chain.band_high_hz);
  coverage.mdf_bias_hz = sum[2] - truth.mdf_hz;
  coverage.mnf_bias_hz = sum[3] - truth.mnf_hz;
  return coverage;
}

}  // namespace semg::testing
