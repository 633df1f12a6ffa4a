// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/named_detector.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

#include <doctest/doctest.h>

#include "dsp/activation/chosen_detector.hpp"
#include "dsp/filters/butterworth.hpp"
#include "engine/simulation/simulated_noise.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kFs = 2000;
constexpr double kBand = 430;
constexpr ActivationMethod kNamed[] = {ActivationMethod::hodges_bui, ActivationMethod::bonato, ActivationMethod::lidierth,
                                       ActivationMethod::tkeo, ActivationMethod::aglr_step};

Sos emg_band() {
  Sos sos = butterworth(HighPass{.order = 2, .cutoff_hz = 20}, kFs);
  const Sos low = butterworth(LowPass{.order = 2, .cutoff_hz = 450}, kFs);
  sos.insert(sos.end(), low.begin(), low.end());
  return sos;
}

struct Burst {
  double onset_s, offset_s, gain;
};
const std::vector<Burst> kThree = {{3, 4, 10}, {6, 8, 30}, {10, 10.5, 30}};

/// White noise, louder inside bursts, conditioned as a recording is.
std::vector<float> conditioned(double seconds, const std::vector<Burst>& bursts, std::uint64_t seed) {
  auto x = testing::noise_of(1, static_cast<std::size_t>(seconds * kFs), seed, 2);
  for (const Burst& b : bursts) {
    for (auto n = static_cast<std::size_t>(b.onset_s * kFs); n < static_cast<std::size_t>(b.offset_s * kFs); ++n)
      x[0][n] *= static_cast<float>(b.gain);
  }
  return testing::through(SosFilter(emg_band(), 1), x, {x[0].size()})[0];
}

std::optional<RestReference> surveyed(ActivationMethod method, const testing::Channels& x, const std::vector<std::size_t>& cut) {
  RestSurvey survey(kFs, 1, kBand, 200, method);
  std::size_t at = 0;
  for (const std::size_t rows : cut) {
    survey.push(testing::block_of(x, at, rows));
    at += rows;
  }
  return survey.from_recording(0);
}
std::optional<RestReference> surveyed(ActivationMethod method, const std::vector<float>& x) {
  return surveyed(method, {x}, {x.size()});
}

std::vector<Active> detect(ActivationMethod method, const testing::Channels& x, const std::vector<std::optional<RestReference>>& rest,
                           const std::vector<std::size_t>& cut, ActivationRules rules = {}) {
  NamedDetector detector(method, kFs, rules, rest);
  std::vector<Active> found;
  const auto take = [&] {
    while (const auto a = detector.take()) found.push_back(*a);
  };
  detector.begin(0);
  std::size_t at = 0;
  for (const std::size_t rows : cut) {
    detector.push(testing::block_of(x, at, rows));
    take();
    at += rows;
  }
  detector.end();
  take();
  return found;
}
std::vector<Active> detect(ActivationMethod method, const std::vector<float>& x, ActivationRules rules = {}) {
  return detect(method, {x}, {surveyed(method, x)}, {x.size()}, rules);
}

bool same(const std::vector<Active>& a, const std::vector<Active>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Active& x, const Active& y) {
    return std::tie(x.channel, x.onset_row, x.offset_row) == std::tie(y.channel, y.onset_row, y.offset_row);
  });
}

/// Forward, then backward: twice the order, no phase.
void zero_phase(const Sos& sos, std::vector<float>& x) {
  for (int pass = 0; pass < 2; ++pass) {
    x = testing::through(SosFilter(sos, 1), {x}, {x.size()})[0];
    std::reverse(x.begin(), x.end());
  }
}

struct Errors {
  double median_ms = 0;
  double failed = 0;  // share without an onset within 200 ms
};

