// SPDX-License-Identifier: BSD-3-Clause
// What the engine says its chain does, held against sines sent through the chain.
#include "engine/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/filters/sos_filter.hpp"
#include "engine/chain.hpp"
#include "engine/conditioned_source.hpp"

namespace semg {
namespace {

constexpr std::size_t kBlock = 500;

/// A sine of one channel as a Source.
class Sine {
 public:
  Sine(double f_hz, double fs_hz, std::int64_t rows) : f_hz_(f_hz), fs_hz_(fs_hz), rows_(rows) {}
  bool read(Block& block) {
    if (at_ == rows_) return false;
    block.resize(std::min(kBlock, static_cast<std::size_t>(rows_ - at_)));
    block.first = at_;
    for (std::size_t r = 0; r < block.rows(); ++r) block.row(r)[0] = static_cast<float>(1000 * turn(at_++).real());
    return true;
  }
  std::complex<double> turn(std::int64_t row) const {
    return std::polar(1.0, -2 * std::numbers::pi * std::fmod(f_hz_ * static_cast<double>(row) / fs_hz_, 1.0));
  }

 private:
  double f_hz_, fs_hz_;
  std::int64_t rows_, at_ = 0;
};

/// Gain and phase of the chain's own conditioning at one frequency: a sine goes in, and what comes out where start and end are far is a
/// sine again.
std::complex<double> sent_through(const Chain& chain, double f_hz) {
  const auto settled = 3 * chain.settling_rows + static_cast<std::int64_t>(chain.fs_hz);
  const auto measured = static_cast<std::int64_t>(std::lround(std::ceil(f_hz) / f_hz * chain.fs_hz));  // whole cycles, a second or more
  Sine sine(f_hz, chain.fs_hz, 2 * settled + measured);
  std::complex<double> sum = 0, in = 0;
  Block block(1, kBlock);
  const auto each = [&](auto&& read, auto&& process) {
    while (read()) {
      const auto add = [&](std::complex<double>& to) {
        for (std::size_t r = 0; r < block.rows(); ++r) {
          const std::int64_t row = block.first + static_cast<std::int64_t>(r);
          if (row >= settled && row < settled + measured) to += static_cast<double>(block.row(r)[0]) * sine.turn(row);
        }
      };
      add(in);
      process();
      add(sum);
    }
  };
  if (chain.reads_ahead()) {
    ConditionedSource ahead(sine, chain, 1, kBlock);
    each([&] { return ahead.read(block); }, [&] { ahead.process(block); });
  } else {
    SosFilter filter(chain.sos, 1);
    each([&] { return sine.read(block); }, [&] { filter.process(block); });
  }
  return sum / in;
}

}  // namespace

TEST_CASE("explanation: sines sent through the chain come out as it says, to 0.1 dB and 0.1 ms, wherever -60 dB are left") {
  struct Case {
    double fs_hz, high_pass_hz, low_pass_hz;
    int order;
    const char* passes = "forward";
  };
  int points = 0;
  for (const Case& c : {Case{500, 20, 200, 2}, Case{1000, 20, 450, 2}, Case{2048, 10, 400, 4}, Case{2000, 20, 450, 2},
                        Case{10240, 30, 500, 6}, Case{2000, 20, 450, 2, "forward_backward"}}) {
    Settings settings;
    settings.filter.high_pass_hz = c.high_pass_hz;
    settings.filter.low_pass_hz = c.low_pass_hz;
    settings.filter.order = c.order;
    settings.filter.passes = c.passes;
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
