// SPDX-License-Identifier: BSD-3-Clause
// The spectrum of a whole recording.
#include "dsp/spectrum/spectrum_mean.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include <doctest/doctest.h>

#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

double power_of(const MeanSpectrum& spectrum, std::size_t channel) {
  double power = 0;
  for (const double density : spectrum.density(channel)) power += density * spectrum.bin_hz();
  return power;
}

}  // namespace

TEST_CASE("mean spectrum: a sine's power is under its peak, an electrode's offset nowhere") {
  auto x = testing::sine(10, 62.5, 1000, 10'000);
  for (float& v : x) v += 5000;
  MeanSpectrum spectrum(1000, 1);
  spectrum.push(testing::block_of({x}));
  // 62.5 Hz is a whole bin. About 5000 a float has steps of 5e-4, whose rounding repeats with the sine: up to 2.5e-5 of its amplitude.
  CHECK(power_of(spectrum, 0) == doctest::Approx(50).epsilon(5e-5));
  CHECK(spectrum.density(0)[64] * spectrum.bin_hz() == doctest::Approx(50.0 * 2 / 3).epsilon(5e-5));  // Hann: a sixth on either side
}

TEST_CASE("mean spectrum: noise has its variance in it") {
  const auto x = testing::noise_of(1, 200'000, 3, 10);
  MeanSpectrum spectrum(2000, 1);
  spectrum.push(testing::block_of(x));
  CHECK(power_of(spectrum, 0) == doctest::Approx(100).epsilon(0.02));  // 5 standard errors: sqrt(2 / 200000) each
}

TEST_CASE("mean spectrum: a segment with NaN counts in the other channels alone, and none spans a gap") {
  auto x = testing::noise_of(2, 4096, 5, 10);
  x[0][1500] = std::numeric_limits<float>::quiet_NaN();
  MeanSpectrum whole(1000, 2), parts(1000, 2), before(1000, 2);
  whole.push(testing::block_of(x));
  CHECK(std::isfinite(power_of(whole, 0)));
  CHECK(power_of(whole, 0) > 0);
  // 1023 rows never make a segment, however many such pieces there are.
  for (int piece = 0; piece < 4; ++piece) {
    Block block = testing::block_of(x, 0, 1023);
    block.first = piece * 5000;
    parts.push(block);
  }
  CHECK(parts.density(1).empty());
  CHECK(before.density(0).empty());
}

TEST_CASE("mean spectrum: any cut of the stream gives the same bits, and ten times the signal a hundred times the power") {
  auto x = testing::noise_of(3, 5000, 7, 10);
  x[1][2000] = std::numeric_limits<float>::infinity();
  MeanSpectrum whole(1000, 3);
  whole.push(testing::block_of(x));
  for (const auto& cut : testing::cuts(5000)) {
    MeanSpectrum spectrum(1000, 3);
    std::size_t at = 0;
    for (const std::size_t rows : cut) {
      spectrum.push(testing::block_of(x, at, rows));
      at += rows;
    }
    for (std::size_t c = 0; c < 3; ++c) CHECK(spectrum.density(c) == whole.density(c));
  }
  auto scaled = x;
  for (auto& channel : scaled)
    for (float& v : channel) v *= -8;
  MeanSpectrum loud(1000, 3);
  loud.push(testing::block_of(scaled));
  for (std::size_t k = 0; k < whole.density(0).size(); ++k)
    REQUIRE(loud.density(0)[k] == doctest::Approx(64 * whole.density(0)[k]).epsilon(1e-12));
}

}  // namespace semg