/// EMG that starts at once in white noise, `trials` times: rest from 0.5 s, the onset at a row drawn near 1.2 s.
Errors step_onsets(ActivationMethod method, double snr_db, int trials) {
  std::vector<double> errors;
  for (int t = 0; t < trials; ++t) {
    constexpr std::size_t kRows = 4400, kRestFirst = 600, kRest = 1000;
    const auto trial = static_cast<std::uint64_t>(t);
    RandomStream random{17, trial, 1};
    ShapedNoise emg({60, 120}, kFs, RandomStream{18, trial, 2});
    std::vector<double> burst(kRows);
    emg.next(burst, 1);
    const auto onset = static_cast<std::size_t>(2400 + 200 * random.uniform());
    std::vector<float> x(kRows);
    for (std::size_t n = 0; n < kRows; ++n)
      x[n] = static_cast<float>(random.gaussian() + (n >= onset ? std::pow(10.0, snr_db / 20) * burst[n] : 0));
    zero_phase(emg_band(), x);
    RestSurvey survey(kFs, 1, kBand, 0, method);
    survey.push(testing::block_of({x}, kRestFirst, kRest));
    const auto found = detect(method, {x}, {survey.from_rest(0)}, {x.size()}, {.min_on_s = 0.001, .min_off_s = 0.001});
    if (found.empty()) continue;
    const double ms = static_cast<double>(found[0].onset_row - static_cast<std::int64_t>(onset)) * 1000 / kFs;
    if (std::fabs(ms) <= 200) errors.push_back(ms);
  }
  REQUIRE(errors.size() > 10);
  std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2), errors.end());
  return {.median_ms = errors[errors.size() / 2], .failed = 1 - static_cast<double>(errors.size()) / trials};
}

}  // namespace

TEST_CASE("teager-kaiser: of A sin(wn) it is A^2 sin^2 w at every sample") {
  const double w = 2 * std::numbers::pi * 100 / kFs;
  for (int n = 0; n < 100; ++n) {
    const auto x = [&](int k) { return 3 * std::sin(w * k + 0.4); };
    CHECK(teager_kaiser(x(n - 1), x(n), x(n + 1)) == doctest::Approx(9 * 0.0954915028125263).epsilon(1e-13));
  }
}

TEST_CASE("bonato: thresholds and detection probabilities are those of the double threshold on chi-square pairs") {
  struct Row {
    double false_alarm;
    int of, at_least;
    double crossing, threshold, detection[4];  // at 3, 6, 10 and 20 dB
  };
  // Closed form printed to six digits and more; half a unit of the last digit.
  for (const Row& row : {Row{.05, 5, 1, .01020622, 9.169516, {.704540, .921162, .995400, 1.000000}},
                         Row{.01, 5, 2, .03268211, 6.841855, {.510781, .816463, .979938, .999994}},
                         Row{.001, 5, 2, .01010179, 9.190086, {.295046, .658748, .950595, .999981}}}) {
    const double crossing = crossing_probability(row.false_alarm, row.at_least, row.of);
    CHECK(std::fabs(crossing - row.crossing) < 0.5e-8);
    CHECK(std::fabs(threshold_for_crossing(crossing) - row.threshold) < 0.5e-6);
    CHECK(double_threshold_probability(crossing, row.at_least, row.of) == doctest::Approx(row.false_alarm).epsilon(1e-12));
    const double snr_db[] = {3, 6, 10, 20};
    for (std::size_t k = 0; k < 4; ++k)
      CHECK(std::fabs(detection_probability(crossing, std::pow(10, snr_db[k] / 10), row.at_least, row.of) - row.detection[k]) < 0.51e-6);
  }
}

