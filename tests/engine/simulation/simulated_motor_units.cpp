// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_motor_units.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/simulation/simulated_streams.hpp"

using namespace semg;

TEST_CASE("the RMS of a motor-unit pool is that of Campbell's theorem") {
  CHECK(std::abs(motor_unit_rms_uv({.lambda_s = 2e-3}) - 175.89) < 0.005);
}

TEST_CASE("a motor-unit spectrum has the median and mean frequency of a Maxwell density") {
  struct Row {
    double lambda_ms, mdf_hz, mnf_hz, mdf_in_band_hz;
  };
  for (const Row& row : {Row{1.5, 163.2051, 169.3164, 163.3262}, Row{2, 122.4039, 126.9873, 122.6890}, Row{2.5, 97.9231, 101.5898, 98.3641},
                         Row{3, 81.6026, 84.6582, 82.2299}}) {
    const MotorUnitDensity density({.lambda_s = row.lambda_ms / 1000}, 10000);
    const SpectrumMoments all = spectrum_moments(density, 0, 5000);
    CHECK(all.power == doctest::Approx(1).epsilon(1e-9));
    CHECK(std::abs(all.mdf_hz - row.mdf_hz) < 1e-4);
    CHECK(std::abs(all.mnf_hz - row.mnf_hz) < 1e-4);
    CHECK(std::abs(spectrum_moments(density, 20, 450).mdf_hz - row.mdf_in_band_hz) < 1e-4);
  }
}

TEST_CASE("what lies above fs/2 is folded back: the sampled trains keep their power") {
  CHECK(spectrum_moments(MotorUnitDensity({.lambda_s = 1.5e-3}, 250), 0, 125).power == doctest::Approx(1).epsilon(1e-9));
}

TEST_CASE("motor-unit trains have unit variance within 1 %, the median frequency of their formula, and no mean") {
  constexpr double kFs = 2000;
  constexpr std::size_t kSeconds = 600, kSegment = 256;
  for (const double warp : {1.0, 0.7}) {
    CAPTURE(warp);
    const MotorUnitPool pool{};
    MotorUnitTrains trains(pool, kFs, channel_stream(3, 0, Purpose::muscle));
    WelchSpectrum welch(kSegment, kFs);
    std::vector<double> sum(welch.bins());
    std::vector<double> samples(kSegment);
    std::vector<float> segment(kSegment);
    double power = 0, mean = 0;
    const std::size_t segments = kSeconds * static_cast<std::size_t>(kFs) / kSegment;
    for (std::size_t i = 0; i < segments; ++i) {
      trains.next(samples, warp);
      for (std::size_t r = 0; r < kSegment; ++r) {
        segment[r] = static_cast<float>(samples[r]);
        power += samples[r] * samples[r];
        mean += samples[r];
      }
      welch.add(segment, sum);
    }
    const auto count = static_cast<double>(segments * kSegment);
    CHECK(std::abs(std::sqrt(power / count) - 1) < 0.01);
    CHECK(std::abs(mean / count) < 0.01);
    const SpectrumMoments truth = spectrum_moments(MotorUnitDensity({.lambda_s = pool.lambda_s / warp}, kFs), 20, 450);
    const double mdf = median_frequency(sum, welch.bin_hz(), bins_within(20, 450, welch.bin_hz(), welch.bins()));
    CHECK(std::abs(mdf - truth.mdf_hz) < 4 * 7.4 / std::sqrt(static_cast<double>(kSeconds)));
  }
}

TEST_CASE("any cut of the stream gives the same trains, bit for bit") {
  std::vector<double> whole(4096), cut(4096);
  MotorUnitTrains one({}, 1000, channel_stream(1, 0, Purpose::muscle)), other({}, 1000, channel_stream(1, 0, Purpose::muscle));
  one.next(whole, 0.9);
  for (std::size_t at = 0, rows = 1; at < cut.size(); at += rows, rows = 1 + (rows * 7) % 100) {
    other.next(std::span(cut).subspan(at, std::min(rows, cut.size() - at)), 0.9);
  }
  CHECK(whole == cut);
}
