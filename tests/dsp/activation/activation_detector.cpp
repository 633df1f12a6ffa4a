// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/activation_detector.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <doctest/doctest.h>

#include "dsp/activation/activation_edge.hpp"
#include "dsp/activation/running_percentile.hpp"
#include "dsp/filters/butterworth.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kFs = 2000;
constexpr double kBand = 430;

Sos emg_band() {
  Sos sos = butterworth(HighPass{.order = 2, .cutoff_hz = 20}, kFs);
  const Sos low = butterworth(LowPass{.order = 2, .cutoff_hz = 450}, kFs);
  sos.insert(sos.end(), low.begin(), low.end());
  return sos;
}

struct Burst {
  double onset_s, offset_s, gain;
};

/// White noise of deviation `rest`, louder inside bursts. Coloured by the detector's own filter, it is as good as EMG here.
std::vector<float> bursts_in_noise(double seconds, const std::vector<Burst>& bursts, std::uint64_t seed, double rest = 2) {
  auto x = testing::noise_of(1, static_cast<std::size_t>(seconds * kFs), seed, rest)[0];
  for (const Burst& b : bursts) {
    for (auto n = static_cast<std::size_t>(b.onset_s * kFs); n < static_cast<std::size_t>(b.offset_s * kFs); ++n)
      x[n] *= static_cast<float>(b.gain);
  }
  return x;
}

RestReference surveyed(const std::vector<float>& x) {
  SosFilter filter(emg_band(), 1);
  RestSurvey survey(kFs, 1, kBand, 0);
  Block block = testing::block_of({x});
  filter.process(block);
  survey.push(block);
  REQUIRE(survey.from_recording(0));
  return *survey.from_recording(0);
}

std::vector<Active> detect(const testing::Channels& x, const std::vector<std::optional<RestReference>>& rest,
                           const std::vector<std::size_t>& cut) {
  SosFilter filter(emg_band(), x.size());
  ActivationDetector detector(kFs, emg_band(), kBand, {}, rest);
  std::vector<Active> found;
  const auto take = [&] {
    while (const auto a = detector.take()) found.push_back(*a);
  };
  detector.begin(0);
  std::size_t at = 0;
  for (const std::size_t rows : cut) {
    Block block = testing::block_of(x, at, rows);
    detector.see(block);
    filter.process(block);
    detector.push(block);
    take();
    at += rows;
  }
  detector.end();
  take();
  return found;
}

std::vector<std::size_t> in_thousands(std::size_t rows) {
  std::vector<std::size_t> cut(rows / 1000, 1000);
  if (rows % 1000 != 0) cut.push_back(rows % 1000);
  return cut;
}

std::vector<Active> detect(const std::vector<float>& x) {
  return detect({x}, {surveyed(x)}, in_thousands(x.size()));
}

bool same(const std::vector<Active>& a, const std::vector<Active>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Active& x, const Active& y) {
    return x.channel == y.channel && x.onset_row == y.onset_row && x.offset_row == y.offset_row && x.edges == y.edges;
  });
}

const std::vector<Burst> kFive = {{3, 4, 30}, {6, 8, 30}, {10, 10.3, 30}, {12, 15, 30}, {17, 18, 30}};

}  // namespace

TEST_CASE("activation: bursts 30 dB above rest are found one for one, edges within 25 ms and half of them within 3 ms") {
  std::vector<double> errors;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto found = detect(bursts_in_noise(21, kFive, seed));
    REQUIRE(found.size() == 5);
    for (std::size_t k = 0; k < 5; ++k) {
      errors.push_back(std::abs(static_cast<double>(found[k].onset_row) / kFs - kFive[k].onset_s));
      errors.push_back(std::abs(static_cast<double>(found[k].offset_row) / kFs - kFive[k].offset_s));
    }
  }
  std::sort(errors.begin(), errors.end());
  CHECK(errors.back() < 0.025);
  CHECK(errors[errors.size() / 2] < 0.003);
}

