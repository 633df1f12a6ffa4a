// SPDX-License-Identifier: BSD-3-Clause
// What is measured of a window beside its first and second feature: intervals, and the classical time-domain set.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/amplitude/amplitude_interval.hpp"
#include "dsp/spectrum/frequency_interval.hpp"
#include "dsp/spectrum/spectral_moments.hpp"
#include "engine/run.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kFs = 2000;

/// Valid windows of one channel, measured with all features; the stage does nothing, so that the signal is known.
struct Nothing {
  void process(Block&) noexcept {}
  void reset() noexcept {}
};

class Whole {
 public:
  explicit Whole(std::vector<float> rows) : rows_(std::move(rows)) {}
  bool read(Block& block) {
    if (at_ >= rows_.size()) return false;
    const std::size_t rows = std::min<std::size_t>(1000, rows_.size() - at_);
    block.resize(rows);
    block.first = static_cast<std::int64_t>(at_);
    for (std::size_t r = 0; r < rows; ++r) block.row(r)[0] = rows_[at_++];
    return true;
  }

 private:
  std::vector<float> rows_;
  std::size_t at_ = 0;
};

struct Last {
  void write(const FeatureFrame& frame) {
    if (frame.reason[0] != Reason::ok) return;
    auto& into = frame.kind == WindowKind::amplitude ? amplitude : spectrum;
    into.assign(frame.more.begin(), frame.more.end());
    (frame.kind == WindowKind::amplitude ? amplitude_first : spectrum_first) = frame.first_row;
  }
  void write(const Activation&) {}
  std::vector<float> amplitude, spectrum;
  std::int64_t amplitude_first = -1, spectrum_first = -1;
};

Last measured(const std::vector<float>& rows, Unit unit = Unit::microvolt, FeatureSet set = FeatureSet::all) {
  const StreamInfo info{.fs_hz = kFs,
                        .channels = {{.label = "a", .muscle = "m", .unit = unit, .lsb = {}, .rail_low = {}, .rail_high = {}}}};
  FeatureExtractor features(info, chain_for({}, kFs), std::vector<ChannelBrief>(1), set);
  Whole source(rows);
  Nothing conditioning;
  Last last;
  run(source, conditioning, features, KnownPeriods({}), 1, last);
  REQUIRE(last.amplitude_first >= 0);
  REQUIRE(last.spectrum_first >= 0);
  return last;
}

double column(const Last& of, WindowKind kind, std::string_view name) {
  const auto names = columns_of(kind, FeatureSet::all);
  const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  REQUIRE(at < names.size());
  return (kind == WindowKind::amplitude ? of.amplitude : of.spectrum).at(at);
}

}  // namespace

TEST_CASE("window columns: of a sine everything is known") {
  // 100 Hz, 20 samples a period: 200 crossings and turns a second; 4 A f a second of waveform.
  const Last of = measured(testing::sine(100, 100, kFs, 6000));
  const auto amplitude = [&](std::string_view name) { return column(of, WindowKind::amplitude, name); };
  const double seconds = 499 / kFs;                                                    // of steps in a window of 500 rows
  CHECK(amplitude("zero_crossings") == doctest::Approx(50 / seconds).epsilon(0.021));  // one more or less by where the window begins
  CHECK(amplitude("slope_sign_changes") == doctest::Approx(50 / seconds).epsilon(0.021));
  CHECK(amplitude("peak") == doctest::Approx(100).epsilon(1e-6));
  CHECK(amplitude("waveform_length") == doctest::Approx(4e4).epsilon(0.01));
  CHECK(amplitude("iemg") == doctest::Approx(100 * 2 / std::numbers::pi * 0.25).epsilon(0.01));
  // |A w cos(w t)| above 20000 uV/s: the slope's top is 2 pi 1e4, the share of time above it 2/pi acos(1/pi).
  CHECK(amplitude("willison_amplitude") == doctest::Approx(2 / std::numbers::pi * std::acos(1 / std::numbers::pi)).epsilon(0.03));
  CHECK(column(of, WindowKind::spectrum, "power") == doctest::Approx(5000).epsilon(0.01));
  CHECK(column(of, WindowKind::spectrum, "bandwidth") < 10);  // the Hann window's own, 7.8 Hz bins
}

TEST_CASE("window columns: intervals are those of the window's own rows") {
  testing::Dice dice(5);
  std::vector<float> rows(6000);
  for (float& x : rows) x = static_cast<float>(30 * dice.normal());
  const Last of = measured(rows);
  AmplitudeSums sums;
  AmplitudeFreedom freedom(kFs);
  for (std::int64_t n = of.amplitude_first; n < of.amplitude_first + 500; ++n) {
    sums.add(rows[static_cast<std::size_t>(n)]);
    freedom.add(rows[static_cast<std::size_t>(n)]);
  }
  const Interval rms = amplitude_interval(sums.rms(), freedom.of_rms()), arv = amplitude_interval(sums.arv(), freedom.of_arv());
  CHECK(column(of, WindowKind::amplitude, "rms_ci_low") == static_cast<float>(rms.low));
  CHECK(column(of, WindowKind::amplitude, "rms_ci_high") == static_cast<float>(rms.high));
  CHECK(column(of, WindowKind::amplitude, "arv_ci_low") == static_cast<float>(arv.low));
  CHECK(column(of, WindowKind::amplitude, "arv_ci_high") == static_cast<float>(arv.high));
  CHECK(rms.low < sums.rms());
  CHECK(rms.high > sums.rms());
  const Chain chain = chain_for({}, kFs);
  WelchSpectrum welch(static_cast<std::size_t>(chain.segment_rows), kFs);
  std::vector<double> power(welch.bins());
  std::size_t segments = 0;
  for (std::int64_t at = of.spectrum_first; at + chain.segment_rows <= of.spectrum_first + 2000; at += chain.segment_hop_rows, ++segments)
    welch.add(std::span(rows).subspan(static_cast<std::size_t>(at), welch.segment_rows()), power);
  welch.to_density(power, segments);
  const Interval mdf = median_frequency_interval(power, welch.bin_hz(), chain.band, static_cast<double>(segments));
  CHECK(column(of, WindowKind::spectrum, "mdf_ci_low") == static_cast<float>(mdf.low));
  CHECK(column(of, WindowKind::spectrum, "mdf_ci_high") == static_cast<float>(mdf.high));
  CHECK(column(of, WindowKind::spectrum, "finsm5") == static_cast<float>(dimitrov_index(power, welch.bin_hz(), chain.band)));
}

TEST_CASE("window columns: what has a threshold in microvolts is not told of a channel without unit") {
  const Last of = measured(testing::sine(100, 100, kFs, 6000), Unit::arbitrary);
  for (const char* name : {"zero_crossings", "slope_sign_changes", "willison_amplitude"})
    CHECK(std::isnan(column(of, WindowKind::amplitude, name)));
  for (const char* name : {"peak", "iemg", "waveform_length"}) CHECK(std::isfinite(column(of, WindowKind::amplitude, name)));
}

TEST_CASE("window columns: the standard set has intervals and no more") {
  const Last of = measured(testing::sine(100, 100, kFs, 6000), Unit::microvolt, FeatureSet::standard);
  CHECK(of.amplitude.size() == kIntervalColumns);
  CHECK(of.spectrum.size() == kIntervalColumns);
}

}  // namespace semg