TEST_CASE("bonato: white Gaussian samples are detected as often as the formula says") {
  testing::Dice dice(5);
  const auto pair_power = [&] {  // of two normal values, by Box and Muller
    const double radius = std::sqrt(-2 * std::log(1 - dice.uniform())), angle = 2 * std::numbers::pi * dice.uniform();
    const double a = radius * std::cos(angle), b = radius * std::sin(angle);
    return a * a + b * b;
  };
  constexpr int kTrials = 50000;
  const double crossing = crossing_probability(0.01, 2, 5);
  for (const double snr_db : {-300.0, 3.0, 6.0, 10.0}) {
    const double snr = std::pow(10, snr_db / 10);
    int detected = 0;
    for (int t = 0; t < kTrials; ++t) {
      int crossings = 0;
      for (int k = 0; k < 5; ++k) crossings += (1 + snr) * pair_power() > threshold_for_crossing(crossing);
      detected += crossings >= 2;
    }
    const double p = detection_probability(crossing, snr, 2, 5);
    CHECK(std::fabs(static_cast<double>(detected) / kTrials - p) < 4 * std::sqrt(p * (1 - p) / kTrials));
  }
}

TEST_CASE("whitening: an autoregressive signal gives back the noise it was made from") {
  // x[n] = 1.2 x[n-1] - 0.5 x[n-2] + e[n]: r1/r0 = 1.2 / 1.5, r0 = var(e) / (1 - 1.2 r1/r0 + 0.5 r2/r0)
  RestMoments r{};
  r[0] = 1;
  r[1] = 1.2 / 1.5;
  for (std::size_t k = 2; k < r.size(); ++k) r[k] = 1.2 * r[k - 1] - 0.5 * r[k - 2];
  Whitening whitening;
  whitening.begin(r);
  const double innovation = 1 - 1.2 * r[1] + 0.5 * r[2];
  CHECK(whitening.variance() >= innovation);
  CHECK(whitening.variance() < 1.05 * innovation);  // for r[0] is taken 1 % too great
  double x1 = 0, x2 = 0, power = 0, lagged = 0, before = 0;
  testing::Dice dice(3);
  constexpr int kRows = 40000;
  for (int n = 0; n < kRows; ++n) {
    const double x = 1.2 * x1 - 0.5 * x2 + dice.normal();
    x2 = x1;
    x1 = x;
    const double e = whitening.push(x).value_or(0);
    power += e * e;
    lagged += e * before;
    before = e;
  }
  CHECK(power / kRows == doctest::Approx(whitening.variance() / innovation).epsilon(4 * std::sqrt(2.0 / kRows)));
  CHECK(std::fabs(lagged / power) < 0.1);  // of x it is 0.8
}

TEST_CASE("rest: a named detector is told of its own statistic, not of the raw signal, in the unit of it") {
  const auto x = testing::noise_of(1, 40000, 7, 2)[0];  // white: |x| has mean sqrt(2/pi) s and variance (1 - 2/pi) s^2
  const auto moments = [&](ActivationMethod method) {
    RestSurvey survey(kFs, 1, kBand, 200, method);
    survey.push(testing::block_of({x}));
    return *survey.from_rest(0)->moments;
  };
  const double mean = 2 * std::sqrt(2 / std::numbers::pi);
  const double deviation = 2 * std::sqrt(1 - 2 / std::numbers::pi);
  const auto mean_window = moments(ActivationMethod::lidierth);
  CHECK(mean_window[0] == doctest::Approx(mean).epsilon(0.02));
  // Of a mean of 200 values: a fourteenth of that of |x|. Windows overlap: 100 of them stand on their own, so 4 x 7 %.
  CHECK(std::sqrt(mean_window[1] - mean_window[0] * mean_window[0]) == doctest::Approx(deviation / std::sqrt(200.0)).epsilon(0.28));
  const auto lags = moments(ActivationMethod::bonato);
  CHECK(lags[0] == doctest::Approx(4).epsilon(0.03));
  for (std::size_t k = 1; k < lags.size(); ++k) CHECK(std::fabs(lags[k] / lags[0]) < 4 / std::sqrt(39000.0));
  // psi of white noise: E x^4 - ... = mean |psi| is a number times s^2: with x ten times as great it is a hundred times as great.
  const double energy = moments(ActivationMethod::tkeo)[0];
  CHECK(energy > 4);
  CHECK(energy < 8);
}

