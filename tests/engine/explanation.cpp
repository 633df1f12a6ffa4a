// SPDX-License-Identifier: BSD-3-Clause
// What the engine says its chain does, held against sines sent through the chain.
#include "engine/explanation.hpp"

#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/filters/sos_filter.hpp"
#include "engine/chain.hpp"

namespace semg {
namespace {

/// Gain and phase of the chain's own filter at one frequency: a sine goes in, and what comes out once a start-up has gone is a sine again.
std::complex<double> sent_through(const Chain& chain, double f_hz) {
  const auto settled = 3 * chain.settling_rows + static_cast<std::int64_t>(chain.fs_hz);
  const auto measured = static_cast<std::int64_t>(std::lround(std::ceil(f_hz) / f_hz * chain.fs_hz));  // whole cycles, a second or more
  SosFilter filter(chain.sos, 1);
  Block block(1, 500);
  std::complex<double> sum = 0, in = 0;
  for (std::int64_t row = 0; row < settled + measured;) {
    const auto rows = std::min<std::int64_t>(500, settled + measured - row);
    block.resize(static_cast<std::size_t>(rows));
    block.first = row;
    std::vector<std::complex<double>> turn;
    for (std::int64_t k = 0; k < rows; ++k) {
      turn.push_back(std::polar(1.0, -2 * std::numbers::pi * std::fmod(f_hz * static_cast<double>(row + k) / chain.fs_hz, 1.0)));
      block.row(static_cast<std::size_t>(k))[0] = static_cast<float>(1000 * turn.back().real());
    }
    for (std::int64_t k = 0; k < rows; ++k) {
      if (row + k >= settled) in += static_cast<double>(block.row(static_cast<std::size_t>(k))[0]) * turn[static_cast<std::size_t>(k)];
    }
    filter.process(block);
    for (std::int64_t k = 0; k < rows; ++k) {
      if (row + k >= settled) sum += static_cast<double>(block.row(static_cast<std::size_t>(k))[0]) * turn[static_cast<std::size_t>(k)];
    }
    row += rows;
  }
  return sum / in;
}

}  // namespace

TEST_CASE("explanation: sines sent through the chain come out as it says, to 0.1 dB and 0.1 ms, wherever -60 dB are left") {
  struct Case {
    double fs_hz, high_pass_hz, low_pass_hz;
    int order;
  };
  int points = 0;
  for (const Case& c :
       {Case{500, 20, 200, 2}, Case{1000, 20, 450, 2}, Case{2048, 10, 400, 4}, Case{2000, 20, 450, 2}, Case{10240, 30, 500, 6}}) {
    Settings settings;
    settings.filter.high_pass_hz = c.high_pass_hz;
    settings.filter.low_pass_hz = c.low_pass_hz;
    settings.filter.order = c.order;
    const Chain chain = chain_for(settings, c.fs_hz);
    for (const ResponsePoint& p : explain(chain).response) {
      if (p.gain_db < -60) continue;
      CAPTURE(c.fs_hz);
      CAPTURE(p.f_hz);
      const std::complex<double> found = sent_through(chain, p.f_hz);
      CHECK(std::abs(20 * std::log10(std::abs(found)) - p.gain_db) < 0.1);
      // The delay of a sine is known up to whole cycles.
      const double cycles = -std::arg(found) / (2 * std::numbers::pi) - p.phase_delay_s * p.f_hz;
      CHECK(std::abs(cycles - std::round(cycles)) / p.f_hz < 1e-4);
      ++points;
    }
  }
  CHECK(points > 60);
}

}  // namespace semg
