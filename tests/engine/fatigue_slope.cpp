// SPDX-License-Identifier: BSD-3-Clause
#include "engine/fatigue_slope.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/amplitude/amplitude.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum_periodogram.hpp"
#include "engine/joint_analysis.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "engine/simulation/simulated_random.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kConfidence = 0.95, kMissing = std::numeric_limits<double>::quiet_NaN();

/// Middles of 1 s epochs, RMS and MDF of each; an epoch without power has no MDF.
struct Epochs {
  std::vector<double> t_s, rms, mdf_hz;
};
Epochs epochs_of(const std::vector<float>& x, std::size_t fs_hz) {
  Periodogram periodogram(fs_hz, static_cast<double>(fs_hz));
  std::vector<double> density(periodogram.bins());
  Epochs epochs;
  for (std::size_t at = 0; at + fs_hz <= x.size(); at += fs_hz) {
    const std::span<const float> epoch(x.data() + at, fs_hz);
    AmplitudeSums sums;
    for (const float v : epoch) sums.add(v);
    periodogram.density_of(epoch, density);
    epochs.t_s.push_back(static_cast<double>(at) / static_cast<double>(fs_hz) + 0.5);
    epochs.rms.push_back(sums.rms());
    epochs.mdf_hz.push_back(median_frequency(density, 1, bins_within(20, 450, 1, density.size())));
  }
  return epochs;
}

/// 30 s of EMG-like noise at 2000 Hz whose spectrum narrows to `narrowing` and whose RMS, 100 at first, grows to `growth` of it.
std::vector<float> contraction(std::uint64_t seed, double narrowing, double growth) {
  ShapedNoise noise({.fl_hz = 60, .fh_hz = 120}, 2000, RandomStream{41, 86, seed});
  std::vector<float> x;
  std::vector<double> second(2000);
  for (int k = 0; k < 30; ++k) {
    const double share = (k + 0.5) / 30;
    noise.next(second, 1 + (narrowing - 1) * share);
    for (const double v : second) x.push_back(static_cast<float>(100 * (1 + (growth - 1) * share) * v));
  }
  return x;
}

JointChange change_of(const Epochs& e) {
  const auto analysis = joint_analysis(e.t_s, e.rms, e.mdf_hz, kConfidence);
  REQUIRE(analysis);
  return analysis->change;
}

}  // namespace

TEST_CASE("fatigue slope: conduction that slows by a fifth lowers the MDF of the band by less than a fifth") {
  // The analogue spectrum of 60 and 120 Hz within 20..450 Hz, 30 epochs: by quadrature -0.59288 Hz/s from 95.6843 Hz on.
  std::vector<double> t, mdf;
  for (int k = 0; k < 30; ++k) {
    t.push_back(k + 0.5);
    const double c = 1 - 0.2 * t.back() / 30;
    const auto density = [&](double f) { return f * f / ((f * f + 3600 * c * c) * std::pow(f * f + 14400 * c * c, 2)); };
    mdf.push_back(spectrum_moments(density, 20, 450).mdf_hz);
  }
  const auto slope = fatigue_slope(t, mdf, kConfidence);
  REQUIRE(slope);
  CHECK(slope->line.slope.mean == doctest::Approx(-0.59288).epsilon(1e-4));
  CHECK(slope->line.intercept.mean == doctest::Approx(95.6843).epsilon(1e-5));
  CHECK(slope->normalised_pct_s == doctest::Approx(-0.61962).epsilon(1e-4));
  CHECK(slope->robust->slope == doctest::Approx(-0.593).epsilon(0.01));
}