TEST_CASE("persistence: on at the first of enough rows above, gaps forgiven where they are short; off at the first of enough below") {
  Persistence p({.on_rows = 4, .gap_rows = 2, .off_rows = 3});
  p.begin();
  std::vector<std::int64_t> changes;
  for (const char c : std::string("11011001111011000011")) {
    if (const auto row = p.push(c == '1')) changes.push_back(*row);
  }
  CHECK(changes == std::vector<std::int64_t>{0, 14});
  Persistence strict({.on_rows = 4, .gap_rows = 1, .off_rows = 3});
  strict.begin();
  changes.clear();
  for (const char c : std::string("11011001111011000011")) {
    if (const auto row = strict.push(c == '1')) changes.push_back(*row);
  }
  CHECK(changes == std::vector<std::int64_t>{7, 14});
}

TEST_CASE("after any detector: short silences are bridged, then what is short is dropped") {
  ActiveRuns runs(10, 20, 5);
  runs.begin();
  CHECK_FALSE(runs.switched(100));
  CHECK_FALSE(runs.switched(104));  // four rows
  CHECK_FALSE(runs.lasting(110));
  CHECK_FALSE(runs.switched(120));  // bridged
  CHECK(runs.lasting(140)->offset == 135);
  CHECK_FALSE(runs.switched(150));
  CHECK_FALSE(runs.settled(174));
  const auto found = runs.settled(175);
  REQUIRE(found);
  CHECK(found->onset == 100);
  CHECK(found->offset == 150);
  CHECK_FALSE(runs.switched(300));
  CHECK_FALSE(runs.switched(304));
  CHECK_FALSE(runs.settled(400));  // too short: dropped
  CHECK_FALSE(runs.switched(500));
  CHECK(runs.end(550)->offset == 550);
}

TEST_CASE("named detectors: three bursts are three activations, within what their windows smear") {
  const auto x = conditioned(13, kThree, 2);
  for (const ActivationMethod method : kNamed) {
    CAPTURE(to_string(method));
    const auto found = detect(method, x);
    REQUIRE(found.size() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(std::fabs(static_cast<double>(found[k].onset_row) / kFs - kThree[k].onset_s) < 0.035);
      CHECK(std::fabs(static_cast<double>(found[k].offset_row) / kFs - kThree[k].offset_s) <
            (method == ActivationMethod::lidierth ? 0.110 : 0.035));
    }
  }
}

TEST_CASE("named detectors: any cut of the stream gives the same rest and the same activations") {
  const auto x = conditioned(13, kThree, 3);
  for (const ActivationMethod method : kNamed) {
    CAPTURE(to_string(method));
    const auto rest = surveyed(method, x);
    const auto found = detect(method, {x}, {rest}, {x.size()});
    for (const auto& cut : testing::cuts(x.size())) {
      CHECK(surveyed(method, {x}, cut) == rest);
      CHECK(same(detect(method, {x}, {rest}, cut), found));
    }
  }
}

TEST_CASE("named detectors: they decide the same at any gain and polarity") {
  const auto x = conditioned(13, kThree, 4);
  for (const ActivationMethod method : kNamed) {
    CAPTURE(to_string(method));
    const auto found = detect(method, x);
    CHECK(found.size() == 3);
    for (const float gain : {1e-6F, 1e-3F, 1e3F, -1.0F}) {
      auto y = x;
      for (float& v : y) v *= gain;
      CHECK(same(detect(method, y), found));
    }
  }
}

TEST_CASE("named detectors: appended silence changes nothing") {
  const auto x = conditioned(13, kThree, 5);
  for (const ActivationMethod method : kNamed) {
    CAPTURE(to_string(method));
    CHECK(detect(method, x).size() == 3);
    auto y = x;
    y.resize(y.size() + 6000);
    CHECK(same(detect(method, y), detect(method, x)));
  }
}

