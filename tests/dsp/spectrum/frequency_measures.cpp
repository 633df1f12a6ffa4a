// SPDX-License-Identifier: BSD-3-Clause
// Median and mean frequency of spectra that are known: EMG alone, in white noise, with mains hum. Tables by closed forms, in double.
#include "dsp/spectrum/frequency_measures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/spectrum/spectrum.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "engine/simulation/simulated_spectrum.hpp"

namespace semg {
namespace {

constexpr double kBin_hz = 0.01;  // no error of the sums by these bins is above 1e-5 Hz

/// f^2 / ((f^2 + fl^2) (f^2 + fh^2)^2), not sampled, 0 to 500 Hz.
std::vector<double> analogue(double fl_hz, double fh_hz) {
  std::vector<double> power(50001);
  for (std::size_t k = 0; k < power.size(); ++k) {
    const double f2 = std::pow(static_cast<double>(k) * kBin_hz, 2);
    power[k] = f2 / ((f2 + fl_hz * fl_hz) * std::pow(f2 + fh_hz * fh_hz, 2));
  }
  // Its edges lie on bins, of which half is in the band.
  power[2000] /= 2;
  power[45000] /= 2;
  return power;
}
const BinRange kBand{.first = 2000, .last = 45000};  // 20-450 Hz

double power_in_band(const std::vector<double>& power) {
  return std::accumulate(power.begin() + 2000, power.begin() + 45001, 0.0);
}

}  // namespace

TEST_CASE("frequency measures: the spectrum of EMG has its median and mean between 20 and 450 Hz where its integral has them") {
  struct Row {
    double fl_hz, fh_hz, mdf_hz, mnf_hz;
  };
  for (const Row& row : {Row{60, 120, 95.673585, 115.486339}, Row{30, 60, 51.830336, 65.371106}, Row{50, 100, 80.860203, 99.258448},
                         Row{50, 110, 85.944953, 105.102607}, Row{80, 150, 119.722584, 140.309071}, Row{40, 80, 66.103993, 82.398030}}) {
    CAPTURE(row.fl_hz);
    const std::vector<double> power = analogue(row.fl_hz, row.fh_hz);
    CHECK(std::abs(median_frequency(power, kBin_hz, kBand) - row.mdf_hz) < 1e-4);
    CHECK(std::abs(mean_frequency(power, kBin_hz, kBand) - row.mnf_hz) < 1e-4);
  }
}

TEST_CASE("frequency measures: white noise moves median and mean to the middle of the band, as far as its power has it") {
  struct Row {
    double snr_db, mdf_hz, mnf_hz;
  };
  for (const Row& row :
       {Row{0, 139.050, 175.243}, Row{3, 118.965, 155.387}, Row{5, 110.673, 144.200}, Row{6, 107.668, 139.480}, Row{10, 100.521, 126.351},
        Row{15, 97.217, 119.150}, Row{20, 96.163, 116.670}, Row{30, 95.723, 115.606}, Row{40, 95.678, 115.498}}) {
    CAPTURE(row.snr_db);
    std::vector<double> power = analogue(60, 120);
    const double noise = power_in_band(power) * std::pow(10.0, -row.snr_db / 10) / 43000;
    for (std::size_t k = 2000; k <= 45000; ++k) power[k] += k == 2000 || k == 45000 ? noise / 2 : noise;
    CHECK(std::abs(median_frequency(power, kBin_hz, kBand) - row.mdf_hz) < 0.0011);  // three decimals are in the table
    CHECK(std::abs(mean_frequency(power, kBin_hz, kBand) - row.mnf_hz) < 0.0011);
  }
}

TEST_CASE("frequency measures: mains hum draws the median towards it, and from as much power as EMG has on the median is the hum") {
  struct Row {
    double line_hz, line_db, mdf_hz, mnf_hz;  // 0: not in the table
  };
  for (const Row& row :
       {Row{50, -30, 95.598, 115.421}, Row{50, -20, 94.921, 114.838}, Row{50, -15, 93.314, 113.479}, Row{50, -10, 88.389, 109.533},
        Row{50, -6, 78.163, 0}, Row{50, -3, 62.292, 0}, Row{50, 0, 50.000, 82.743}, Row{150, -20, 96.432, 0}, Row{150, -10, 103.552, 0}}) {
    CAPTURE(row.line_hz);
    CAPTURE(row.line_db);
    std::vector<double> power = analogue(60, 120);
    power[static_cast<std::size_t>(std::lround(row.line_hz / kBin_hz))] += power_in_band(power) * std::pow(10.0, row.line_db / 10);
    // The line is as wide as a bin.
    CHECK(std::abs(median_frequency(power, kBin_hz, kBand) - row.mdf_hz) < 0.0011 + (row.line_db == 0 ? kBin_hz : 0));
    if (row.mnf_hz > 0) CHECK(std::abs(mean_frequency(power, kBin_hz, kBand) - row.mnf_hz) < 0.0011);
  }
}

TEST_CASE("welch: of simulated EMG in white noise and with hum the median is that of what was put in") {
  constexpr double kFs = 2000, kSeconds = 600;
  constexpr std::size_t kSegment = 2000;  // a bin is a hertz: hum of 50 Hz stays in three of them
  const NoiseShape shape{.fl_hz = 60, .fh_hz = 120};
  const NoiseDensity density(shape, kFs);
  struct Row {
    double snr_db, line_db;  // of power between 20 and 450 Hz
  };
  for (const Row& row : {Row{10, -100}, Row{100, -10}, Row{15, -15}}) {
    CAPTURE(row.snr_db);
    CAPTURE(row.line_db);
    const double emg = spectrum_moments(density, 20, 450).power;
    const double noise = emg * std::pow(10.0, -row.snr_db / 10) / 430, line = emg * std::pow(10.0, row.line_db / 10);
    std::vector<double> expected(1001);
    for (std::size_t k = 20; k <= 450; ++k) expected[k] = density(static_cast<double>(k)) + noise;
    expected[49] += line / 6;  // a Hann window
    expected[50] += line * 2 / 3;
    expected[51] += line / 6;

    ShapedNoise muscle(shape, kFs, RandomStream{5, 92});
    RandomStream white{5, 93};
    WelchSpectrum welch(kSegment, kFs);
    std::vector<double> drawn(kSegment), power(welch.bins());
    std::vector<float> segment(kSegment);
    for (std::size_t at = 0; at < static_cast<std::size_t>(kSeconds * kFs); at += kSegment) {
      muscle.next(drawn, 1);
      for (std::size_t n = 0; n < kSegment; ++n) {
        const double t_s = static_cast<double>(at + n) / kFs;
        segment[n] = static_cast<float>(drawn[n] + std::sqrt(noise * kFs / 2) * white.gaussian() +
                                        std::sqrt(2 * line) * std::sin(2 * std::numbers::pi * 50 * t_s));
      }
      welch.add(segment, power);
    }
    const BinRange band = bins_within(20, 450, 1, power.size());
    // One Hann-weighted second of EMG has an SD of 7.34 Hz; noise and hum take power from the middle, where the median is steady.
    const double error = 1.3 * 7.34 / std::sqrt(kSeconds);
    CHECK(std::abs(median_frequency(power, 1, band) - median_frequency(expected, 1, band)) < 4 * error);
    CHECK(std::abs(mean_frequency(power, 1, band) - mean_frequency(expected, 1, band)) < 4 * error);
  }
}

}  // namespace semg