TEST_CASE("activation: step onsets at 10 dB are within 25 ms in nine of ten") {
  int within = 0;
  int bursts = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    std::vector<Burst> plan;
    for (int k = 0; k < 10; ++k) plan.push_back({2.0 + 3 * k, 3.5 + 3 * k, std::sqrt(11.0)});
    const auto found = detect(bursts_in_noise(32, plan, seed));
    for (const Burst& b : plan) {
      ++bursts;
      within += std::any_of(found.begin(), found.end(),
                            [&](const Active& a) { return std::abs(static_cast<double>(a.onset_row) / kFs - b.onset_s) <= 0.025; });
    }
  }
  CHECK(within >= 0.92 * bursts);
}

TEST_CASE("activation: five minutes of rest hold none") {
  const auto x = bursts_in_noise(300, {}, 3);
  const auto burst = bursts_in_noise(10, {{4, 6, 30}}, 4);  // where activity lies, so that there is a reference
  CHECK(detect({x}, {surveyed(burst)}, in_thousands(x.size())).empty());
}

TEST_CASE("activation: it decides the same at any gain and polarity") {
  const auto x = bursts_in_noise(21, kFive, 5);
  const auto found = detect(x);
  for (const float gain : {1e-6F, 1e-3F, 1e3F, -1.0F}) {
    auto y = x;
    for (float& v : y) v *= gain;
    auto scaled = detect(y);
    REQUIRE(scaled.size() == found.size());
    for (std::size_t k = 0; k < found.size(); ++k) {  // samples are floats: 6e-8 of each is lost by a gain that is no power of two
      CHECK(scaled[k].edges.confidence == doctest::Approx(found[k].edges.confidence).epsilon(1e-6));
      scaled[k].edges.confidence = found[k].edges.confidence;
    }
    CHECK(same(scaled, found));
  }
}

TEST_CASE("activation: an electrode offset and slow drift move no edge") {
  auto x = bursts_in_noise(21, kFive, 5);
  const auto found = detect(x);
  for (std::size_t n = 0; n < x.size(); ++n)
    x[n] += static_cast<float>(-5000 + 200 * std::sin(2 * M_PI * 0.1 * static_cast<double>(n) / kFs));
  const auto shifted = detect(x);
  REQUIRE(shifted.size() == found.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    CHECK(std::abs(shifted[k].onset_row - found[k].onset_row) <= 4);
    CHECK(std::abs(shifted[k].offset_row - found[k].offset_row) <= 4);
  }
}

TEST_CASE("activation: any cut of the stream gives the same activations, in the same order") {
  testing::Channels x = {bursts_in_noise(21, kFive, 6), bursts_in_noise(21, {{5, 9, 10}, {13, 13.05, 40}}, 7)};
  const std::vector<std::optional<RestReference>> rest = {surveyed(x[0]), surveyed(x[1])};
  const auto whole = detect(x, rest, in_thousands(x[0].size()));
  CHECK(whole.size() >= 6);
  for (const Active& a : whole) {  // edges lie between bins of a millisecond, two rows at this rate
    CHECK(a.onset_row % 2 == 0);
    CHECK(a.offset_row % 2 == 0);
  }
  for (const auto& cut : testing::cuts(x[0].size())) CHECK(same(detect(x, rest, cut), whole));
}

TEST_CASE("activation: what is found is final within the stated latency") {
  const auto x = bursts_in_noise(40, kFive, 8);
  SosFilter filter(emg_band(), 1);
  ActivationDetector detector(kFs, emg_band(), kBand, {}, {surveyed(x)});
  detector.begin(0);
  for (std::size_t at = 0; at < x.size(); at += 100) {
    Block block = testing::block_of({x}, at, 100);
    detector.see(block);
    filter.process(block);
    detector.push(block);
    while (const auto a = detector.take()) CHECK(block.end() <= a->offset_row + detector.latency_rows());
  }
}

