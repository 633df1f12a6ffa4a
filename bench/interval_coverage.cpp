// SPDX-License-Identifier: BSD-3-Clause
// How often 95 % intervals of RMS, ARV, MDF and MNF hold, printed as a table, and what they cost on top of the values.
#include "tests/dsp/amplitude/interval_coverage.hpp"

#include <cstdio>

#include "bench/simulated_signal.hpp"
#include "dsp/amplitude/amplitude_interval.hpp"
#include "dsp/spectrum/frequency_interval.hpp"
#include "engine/simulation/simulated_motor_units.hpp"
#include "engine/simulation/simulated_noise.hpp"

namespace semg {
namespace {

constexpr std::size_t kWindows = 5000;

/// One row; whether RMS and ARV hold in 93-97 %, MDF and MNF in 93-97 % over 1 s and in 90-98 % over less.
bool row_holds(const char* name, const std::function<void(std::span<double>)>& next, const std::function<double(double)>& density,
               double fs_hz, double window_s) {
  const testing::Coverage c = testing::interval_coverage(next, density, fs_hz, window_s, kWindows);
  std::printf("| %s | %.0f | %.2f | %.1f | %.1f | %.1f | %.1f | %+.2f | %+.2f |\n", name, fs_hz, window_s, 100 * c.held[0], 100 * c.held[1],
              100 * c.held[2], 100 * c.held[3], c.mdf_bias_hz, c.mnf_bias_hz);
  const auto within = [&](std::size_t first, double low, double high) {
    return c.held[first] >= low && c.held[first] <= high && c.held[first + 1] >= low && c.held[first + 1] <= high;
  };
  return within(0, 0.93, 0.97) && (window_s >= 1 ? within(2, 0.93, 0.97) : within(2, 0.90, 0.98));
}

bool intervals_hold() {
  std::printf(
      "| signal | Hz | window s | RMS %% | ARV %% | MDF %% | MNF %% | MDF bias Hz | MNF bias Hz "
      "|\n|---|---|---|---|---|---|---|---|---|\n");
  bool hold = true;
  struct Row {
    const char* name;
    NoiseShape shape;
    double fs_hz;
  };
  for (const Row& row : {Row{"noise 40/80", {40, 80}, 2048}, Row{"noise 60/120", {60, 120}, 2048}, Row{"noise 90/180", {90, 180}, 2048},
                         Row{"noise 60/120", {60, 120}, 1000}, Row{"noise 60/120", {60, 120}, 4000}}) {
    for (const double window_s : {0.25, 0.5, 1.0}) {
      ShapedNoise noise(row.shape, row.fs_hz, RandomStream{11, 1});
      hold &= row_holds(
          row.name, [&](std::span<double> out) { noise.next(out, 1); }, NoiseDensity(row.shape, row.fs_hz), row.fs_hz, window_s);
    }
  }
  for (const double window_s : {0.25, 0.5, 1.0}) {
    MotorUnitTrains trains({}, 2048, RandomStream{11, 2});
    hold &= row_holds(
        "60 motor units", [&](std::span<double> out) { trains.next(out, 1); }, MotorUnitDensity({}, 2048), 2048, window_s);
  }
  return hold;
}

void amplitude_intervals(benchmark::State& state) {
  static const bool hold = intervals_hold();
  require(hold, "95 % intervals that hold in 93-97 % of windows");
  ShapedNoise noise({}, 2048, RandomStream{11, 3});
  std::vector<double> drawn(512);
  noise.next(drawn, 1);
  for (auto _ : state) {
    AmplitudeFreedom freedom(2048);
    for (const double x : drawn) freedom.add(static_cast<float>(x));
    benchmark::DoNotOptimize(amplitude_interval(1, freedom.of_rms()));
    benchmark::DoNotOptimize(amplitude_interval(1, freedom.of_arv()));
  }
  tell_speed(state, 512, 1, 2048);
}
BENCHMARK(amplitude_intervals);

void frequency_intervals(benchmark::State& state) {
  std::vector<double> power(129, 1.0);
  const BinRange band = bins_within(20, 450, 8, power.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(power.data());
    benchmark::DoNotOptimize(median_frequency_interval(power, 8, band, 15));
    benchmark::DoNotOptimize(mean_frequency_interval(power, 8, band, 15));
  }
  tell_speed(state, 2048, 1, 2048);
}
BENCHMARK(frequency_intervals);

}  // namespace
}  // namespace semg