TEST_CASE("named detectors: an activation's last row is final so many rows later, and lasting() tells of it until then") {
  const auto x = conditioned(13, kThree, 6);
  for (const ActivationMethod method : kNamed) {
    CAPTURE(to_string(method));
    const auto found = detect(method, x);
    NamedDetector detector(method, kFs, {}, {surveyed(method, x)});
    detector.begin(0);
    std::vector<char> active(x.size()), told(x.size());
    for (const Active& a : found) std::fill(active.begin() + a.onset_row, active.begin() + a.offset_row, 1);
    for (std::size_t n = 0; n < x.size(); ++n) {
      detector.push(testing::block_of({x}, n, 1));
      while (const auto a = detector.take()) std::fill(told.begin() + a->onset_row, told.begin() + a->offset_row, 1);
      if (const auto a = detector.lasting(0)) std::fill(told.begin() + a->onset_row, told.begin() + a->offset_row, 1);
      const auto final_row = static_cast<std::int64_t>(n) + 1 - detector.latency_rows();
      if (final_row >= 0) REQUIRE(told[static_cast<std::size_t>(final_row)] == active[static_cast<std::size_t>(final_row)]);
    }
  }
}

TEST_CASE("named detectors: without rest nothing is told, and a missing sample ends an activation") {
  auto x = conditioned(13, kThree, 7);
  for (const ActivationMethod method : kNamed) {
    CAPTURE(to_string(method));
    const auto rest = surveyed(method, x);
    CHECK_FALSE(NamedDetector(method, kFs, {}, {std::nullopt}).can_tell(0));
    CHECK(detect(method, {x}, {std::nullopt}, {x.size()}).empty());
    auto holed = x;
    std::fill(holed.begin() + 14000, holed.begin() + 14600, std::nanf(""));
    const auto found = detect(method, {holed}, {rest}, {holed.size()});
    REQUIRE(found.size() == 4);
    CHECK(found[1].offset_row == 14000);
    CHECK(found[2].onset_row >= 14600);
  }
}

TEST_CASE("named detectors: step onsets in noise have the errors of the published procedures") {
  // Median error in ms and its standard deviation over 200 simulated onsets (zero-phase band-pass 20-450 Hz, 60/120 Hz EMG in white noise),
  // from an implementation in NumPy. Four standard errors of the difference of two medians, 1.25 SD sqrt(1/200 + 1/trials).
  struct Cell {
    ActivationMethod method;
    double snr_db, median_ms, deviation_ms;
  };
  constexpr int kTrials = 100;
  for (const Cell& cell : {Cell{ActivationMethod::bonato, 10, 0.5, 3}, Cell{ActivationMethod::bonato, 20, -2, 6},
                           Cell{ActivationMethod::aglr_step, 6, -0.5, 4}, Cell{ActivationMethod::aglr_step, 10, -0.5, 3},
                           Cell{ActivationMethod::aglr_step, 20, -2.5, 4.5}, Cell{ActivationMethod::hodges_bui, 10, -20.5, 3}}) {
    CAPTURE(to_string(cell.method));
    CAPTURE(cell.snr_db);
    const Errors errors = step_onsets(cell.method, cell.snr_db, kTrials);
    CHECK(std::fabs(errors.median_ms - cell.median_ms) < 4 * 1.25 * cell.deviation_ms * std::sqrt(1.0 / 200 + 1.0 / kTrials));
    CHECK(errors.failed <= 0.04);  // at most 1 % in the table; 4 of 100 come by chance once in 50 times
  }
}

TEST_CASE("named detectors: a minute of rest holds none, in the double threshold's case two at most") {
  const auto bursts = conditioned(13, kThree, 8);
  const auto rest = conditioned(60, {}, 9);
  for (const ActivationMethod method : kNamed) {
    CAPTURE(to_string(method));
    CHECK(detect(method, {rest}, {surveyed(method, bursts)}, {rest.size()}).size() <= (method == ActivationMethod::bonato ? 2U : 0U));
  }
}

}  // namespace semg
