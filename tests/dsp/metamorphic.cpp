// SPDX-License-Identifier: BSD-3-Clause
// What must not matter, for every measure of a window: gain, polarity, direction of time, rate, silence after it.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/amplitude/amplitude.hpp"
#include "dsp/amplitude/amplitude_distribution.hpp"
#include "dsp/amplitude/amplitude_interval.hpp"
#include "dsp/amplitude/envelope.hpp"
#include "dsp/amplitude/time_domain.hpp"
#include "dsp/spectrum/frequency_interval.hpp"
#include "dsp/spectrum/spectral_moments.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "dsp/spectrum/spectrum_multitaper.hpp"
#include "dsp/spectrum/spectrum_periodogram.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

using Samples = std::vector<float>;

/// `of` is told the gain, which thresholds and levels in the unit of the signal share.
struct Measure {
  std::string name;
  std::function<double(const Samples& x, double fs_hz, double gain)> of;
  int power = 0;            // of the gain, by which it is multiplied
  double reversed = 1e-10;  // share by which it may move when time runs backwards; where sums are added in another order
  double resampled = 0.01;  // ... when the same signal is sampled twice as often
  bool sum = false;         // silence after the window adds nothing to it
};

AmplitudeSums sums_of(const Samples& x) {
  AmplitudeSums sums;
  for (const float v : x) sums.add(v);
  return sums;
}
AmplitudeFreedom freedom_of(const Samples& x, double fs_hz) {
  AmplitudeFreedom freedom(fs_hz);
  for (const float v : x) freedom.add(v);
  return freedom;
}
AmplitudeDistribution distribution_of(const Samples& x, double fs_hz) {  // of the RMS of 250 ms, 125 ms apart
  const auto rows = static_cast<std::size_t>(fs_hz / 4);
  std::vector<float> rms;
  for (std::size_t at = 0; at + rows <= x.size(); at += rows / 2)
    rms.push_back(static_cast<float>(
        sums_of(Samples(x.begin() + static_cast<std::ptrdiff_t>(at), x.begin() + static_cast<std::ptrdiff_t>(at + rows))).rms()));
  return amplitude_distribution(rms);
}
TimeDomainCounts counts_of(const Samples& x, double fs_hz, double gain) {
  TimeDomainCounts counts(fs_hz, {.level = 5 * gain, .slope = 5000 * gain, .steep = 20000 * gain});
  for (const float v : x) counts.add(v);
  return counts;
}
double mean_envelope(const Samples& x, double fs_hz) {
  Envelope envelope(fs_hz, 1);
  Block block = testing::block_of({x});
  envelope.process(block);
  return sums_of({block.samples().begin(), block.samples().end()}).arv();
}

struct Density {
  std::vector<double> power;
  double bin_hz;
  std::size_t segments;
};
Density welch_of(const Samples& x, double fs_hz) {
  WelchSpectrum welch(segment_rows_for(0.125, fs_hz), fs_hz);
  Density d{std::vector<double>(welch.bins()), welch.bin_hz(), 0};
  for (std::size_t at = 0; at + welch.segment_rows() <= x.size(); at += welch.segment_rows() / 2, ++d.segments)
    welch.add(std::span(x).subspan(at, welch.segment_rows()), d.power);
  welch.to_density(d.power, d.segments);
  return d;
}
template <class Spectrum>
Density density_of(const Samples& x, double fs_hz) {
  Spectrum spectrum(x.size(), fs_hz);
  Density d{std::vector<double>(spectrum.bins()), spectrum.bin_hz(), 1};
  spectrum.density_of(x, d.power);
  return d;
}

