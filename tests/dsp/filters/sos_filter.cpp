// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/sos_filter.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include <doctest/doctest.h>

#include "dsp/amplitude/envelope.hpp"
#include "dsp/filters/butterworth.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

Sos emg_band(double fs_hz) {
  Sos sos = butterworth(HighPass{.order = 2, .cutoff_hz = 20}, fs_hz);
  const Sos low = butterworth(LowPass{.order = 2, .cutoff_hz = 450}, fs_hz);
  sos.insert(sos.end(), low.begin(), low.end());
  return sos;
}

}  // namespace

TEST_CASE("sos filter: an electrode offset leaves no trace, not even in the first sample") {
  SosFilter filter(emg_band(2048), 1);
  Block block = testing::block_of({std::vector<float>(100, -40000.0F)});
  filter.process(block);
  for (const float y : block.samples()) CHECK(std::abs(y) < 1e-6F);
}

TEST_CASE("sos filter: a first-order section is its difference equation, worked by hand") {
  // y0 = 0 (primed on 1: a high-pass of a constant), then y_n = 0.5 x_n - 0.5 x_(n-1) + 0.5 y_(n-1)
  SosFilter filter({Section{.b0 = 0.5, .b1 = -0.5, .a1 = -0.5}}, 1);
  Block block = testing::block_of({{1, 3, 3, -1}});
  filter.process(block);
  CHECK(block.samples()[0] == 0.0F);
  CHECK(block.samples()[1] == 1.0F);
  CHECK(block.samples()[2] == 0.5F);
  CHECK(block.samples()[3] == -1.75F);
}

TEST_CASE("sos filter: any cut of the stream gives the same bits") {
  const auto signal = testing::noise_of(3, 5000, 7);
  const auto whole = testing::through(SosFilter(emg_band(2000), 3), signal, {5000});
  for (const auto& cut : testing::cuts(5000)) CHECK(testing::same_bits(whole, testing::through(SosFilter(emg_band(2000), 3), signal, cut)));
}

TEST_CASE("sos filter: a channel's output does not depend on the others") {
  const auto signal = testing::noise_of(32, 1000, 8);
  const auto all = testing::through(SosFilter(emg_band(2000), 32), signal, {1000});
  const auto alone = testing::through(SosFilter(emg_band(2000), 1), {signal[17]}, {1000});
  CHECK(std::memcmp(all[17].data(), alone[0].data(), 1000 * sizeof(float)) == 0);
}

TEST_CASE("sos filter: NaN and infinity stay in their channel and never reach the state") {
  auto signal = testing::noise_of(2, 1000, 9);
  const auto clean = testing::through(SosFilter(emg_band(2000), 2), signal, {1000});
  signal[0][400] = std::numeric_limits<float>::quiet_NaN();
  signal[0][401] = std::numeric_limits<float>::infinity();
  const auto faulty = testing::through(SosFilter(emg_band(2000), 2), signal, {1000});
  CHECK(std::memcmp(faulty[1].data(), clean[1].data(), 1000 * sizeof(float)) == 0);
  for (std::size_t n = 0; n < 1000; ++n) CHECK(std::isfinite(faulty[0][n]) == (n != 400 && n != 401));
  CHECK(std::abs(faulty[0][402]) < 1e-3F * 100);  // primed anew: a constant would read 0
  for (std::size_t n = 900; n < 1000; ++n) CHECK(faulty[0][n] == doctest::Approx(clean[0][n]).epsilon(1e-4));
}

TEST_CASE("sos filter: after a gap it starts as at the beginning of a recording") {
  const auto signal = testing::noise_of(1, 800, 10);
  SosFilter filter(emg_band(2000), 1);
  Block before = testing::block_of({std::vector<float>(signal[0].begin(), signal[0].begin() + 300)});
  filter.process(before);
  Block after = testing::block_of({std::vector<float>(signal[0].begin() + 300, signal[0].end())});
  after.first = 1000;
  filter.process(after);
  Block fresh = testing::block_of({std::vector<float>(signal[0].begin() + 300, signal[0].end())});
  SosFilter(emg_band(2000), 1).process(fresh);
  CHECK(std::memcmp(after.samples().data(), fresh.samples().data(), 500 * sizeof(float)) == 0);
}

TEST_CASE("envelope: a steady sine reads its average rectified value, 2 A / pi") {
  Envelope envelope(2000, 1, 6);
  Block block = testing::block_of({testing::sine(50, 100, 2000, 4000)});
  envelope.process(block);
  // 20 samples a period: the mean of |sine| is (2/20) cot(pi/20) A, not 2/pi A
  CHECK(block.samples()[3999] == doctest::Approx(50 * 0.1 / std::tan(M_PI / 20)).epsilon(1e-3));
}

TEST_CASE("envelope: its delay is the low-pass's at 0 Hz: sqrt(2) / (2 pi fc) of an analogue one of order 2") {
  CHECK(Envelope(20000, 1, 50).delay_s() == doctest::Approx(std::sqrt(2.0) / (2 * M_PI * 50)).epsilon(1e-3));
}

TEST_CASE("envelope: any cut of the stream gives the same bits") {
  const auto signal = testing::noise_of(2, 3000, 11);
  const auto whole = testing::through(Envelope(2000, 2), signal, {3000});
  for (const auto& cut : testing::cuts(3000)) CHECK(testing::same_bits(whole, testing::through(Envelope(2000, 2), signal, cut)));
}

}  // namespace semg