TEST_CASE("fatigue slope: of simulated contractions it finds the true slope, and its intervals hold it") {
  std::vector<double> t, truth;
  for (int k = 0; k < 30; ++k) {
    t.push_back(k + 0.5);
    const double c = 1 - 0.2 * t.back() / 30;
    truth.push_back(spectrum_moments(NoiseDensity({.fl_hz = 60 * c, .fh_hz = 120 * c}, 2000), 20, 450).mdf_hz);
  }
  const auto expected = fatigue_slope(t, truth, kConfidence);
  const double slope = expected->line.slope.mean, normalised = expected->normalised_pct_s;
  constexpr int kRuns = 200;
  int held = 0, held_normalised = 0, held_robust = 0;
  double sum = 0, squares = 0;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    const Epochs epochs = epochs_of(contraction(run, 0.8, 1), 2000);
    const auto found = fatigue_slope(epochs.t_s, epochs.mdf_hz, kConfidence);
    REQUIRE(found);
    sum += found->line.slope.mean;
    squares += found->line.slope.mean * found->line.slope.mean;
    held += found->slope->low <= slope && slope <= found->slope->high;
    held_normalised += found->normalised->low <= normalised && normalised <= found->normalised->high;
    held_robust += found->robust->slope_interval->low <= slope && slope <= found->robust->slope_interval->high;
  }
  const double mean = sum / kRuns, deviation = std::sqrt(squares / kRuns - mean * mean);
  // Epochs vary by about 5 Hz: SD / sqrt(sum (t - mean)^2) = 0.104 Hz/s. 200 runs: 4 standard errors are 0.03 Hz/s and 20 %.
  CHECK(std::abs(mean - slope) < 0.03);
  CHECK(deviation == doctest::Approx(0.104).epsilon(0.2));
  for (const int n : {held, held_normalised, held_robust})
    CHECK(std::abs(n / static_cast<double>(kRuns) - 0.95) < 4 * std::sqrt(0.95 * 0.05 / kRuns));
}

TEST_CASE("fatigue slope: what is too little, and a start below 0") {
  const std::vector<double> t = {0, 1, 2, 3}, y = {5, kMissing, kMissing, 4};
  CHECK_FALSE(fatigue_slope(t, y, kConfidence));
  CHECK_FALSE(fatigue_slope({}, {}, kConfidence));
  const std::vector<double> below = {-1, 1, 2, 4};
  const auto slope = fatigue_slope(t, below, kConfidence);
  REQUIRE(slope);
  CHECK(slope->line.slope.mean == doctest::Approx(1.6));
  CHECK(std::isnan(slope->normalised_pct_s));
  CHECK_FALSE(slope->normalised);
}

TEST_CASE("joint analysis: each of the four changes is told, and its name is stable") {
  struct Case {
    double narrowing, growth;
    JointChange change;
  };
  for (const Case& c : {Case{0.7, 1.5, JointChange::amplitude_increase},
                        {1.3, 1.5, JointChange::both_increase},
                        {0.7, 0.6, JointChange::both_decrease},
                        {1.3, 0.6, JointChange::frequency_increase}}) {
    CAPTURE(to_string(c.change));
    CHECK(change_of(epochs_of(contraction(3, c.narrowing, c.growth), 2000)) == c.change);
  }
  CHECK(to_string(JointChange::undecided) == "undecided");
  CHECK(to_string(JointChange::amplitude_increase) == "amplitude_increase");
  CHECK(to_string(JointChange::both_increase) == "both_increase");
  CHECK(to_string(JointChange::both_decrease) == "both_decrease");
  CHECK(to_string(JointChange::frequency_increase) == "frequency_increase");
}

TEST_CASE("joint analysis: of nothing it says nothing, where the signs of two slopes alone would always say something") {
  int told = 0;
  RandomStream draws{43, 87};
  std::vector<double> t(30), rms(30), mdf(30);
  constexpr int kTrials = 4000;
  for (int trial = 0; trial < kTrials; ++trial) {
    for (std::size_t k = 0; k < 30; ++k) {
      t[k] = static_cast<double>(k);
      rms[k] = 100 + 4 * draws.gaussian();
      mdf[k] = 90 + 5 * draws.gaussian();
    }
    told += joint_analysis(t, rms, mdf, kConfidence)->change != JointChange::undecided;
  }
  // 5 % of 5 %: 10 of 4000, standard deviation 3.2.
  CHECK(told > 0);
  CHECK(told < 10 + 4 * 3.2);
}

TEST_CASE("joint analysis: one slope that may be 0 leaves it undecided") {
  CHECK(change_of(epochs_of(contraction(3, 0.7, 1), 2000)) == JointChange::undecided);
  CHECK(change_of(epochs_of(contraction(3, 1, 1.5), 2000)) == JointChange::undecided);
}

