// SPDX-License-Identifier: BSD-3-Clause
#include "tests/dsp/spectrum/estimator_spread.hpp"

#include <doctest/doctest.h>

namespace semg {
namespace {

using testing::SpreadMethod;

constexpr std::size_t kWindows = 1500;
const double kDoubt = 4 / std::sqrt(2.0 * kWindows);  // four standard errors of a standard deviation, as a share of it

}  // namespace

TEST_CASE("the median frequency of one window varies as much as its method must, and no more") {
  struct Row {
    SpreadMethod method;
    double window_s, mdf_hz, mnf_hz;  // 0: not in the table
  };
  // A simulation by NumPy of the same signal and band; its own doubt is taken for as large as ours.
  for (const Row& row :
       {Row{SpreadMethod::periodogram, 0.25, 10.29, 6.96}, Row{SpreadMethod::periodogram, 1, 5.15, 3.38},
        Row{SpreadMethod::hann, 0.25, 13.96, 0}, Row{SpreadMethod::hann, 1, 7.23, 0}, Row{SpreadMethod::welch_256, 0.5, 8.26, 0},
        Row{SpreadMethod::welch_256, 1, 5.32, 0}, Row{SpreadMethod::welch_512, 1, 5.90, 0}}) {
    CAPTURE(static_cast<int>(row.method));
    CAPTURE(row.window_s);
    const testing::EstimatorSpread found = testing::estimator_spread(row.method, row.window_s, kWindows, 2);
    CHECK(std::abs(found.mdf_hz.deviation / row.mdf_hz - 1) < std::sqrt(2.0) * kDoubt);
    if (row.mnf_hz > 0) CHECK(std::abs(found.mnf_hz.deviation / row.mnf_hz - 1) < std::sqrt(2.0) * kDoubt);
  }
}

TEST_CASE("without a taper the spread of one window's frequencies and RMS is that of theory, and a Hann window costs its factor") {
  CHECK(testing::spread_theory(1, 1).mdf_hz == doctest::Approx(5.26).epsilon(0.002));
  CHECK(testing::spread_theory(1, 1).mnf_hz == doctest::Approx(3.46).epsilon(0.002));
  CHECK(testing::spread_theory(1, 1).rms_share == doctest::Approx(0.0362).epsilon(0.002));
  const SpectrumMoments truth = spectrum_moments(NoiseDensity({.fl_hz = 60, .fh_hz = 120}, testing::kSpreadRate_hz), 20, 450);
  // 35/18 = N sum w^4 / (sum w^2)^2 of Hann weights. Theory is of first order in 1/T: 2 % at half a second.
  for (const auto& [method, factor] : {std::pair(SpreadMethod::periodogram, 1.0), std::pair(SpreadMethod::hann, 35.0 / 18.0)}) {
    for (const double window_s : {0.5, 1.0}) {
      CAPTURE(static_cast<int>(method));
      CAPTURE(window_s);
      const testing::EstimatorSpread found = testing::estimator_spread(method, window_s, kWindows, 3);
      const testing::SpreadTheory theory = testing::spread_theory(window_s, factor);
      CHECK(std::abs(found.mdf_hz.deviation / theory.mdf_hz - 1) < kDoubt + 0.02);
      CHECK(std::abs(found.mnf_hz.deviation / theory.mnf_hz - 1) < kDoubt + 0.02);
      CHECK(std::abs(found.rms.deviation / found.rms.mean / theory.rms_share - 1) < kDoubt + 0.02);
      // The median of an uneven spectrum is biased by some 0.4 Hz at half a second and less at a whole one.
      CHECK(std::abs(found.mdf_hz.mean - truth.mdf_hz - 0.3) < 0.2 + 4 * found.mdf_hz.deviation / std::sqrt(1.0 * kWindows));
    }
  }
}

}  // namespace semg