TEST_CASE("activation: a silence under 200 ms is bridged, a longer one is not") {
  CHECK(detect(bursts_in_noise(12, {{4, 5, 30}, {5.12, 6, 30}}, 9)).size() == 1);
  CHECK(detect(bursts_in_noise(12, {{4, 5, 30}, {5.4, 6.4, 30}}, 10)).size() == 2);
}

TEST_CASE("activation: a twitch beside a burst 12 dB stronger is its satellite") {
  CHECK(detect(bursts_in_noise(12, {{4, 4.1, 6}, {4.6, 6, 60}}, 11)).size() == 1);
  CHECK(detect(bursts_in_noise(12, {{4, 4.1, 6}, {8, 9, 60}}, 11)).size() == 2);
}

TEST_CASE("activation: a burst with a weak prelude begins with the prelude, and its main rise is where the burst itself begins") {
  for (std::uint64_t seed = 20; seed < 26; ++seed) {
    const auto found = detect(bursts_in_noise(12, {{4, 4.2, 5}, {4.2, 6, 80}, {8, 9, 80}}, seed));
    REQUIRE(found.size() == 2);
    CHECK(std::abs(static_cast<double>(found[0].onset_row) / kFs - 4) < 0.05);
    CHECK(static_cast<double>(found[0].edges.onset_main_row) / kFs == doctest::Approx(4.2).epsilon(0.0005));
    CHECK(found[0].edges.onset_high_row < 4.1 * kFs);  // the interval is the onset's, not the main rise's
    CHECK(std::abs(found[1].edges.onset_main_row - found[1].onset_row) <= 0.02 * kFs);
  }
}

TEST_CASE("activation: its confidence is the log likelihood ratio of its power to that of rest") {
  for (const double gain : {4.0, 30.0}) {
    const auto x = bursts_in_noise(20, {{5, 6, gain}, {10, 12, gain}}, 31);
    const auto found = detect(x);
    REQUIRE(found.size() == 2);
    // White noise in a band of 430 Hz has 860 independent values a second; how wide the band is to noise is told from the spread of rest,
    // whose histogram has cells of 0.25 dB: a quarter of the spread, so half of the number.
    const double of_a_second = 860 / 2.0 * (gain * gain - 1 - std::log(gain * gain));
    CHECK(found[0].edges.confidence == doctest::Approx(of_a_second).epsilon(0.5));
    CHECK(found[1].edges.confidence / found[0].edges.confidence == doctest::Approx(2).epsilon(0.15));
  }
}

TEST_CASE("activation: an edge that the recording cuts off has no interval") {
  const auto found = detect(bursts_in_noise(12, {{0, 2, 30}, {5, 6, 30}, {10, 12, 30}}, 32));
  REQUIRE(found.size() == 3);
  CHECK(found[0].edges.onset_low_row == -1);
  CHECK(found[0].edges.onset_high_row == -1);
  CHECK(found[0].edges.onset_main_row == -1);
  CHECK(found[0].edges.offset_low_row > 0);
  for (const std::int64_t row : {found[1].edges.onset_low_row, found[1].edges.onset_main_row, found[1].edges.offset_low_row})
    CHECK(row > 0);
  CHECK(found[2].edges.onset_low_row > 0);
  CHECK(found[2].edges.offset_low_row == -1);
  CHECK(found[2].edges.offset_high_row == -1);
}

TEST_CASE("activation: a movement of the electrode is no activation") {
  auto x = bursts_in_noise(20, {{12, 14, 30}}, 12);
  for (std::size_t n = 0; n < 2000; ++n) {  // 1 s of 24 Hz swinging, 20 times the rest
    x[8000 + n] +=
        static_cast<float>(40 * std::sin(2 * M_PI * 24 * static_cast<double>(n) / kFs) * std::sin(M_PI * static_cast<double>(n) / 2000));
  }
  const auto found = detect(x);
  REQUIRE(found.size() == 1);
  CHECK(static_cast<double>(found[0].onset_row) / kFs == doctest::Approx(12).epsilon(0.001));
}

