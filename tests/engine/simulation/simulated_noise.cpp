// SPDX-License-Identifier: BSD-3-Clause
// Closed forms and tables: bilinear transform of the Stulen-De Luca shape, computed with SciPy 1.10.1 in double.
#include "engine/simulation/simulated_noise.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/simulation/simulated_streams.hpp"

using namespace semg;

TEST_CASE("the analogue spectrum has the median and mean frequency of its closed form") {
  struct Row {
    double fl_hz, fh_hz, mdf_hz, mnf_hz;
  };
  for (const Row& row : {Row{60, 120, 95.707895, 123.278030}, Row{30, 60, 47.853947, 61.639015}, Row{50, 100, 79.756579, 102.731692},
                         Row{50, 110, 85.181026, 110.055369}, Row{80, 150, 122.086846, 156.955535}, Row{40, 80, 63.805263, 82.185353}}) {
    const AnalogueNoise noise = analogue_noise({row.fl_hz, row.fh_hz});
    CHECK(std::abs(noise.mdf_hz - row.mdf_hz) < 1e-6);
    CHECK(std::abs(noise.mnf_hz - row.mnf_hz) < 1e-6);
  }
  CHECK(analogue_noise({60, 120}).mdf_hz / 60 == doctest::Approx(1.595131577962).epsilon(1e-12));
}

TEST_CASE("the noise filter has the coefficients, the gain and the spectrum of the bilinear transform") {
  struct Row {
    double fs_hz, fl_hz, fh_hz, b0, a1, a2, a3, mdf_hz, mnf_hz, gain, mdf_in_band_hz;
  };
  for (const Row& row : {
           Row{1000, 60, 120, .063067032417361, -1.587684111119728, .822558748101133, -.139771792632881, 85.46901, 96.60485, .268724593,
               86.637791},
           Row{2000, 60, 120, .022987484290116, -2.193339050557204, 1.596576207672657, -.385905002290572, 92.05461, 110.38889, .199678131,
               92.967747},
           Row{2000, 50, 110, .020125663817016, -2.265036259205413, 1.702727397019617, -.425045810294972, 82.44566, 99.88543, .197992647,
               83.825156},
           Row{2048, 60, 120, .022131143029456, -2.209593381598501, 1.620679006151864, -.394790225407218, 92.19248, 110.74280, .197515143,
               93.086028},
           Row{2048, 50, 110, .019359611603549, -2.280024652949866, 1.72570470331966, -.433801141465485, 82.55092, 100.17260, .195817396,
               83.917946},
           Row{4000, 60, 120, .007084559282475, -2.565472870650092, 2.191628439451218, -.623484752873637, 94.59522, 117.95548, .143666981,
               94.966895},
       }) {
    CAPTURE(row.fs_hz);
    CAPTURE(row.fl_hz);
    const NoiseShape shape{row.fl_hz, row.fh_hz};
    const NoiseFilter filter = noise_filter(shape, row.fs_hz);
    CHECK(std::abs(filter.b0 - row.b0) < 1e-14);
    CHECK(std::abs(filter.a[0] - row.a1) < 1e-13);
    CHECK(std::abs(filter.a[1] - row.a2) < 1e-13);
    CHECK(std::abs(filter.a[2] - row.a3) < 1e-13);
    CHECK(std::abs(filter.gain - row.gain) < 1e-9);

    const SpectrumMoments all = spectrum_moments(NoiseDensity(shape, row.fs_hz), 0, row.fs_hz / 2);
    CHECK(all.power == doctest::Approx(1).epsilon(1e-9));
    CHECK(std::abs(all.mdf_hz - row.mdf_hz) < 1e-5);
    CHECK(std::abs(all.mnf_hz - row.mnf_hz) < 1e-5);
    const EmgBand band = emg_band(row.fs_hz);
    CHECK(std::abs(spectrum_moments(NoiseDensity(shape, row.fs_hz), band.low_hz, band.high_hz).mdf_hz - row.mdf_in_band_hz) < 1e-6);
  }
}

TEST_CASE("a flat spectrum has its median and its mean in the middle of the band") {
  const SpectrumMoments flat = spectrum_moments([](double) { return 3.0; }, 20, 450);
  CHECK(flat.power == doctest::Approx(1290).epsilon(1e-12));
  CHECK(flat.mdf_hz == doctest::Approx(235).epsilon(1e-12));
  CHECK(flat.mnf_hz == doctest::Approx(235).epsilon(1e-12));
}

TEST_CASE("the noise has unit variance and the median frequency of its formula, warped or not") {
  constexpr double kFs = 2000;
  constexpr std::size_t kSeconds = 400, kSegment = 256;
  for (const double warp : {1.0, 0.8}) {
    CAPTURE(warp);
    ShapedNoise noise({60, 120}, kFs, channel_stream(1, 0, Purpose::muscle));
    WelchSpectrum welch(kSegment, kFs);
    std::vector<double> sum(welch.bins());
    std::vector<double> samples(kSegment);
    std::vector<float> segment(kSegment);
    double power = 0;
    const std::size_t segments = kSeconds * static_cast<std::size_t>(kFs) / kSegment;
    for (std::size_t i = 0; i < segments; ++i) {
      noise.next(samples, warp);
      for (std::size_t r = 0; r < kSegment; ++r) {
        segment[r] = static_cast<float>(samples[r]);
        power += samples[r] * samples[r];
      }
      welch.add(segment, sum);
    }
    const double effective_band_hz = 205.6 * warp;  // (sum P)^2 / sum P^2
    const double rms_error = 1 / (2 * std::sqrt(kSeconds * effective_band_hz));
    CHECK(std::abs(std::sqrt(power / static_cast<double>(segments * kSegment)) - 1) < 4 * rms_error);

    const SpectrumMoments truth = spectrum_moments(NoiseDensity({60 * warp, 120 * warp}, kFs), 20, 450);
    const double mdf = median_frequency(sum, welch.bin_hz(), bins_within(20, 450, welch.bin_hz(), welch.bins()));
    const double mdf_error = 7.4 / std::sqrt(static_cast<double>(kSeconds));  // SD of one second, Hann, no overlap: 7.34 Hz
    CHECK(std::abs(mdf - truth.mdf_hz) < 4 * mdf_error);
  }
}

TEST_CASE("the noise is stationary from its first sample on") {
  double power = 0;
  constexpr std::uint64_t kStreams = 4000;
  for (std::uint64_t i = 0; i < kStreams; ++i) {
    ShapedNoise noise({60, 120}, 1000, RandomStream({i}));
    double first = 0;
    noise.next({&first, 1}, 1);
    power += first * first;
  }
  CHECK(std::abs(power / kStreams - 1) < 4 * std::sqrt(2.0 / kStreams));
}
