// SPDX-License-Identifier: BSD-3-Clause
// How much one window's median frequency, mean frequency and RMS vary, method by method: a table, always with the same seed.
#include "tests/dsp/spectrum/estimator_spread.hpp"

#include <cstdio>

#include "bench/simulated_signal.hpp"

namespace semg {
namespace {

using testing::SpreadMethod;

constexpr std::size_t kWindows = 5000;

/// Factor of the weights in the variance, 1 for none, 35/18 for Hann; segments and tapers have no closed form to first order here.
double taper_factor(SpreadMethod method) {
  return method == SpreadMethod::periodogram ? 1 : method == SpreadMethod::hann ? 35.0 / 18.0 : 0;
}

bool print_table() {
  bool holds = true;
  const SpectrumMoments truth = spectrum_moments(NoiseDensity({.fl_hz = 60, .fh_hz = 120}, testing::kSpreadRate_hz), 20, 450);
  std::printf(
      "| method | window s | MDF SD Hz | theory | MDF bias Hz | MNF SD Hz | theory | MNF bias Hz | RMS CV %% | theory |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n");
  for (const SpreadMethod method :
       {SpreadMethod::periodogram, SpreadMethod::hann, SpreadMethod::welch_256, SpreadMethod::welch_512, SpreadMethod::multitaper}) {
    for (const double window_s : {0.125, 0.25, 0.5, 1.0, 2.0}) {
      if (window_s < 0.5 && (method == SpreadMethod::welch_256 || method == SpreadMethod::welch_512)) continue;
      const testing::EstimatorSpread found = testing::estimator_spread(method, window_s, kWindows, 1);
      const double factor = taper_factor(method);
      const testing::SpreadTheory theory = testing::spread_theory(window_s, factor);
      std::printf("| %s | %.3g | %.2f | ", testing::kSpreadMethods[static_cast<std::size_t>(method)].data(), window_s,
                  found.mdf_hz.deviation);
      if (factor > 0) std::printf("%.2f", theory.mdf_hz);
      std::printf(" | %+.2f | %.2f | ", found.mdf_hz.mean - truth.mdf_hz, found.mnf_hz.deviation);
      if (factor > 0) std::printf("%.2f", theory.mnf_hz);
      std::printf(" | %+.2f | %.2f | %.2f |\n", found.mnf_hz.mean - truth.mnf_hz, 100 * found.rms.deviation / found.rms.mean,
                  100 * theory.rms_share);
      // First order in 1/T: from half a second on it is as good as 5,000 windows can tell, four times 1/sqrt(2 n).
      if (factor > 0 && window_s >= 0.5) holds = holds && std::abs(found.mdf_hz.deviation / theory.mdf_hz - 1) < 0.04;
    }
  }
  std::fflush(stdout);
  return holds;
}

void window_spectra(benchmark::State& state) {
  static const bool holds = print_table();
  require(holds, "a spread of MDF as theory has it");
  const auto method = static_cast<SpreadMethod>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(testing::estimator_spread(method, 1, 20, 2).mdf_hz.mean);
  tell_speed(state, 20 * 2000, 1, testing::kSpreadRate_hz);
}
BENCHMARK(window_spectra)->ArgNames({"method"})->DenseRange(0, 4)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace semg