TEST_CASE("activation: a 30 s hold is one activation, certain while it lasts") {
  const auto x = bursts_in_noise(45, {{5, 35, 30}}, 13);
  std::int64_t told_onset = -1;
  SosFilter filter(emg_band(), 1);
  ActivationDetector detector(kFs, emg_band(), kBand, {}, {surveyed(x)});
  detector.begin(0);
  std::vector<Active> found;
  for (std::size_t at = 0; at < x.size(); at += 1000) {
    Block block = testing::block_of({x}, at, 1000);
    detector.see(block);
    filter.process(block);
    detector.push(block);
    while (const auto a = detector.take()) found.push_back(*a);
    if (at == 40000) {  // 20.5 s are in
      const auto lasting = detector.lasting(0);
      REQUIRE(lasting);
      told_onset = lasting->onset_row;
      CHECK(static_cast<double>(lasting->onset_row) / kFs == doctest::Approx(5).epsilon(0.001));
      CHECK(static_cast<double>(lasting->offset_row) / kFs > 15);
    }
  }
  detector.end();
  while (const auto a = detector.take()) found.push_back(*a);
  REQUIRE(found.size() == 1);
  CHECK(found[0].onset_row == told_onset);
  CHECK(static_cast<double>(found[0].offset_row) / kFs == doctest::Approx(35).epsilon(0.001));
}

TEST_CASE("rest: the level of white noise at rest is found within half a dB, activity or not") {
  const auto quiet = surveyed(bursts_in_noise(30, {{10, 12, 30}}, 14));
  const auto busy = surveyed(bursts_in_noise(30, {{2, 12, 30}, {14, 26, 30}}, 15));
  CHECK(std::abs(quiet.level_db - busy.level_db) < 0.5);
  CHECK(std::sqrt(quiet.power) == doctest::Approx(std::sqrt(busy.power)).epsilon(0.06));
}

TEST_CASE("rest: where nothing rises above rest it cannot be told from lasting activity") {
  const auto x = bursts_in_noise(30, {}, 16);
  SosFilter filter(emg_band(), 1);
  RestSurvey survey(kFs, 1, kBand, 0);
  Block block = testing::block_of({x});
  filter.process(block);
  survey.push(block);
  CHECK_FALSE(survey.from_recording(0));
  CHECK(survey.from_rest(0));
}

TEST_CASE("rest: under 300 ms of it tell nothing") {
  const auto x = bursts_in_noise(0.3, {}, 17);
  RestSurvey survey(kFs, 1, kBand, 0);
  survey.push(testing::block_of({x}));
  CHECK_FALSE(survey.from_rest(0));
}

TEST_CASE("running percentile: of the last values, NaN left out") {
  RunningPercentile percentile(5, 0.5);
  CHECK(std::isnan(percentile.value()));
  for (const double v : {9.0, 1.0, 5.0}) percentile.push(v);
  CHECK(percentile.value() == 5);
  percentile.push(std::nan(""));
  percentile.push(7.0);  // 9 1 5 . 7
  CHECK(percentile.value() == 5);
  percentile.push(8.0);  // 1 5 . 7 8
  percentile.push(8.0);  // 5 . 7 8 8
  CHECK(percentile.value() == 7);
  percentile.drop_oldest();  // . 7 8 8
  CHECK(percentile.value() == 8);
}

TEST_CASE("activation edge: the bin by which 5 % of the energy of the first active 25 has come in") {
  std::vector<double> power(200, 1.0);
  std::fill(power.begin() + 120, power.end(), 100.0);
  std::vector<double> scratch(power.size());
  const EdgeRule rule{.run_bins = 25, .chain_bins = 50, .threshold = 2.0, .energy_share = 0.05};
  // The earliest 25 bins whose mean exceeds 2 begin at 96: they hold 24 x 1 + 100 = 124, and 6.2 of it has come in by the seventh bin.
  CHECK(first_departure(power, 140, 1.0, rule, scratch) == 102);
  // Against a floor so high that only bursts exceed it, the run must hold more of the burst.
  CHECK(first_departure(power, 140, 40.0, rule, scratch) > 112);
}

}  // namespace semg