TEST_CASE("fatigue slope and joint analysis: gain, polarity and silence change nothing, time reversed turns them round") {
  const std::vector<float> x = contraction(5, 0.7, 1.5);
  const Epochs epochs = epochs_of(x, 2000);
  const auto truth = joint_analysis(epochs.t_s, epochs.rms, epochs.mdf_hz, kConfidence);
  const auto changed = [&](const std::function<float(float)>& change) {
    std::vector<float> other = x;
    for (float& v : other) v = change(v);
    const Epochs e = epochs_of(other, 2000);
    return joint_analysis(e.t_s, e.rms, e.mdf_hz, kConfidence);
  };
  for (const float gain : {1e-3F, 1e3F, -1.0F}) {
    const auto other = changed([&](float v) { return gain * v; });
    CHECK(other->change == truth->change);
    CHECK(other->frequency.line.slope.mean == doctest::Approx(truth->frequency.line.slope.mean).epsilon(1e-5));
    CHECK(other->frequency.robust->slope == doctest::Approx(truth->frequency.robust->slope).epsilon(1e-5));
    CHECK(other->amplitude.line.slope.mean == doctest::Approx(std::abs(gain) * truth->amplitude.line.slope.mean).epsilon(1e-5));
    CHECK(other->amplitude.normalised_pct_s == doctest::Approx(truth->amplitude.normalised_pct_s).epsilon(1e-5));
    CHECK(other->amplitude.normalised->low == doctest::Approx(truth->amplitude.normalised->low).epsilon(1e-5));
  }

  std::vector<float> then_silent = x;
  then_silent.resize(x.size() + 20000);
  const Epochs longer = epochs_of(then_silent, 2000);
  CHECK(longer.t_s.size() == epochs.t_s.size() + 10);
  const auto same = joint_analysis(longer.t_s, longer.rms, longer.mdf_hz, kConfidence);
  CHECK(same->amplitude.line.slope.mean == truth->amplitude.line.slope.mean);
  CHECK(same->frequency.line.slope.mean == truth->frequency.line.slope.mean);
  CHECK(same->amplitude.line.n == 30);

  const Epochs reversed = epochs_of({x.rbegin(), x.rend()}, 2000);
  const auto back = joint_analysis(reversed.t_s, reversed.rms, reversed.mdf_hz, kConfidence);
  CHECK(back->change == JointChange::frequency_increase);
  CHECK(back->amplitude.line.slope.mean == doctest::Approx(-truth->amplitude.line.slope.mean).epsilon(1e-6));
  CHECK(back->frequency.line.slope.mean == doctest::Approx(-truth->frequency.line.slope.mean).epsilon(1e-6));
  CHECK(back->frequency.robust->slope == doctest::Approx(-truth->frequency.robust->slope).epsilon(1e-6));
}

TEST_CASE("fatigue slope and joint analysis: twice the rate gives the same") {
  const auto growing = [](std::size_t fs_hz) {
    std::vector<float> x = testing::multisine(static_cast<double>(fs_hz), 20 * fs_hz, 4);
    for (std::size_t n = 0; n < x.size(); ++n) x[n] *= static_cast<float>(1 + 0.02 * static_cast<double>(n) / static_cast<double>(fs_hz));
    return epochs_of(x, fs_hz);
  };
  const Epochs slow = growing(2000), fast = growing(4000);
  const auto a = joint_analysis(slow.t_s, slow.rms, slow.mdf_hz, kConfidence);
  const auto b = joint_analysis(fast.t_s, fast.rms, fast.mdf_hz, kConfidence);
  CHECK(b->change == a->change);
  CHECK(b->amplitude.line.slope.mean == doctest::Approx(a->amplitude.line.slope.mean).epsilon(0.01));
  // The MDF of an epoch may differ by as much as 0.5 Hz: over 20 s, by 0.02 Hz/s.
  CHECK(std::abs(b->frequency.line.slope.mean - a->frequency.line.slope.mean) < 0.02);
}

}  // namespace semg