std::vector<Measure> measures() {
  std::vector<Measure> all = {
      {"RMS", [](auto& x, double, double) { return sums_of(x).rms(); }, 1, 1e-12, 0.003},
      {"ARV", [](auto& x, double, double) { return sums_of(x).arv(); }, 1, 1e-12, 0.003},
      {"iEMG", [](auto& x, double fs, double) { return sums_of(x).iemg(fs); }, 1, 1e-12, 0.003, true},
      {"peak", [](auto& x, double, double) { return sums_of(x).peak(); }, 1, 0, 0.05, true},  // it lies between samples
      {"noise-corrected RMS", [](auto& x, double, double g) { return noise_corrected_rms(sums_of(x).rms(), 30 * g); }, 1, 1e-12, 0.003},
      // Every second or fourth sample is taken, from the first on: others when time runs backwards.
      {"freedom of RMS", [](auto& x, double fs, double) { return freedom_of(x, fs).of_rms(); }, 0, 0.03, 0.03},
      {"freedom of ARV", [](auto& x, double fs, double) { return freedom_of(x, fs).of_arv(); }, 0, 0.03, 0.03},
      {"RMS, lower end", [](auto& x, double fs, double) { return amplitude_interval(sums_of(x).rms(), freedom_of(x, fs).of_rms()).low; }, 1,
       0.003},
      {"ARV, upper end", [](auto& x, double fs, double) { return amplitude_interval(sums_of(x).arv(), freedom_of(x, fs).of_arv()).high; },
       1, 0.003},
      {"P10 of RMS", [](auto& x, double fs, double) { return distribution_of(x, fs).p10; }, 1, 1e-6},  // each RMS is rounded to float
      {"P50 of RMS", [](auto& x, double fs, double) { return distribution_of(x, fs).p50; }, 1, 1e-6},
      {"P90 of RMS", [](auto& x, double fs, double) { return distribution_of(x, fs).p90; }, 1, 1e-6},
      // Of what happens between samples more is seen at the higher rate.
      {"zero crossings", [](auto& x, double fs, double g) { return static_cast<double>(counts_of(x, fs, g).zero_crossings()); }, 0, 0, 0.03,
       true},
      {"slope sign changes", [](auto& x, double fs, double g) { return static_cast<double>(counts_of(x, fs, g).slope_sign_changes()); }, 0,
       0, 0.03, true},
      {"Willison's time", [](auto& x, double fs, double g) { return static_cast<double>(counts_of(x, fs, g).willison_amplitude()) / fs; },
       0, 0, 0.03, true},
      {"waveform length", [](auto& x, double fs, double g) { return counts_of(x, fs, g).waveform_length(); }, 1, 1e-12, 0.03, true},
      {"mean envelope", [](auto& x, double fs, double) { return mean_envelope(x, fs); }, 1, 0.05},  // it lags by 38 ms
  };
  const std::pair<std::string, std::function<Density(const Samples&, double)>> spectra[] = {
      {"Welch", welch_of}, {"periodogram", density_of<Periodogram>}, {"multitaper", density_of<MultitaperSpectrum>}};
  for (const auto& [name, density] : spectra) {
    const auto add = [&, density = density](const std::string& measure, int power, double resampled, auto of) {
      all.push_back({.name = name + ": " + measure,
                     .of =
                         [of, density](const Samples& x, double fs_hz, double) {
                           const Density d = density(x, fs_hz);
                           return of(d, bins_within(20, 450, d.bin_hz, d.power.size()));
                         },
                     .power = power,
                     .reversed = name == "Welch" ? 0.002 : 1e-10,  // periodic Hann weights lie one row off their mirror image
                     .resampled = resampled});
    };
    constexpr double kHalfHz = 0.5 / 95;  // of a median or mean of about 95 Hz or more
    add("MDF", 0, kHalfHz, [](const Density& d, BinRange band) { return median_frequency(d.power, d.bin_hz, band); });
    add("MNF", 0, kHalfHz, [](const Density& d, BinRange band) { return mean_frequency(d.power, d.bin_hz, band); });
    add("MDF by medfreq", 0, kHalfHz, [](const Density& d, BinRange) { return matlab_median_frequency(d.power, d.bin_hz, 20, 450); });
    add("M0", 2, 0.01, [](const Density& d, BinRange band) { return spectral_moment(d.power, d.bin_hz, band, 0); });
    add("M-1", 2, 0.01, [](const Density& d, BinRange band) { return spectral_moment(d.power, d.bin_hz, band, -1); });
    add("M5", 2, 0.01, [](const Density& d, BinRange band) { return spectral_moment(d.power, d.bin_hz, band, 5); });
    for (int k = 2; k <= 5; ++k)
      add("FInsm" + std::to_string(k), 0, 0.01,
          [k](const Density& d, BinRange band) { return dimitrov_index(d.power, d.bin_hz, band, k); });
    add("MDF, lower end", 0, kHalfHz,
        [](const Density& d, BinRange b) { return median_frequency_interval(d.power, d.bin_hz, b, static_cast<double>(d.segments)).low; });
    add("MDF, upper end", 0, 0.01,
        [](const Density& d, BinRange b) { return median_frequency_interval(d.power, d.bin_hz, b, static_cast<double>(d.segments)).high; });
    add("MNF, lower end", 0, 0.01,
        [](const Density& d, BinRange b) { return mean_frequency_interval(d.power, d.bin_hz, b, static_cast<double>(d.segments)).low; });
    add("MNF, upper end", 0, 0.01,
        [](const Density& d, BinRange b) { return mean_frequency_interval(d.power, d.bin_hz, b, static_cast<double>(d.segments)).high; });
  }
  return all;
}

Samples times(Samples x, double gain) {
  for (float& v : x) v *= static_cast<float>(gain);
  return x;
}

// A rate that nobody stated cannot be wrong by a factor of two.
static_assert(!std::is_constructible_v<WelchSpectrum, std::size_t> && !std::is_constructible_v<Periodogram, std::size_t> &&
              !std::is_constructible_v<MultitaperSpectrum, std::size_t> && !std::is_default_constructible_v<AmplitudeFreedom> &&
              !std::is_constructible_v<TimeDomainCounts, TimeDomainThresholds>);

}  // namespace

TEST_CASE("every measure of a window grows with the gain or does not feel it, and feels neither polarity nor the direction of time") {
  // 2048 Hz: segments of 256 rows with half of them shared lie the same from either end of 2 s.
  const Samples x = testing::multisine(2048, 4096, 5);
  for (const Measure& m : measures()) {
    CAPTURE(m.name);
    const double value = m.of(x, 2048, 1);
    REQUIRE(std::isfinite(value));
    REQUIRE(value > 0);
    // A power of two rounds nothing, neither does a sign: the same bits.
    for (const double gain : {0x1p10, 0x1p-10}) CHECK(m.of(times(x, gain), 2048, gain) == std::pow(gain, m.power) * value);
    CHECK(m.of(times(x, -1), 2048, 1) == value);
    // Else each sample is rounded to float anew, by up to 6e-8 of it.
    for (const double gain : {1e3, 1e-3})
      CHECK(m.of(times(x, gain), 2048, gain) == doctest::Approx(std::pow(gain, m.power) * value).epsilon(3e-7));
    CHECK(std::abs(m.of({x.rbegin(), x.rend()}, 2048, 1) / value - 1) <= m.reversed);
  }
}

TEST_CASE("every measure of a window is the same at 2000 and at 4000 Hz, MDF and MNF within half a hertz") {
  const Samples slow = testing::multisine(2000, 4000, 5), fast = testing::multisine(4000, 8000, 5);
  for (const Measure& m : measures()) {
    CAPTURE(m.name);
    CHECK(std::abs(m.of(fast, 4000, 1) / m.of(slow, 2000, 1) - 1) < m.resampled);
  }
}

TEST_CASE("silence after a window adds nothing to what is counted or summed in it") {
  Samples x = testing::multisine(2000, 4000, 5);
  for (std::size_t n = 0; n < 200; ++n) x[3800 + n] *= static_cast<float>(1 - static_cast<double>(n) / 199);  // down to 0 without a jump
  Samples longer = x;
  longer.resize(6000);
  for (const Measure& m : measures()) {
    CAPTURE(m.name);
    if (m.sum) CHECK(m.of(longer, 2000, 1) == m.of(x, 2000, 1));
  }
}

}  // namespace semg
