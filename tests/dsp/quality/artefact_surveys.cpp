// SPDX-License-Identifier: BSD-3-Clause
// Spikes, the heart and other muscles, found where they were put and nowhere else.
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/quality/cross_talk.hpp"
#include "dsp/quality/heart_survey.hpp"
#include "dsp/quality/spike_survey.hpp"
#include "tests/dsp/signals.hpp"

namespace semg {
namespace {

constexpr double kFs = 2000;

StreamInfo channels(std::size_t count, Kind last = Kind::emg) {
  StreamInfo info{.fs_hz = kFs, .channels = {}};
  for (std::size_t c = 0; c < count; ++c)
    info.channels.push_back({.label = "c", .muscle = "c", .lsb = {}, .rail_low = {}, .rail_high = {}});
  info.channels.back().kind = last;
  return info;
}

template <class Survey>
void push_cut(Survey& survey, const testing::Channels& x, const std::vector<std::size_t>& cut) {
  std::size_t at = 0;
  for (const std::size_t rows : cut) {
    survey.push(testing::block_of(x, at, rows));
    at += rows;
  }
}

std::optional<double> spikes_of(const testing::Channels& x, std::optional<double> rest) {
  const std::vector<std::optional<double>> rests(x.size(), rest);
  SpikeSurvey survey(kFs, rests);
  survey.push(testing::block_of(x));
  return survey.per_minute(0);
}

std::optional<double> heart_of(const testing::Channels& x) {
  HeartSurvey survey(kFs, x.size());
  survey.push(testing::block_of(x));
  return survey.share(0);
}

/// A wave as a heart leaves it after the high-pass: 60 ms long.
void add_beat(std::vector<float>& x, double at_s, double peak) {
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double t = (static_cast<double>(n) / kFs - at_s) / 0.012;
    if (std::abs(t) < 6) x[n] += static_cast<float>(peak * (1 - t * t) * std::exp(-t * t / 2));
  }
}

/// 30 s of rest of RMS 2 with a beat every `period_s`, each `jitter` of it early or late.
testing::Channels beating(double period_s, double jitter, double peak) {
  auto x = testing::noise_of(1, 60'000, 11, 2);
  testing::Dice dice(4);
  for (double t = 0.5; t < 29.5; t += period_s * (1 + jitter * (dice.uniform() - 0.5))) add_beat(x[0], t, peak);
  return x;
}

/// Rest and bursts of noise, `on_s` long every `period_s`.
testing::Channels bursting(double period_s, double on_s) {
  auto x = testing::noise_of(1, 60'000, 12, 2);
  const auto loud = testing::noise_of(1, 60'000, 13, 60);
  for (std::size_t n = 0; n < x[0].size(); ++n) {
    if (std::fmod(static_cast<double>(n) / kFs, period_s) < on_s) x[0][n] += loud[0][n];
  }
  return x;
}

}  // namespace

TEST_CASE("spikes: those that were put in are counted by the minute, of either sign") {
  auto x = testing::noise_of(1, 120'000, 1, 2);
  for (std::size_t k = 0; k < 7; ++k) x[0][5000 + 15'000 * k] = k % 2 == 0 ? 200.0F : -40.0F;
  const double looked_at_min = (120'000 - 200) / kFs / 60;  // 50 ms at each end are not
  CHECK(spikes_of(x, 2).value() == doctest::Approx(7 / looked_at_min).epsilon(1e-12));
  for (const float gain : {1e-3F, 1e3F, -1.0F}) {
    auto scaled = x;
    for (float& v : scaled[0]) v *= gain;
    CHECK(spikes_of(scaled, 2 * std::abs(gain)).value() == doctest::Approx(7 / looked_at_min).epsilon(1e-12));
  }
}

TEST_CASE("spikes: rest, bursts, heart beats and spikes below the limit have none") {
  CHECK(spikes_of(testing::noise_of(1, 600'000, 2, 2), 2).value() == 0);
  CHECK(spikes_of(bursting(2, 0.7), 2).value() == 0);
  CHECK(spikes_of(beating(0.83, 0.1, 100), 2).value() == 0);
  auto x = testing::noise_of(1, 60'000, 3, 2);
  x[0][30'000] = 13.4F;  // 10 median absolute deviations of RMS 2 are 13.49
  CHECK(spikes_of(x, 2).value() == 0);
  x[0][30'000] = 13.6F;
  CHECK(spikes_of(x, 2).value() > 0);
}

TEST_CASE("spikes: without rest they are not told") {
  CHECK_FALSE(spikes_of(testing::noise_of(1, 60'000, 2, 2), std::nullopt));
  CHECK_FALSE(spikes_of(testing::noise_of(1, 100, 2, 2), 2));  // shorter than what must be quiet about one
}

TEST_CASE("heart: beats fill the recording, whatever their sign and size, at 50 as at 110 a minute") {
  CHECK(heart_of(beating(0.83, 0, 60)).value() > 0.9);
  CHECK(heart_of(beating(0.83, 0.2, 60)).value() > 0.9);  // intervals differ by up to 20 %
  CHECK(heart_of(beating(60.0 / 50, 0.05, 60)).value() > 0.9);
  CHECK(heart_of(beating(60.0 / 110, 0.05, 60)).value() > 0.9);
  const double share = heart_of(beating(0.83, 0.1, 30)).value();
  CHECK(share > 0.9);
  for (const float gain : {1.0F / 1024, 1024.0F, -1.0F}) {  // powers of two: not a bit of the signal's shape changes
    auto scaled = beating(0.83, 0.1, 30);
    for (float& v : scaled[0]) v *= gain;
    CHECK(heart_of(scaled).value() == share);
  }
}

TEST_CASE("heart: rest, hum, spikes and bursts at the rate of a heart have none") {
  CHECK(heart_of(testing::noise_of(1, 200'000, 5, 2)).value() < 0.02);
  CHECK(heart_of({testing::sine(30, 50, kFs, 60'000)}).value() == 0);
  for (const double on_s : {0.1, 0.3, 0.5}) {
    CAPTURE(on_s);
    CHECK(heart_of(bursting(1, on_s)).value() < 0.1);  // walking
  }
  CHECK(heart_of(beating(2, 0.05, 60)).value() == 0);     // 30 a minute
  CHECK(heart_of(beating(0.35, 0.05, 60)).value() == 0);  // 170 a minute
  CHECK_FALSE(heart_of(testing::noise_of(1, 9000, 5, 2)));
}

TEST_CASE("cross-talk: a part of another channel, delayed, is found with its size, its channel and its delay") {
  auto x = testing::noise_of(3, 40'000, 21, 50);
  const double part = 0.5;  // correlation part / sqrt(1 + part^2)
  for (std::size_t n = 7; n < x[0].size(); ++n) x[2][n] += static_cast<float>(part) * x[0][n - 7];
  CrossTalkSurvey survey(channels(3), 40'000);
  survey.push(testing::block_of(x));
  const CrossTalk of_third = survey.of(2).value(), of_first = survey.of(0).value(), of_second = survey.of(1).value();
  // 64 windows of 250 pairs: a standard error of 0.008.
  CHECK(of_third.correlation == doctest::Approx(part / std::sqrt(1 + part * part)).epsilon(0.06));
  CHECK(of_third.with == 0);
  CHECK(of_third.lag_s == doctest::Approx(-7 / kFs));
  CHECK(of_first.with == 2);
  CHECK(of_first.lag_s == doctest::Approx(7 / kFs));
  CHECK(of_first.correlation == of_third.correlation);
  CHECK(of_second.correlation < 0.06);
}

TEST_CASE("cross-talk: the same samples correlate by 1, turned over as well, and a delay of more than 5 ms is none") {
  auto x = testing::noise_of(2, 40'000, 22, 50);
  x[1] = x[0];
  for (float& v : x[1]) v *= -1e-3F;
  CrossTalkSurvey same(channels(2), 40'000);
  same.push(testing::block_of(x));
  CHECK(same.of(0).value().correlation == doctest::Approx(1).epsilon(1e-6));
  CHECK(same.of(0).value().lag_s == 0);
  for (std::size_t n = 0; n + 30 < x[0].size(); ++n) x[1][n] = x[0][n + 30];
  CrossTalkSurvey late(channels(2), 40'000);
  late.push(testing::block_of(x));
  CHECK(late.of(0).value().correlation < 0.06);
}

TEST_CASE("cross-talk: contractions at the same time are none, and what is no EMG is not asked") {
  auto x = testing::noise_of(2, 60'000, 23, 50);
  for (auto& channel : x) {
    for (std::size_t n = 0; n < channel.size(); ++n) channel[n] *= n % 4000 < 1500 ? 1.0F : 0.05F;
  }
  CrossTalkSurvey together(channels(2), 60'000);
  together.push(testing::block_of(x));
  CHECK(together.of(0).value().correlation < 0.06);
  x[1] = x[0];
  CrossTalkSurvey other(channels(2, Kind::other), 60'000);
  other.push(testing::block_of(x));
  CHECK_FALSE(other.of(0));
}

TEST_CASE("cross-talk: of 65 channels and more each is held against the 32 beside it") {
  auto x = testing::noise_of(70, 6000, 24, 50);
  x[69] = x[0];
  x[40] = x[9];
  CrossTalkSurvey survey(channels(70), 6000);
  survey.push(testing::block_of(x));
  CHECK(survey.of(0).value().correlation < 0.5);
  CHECK(survey.of(9).value().with == 40);
  CHECK(survey.of(9).value().correlation == doctest::Approx(1).epsilon(1e-6));
}

TEST_CASE("cross-talk: a window with a missing value is left out, in that channel alone, and too few windows tell nothing") {
  auto x = testing::noise_of(3, 40'000, 25, 50);
  x[1] = x[0];
  for (std::size_t n = 0; n < x[2].size(); n += 100) x[2][n] = std::numeric_limits<float>::quiet_NaN();
  CrossTalkSurvey survey(channels(3), 40'000);
  survey.push(testing::block_of(x));
  CHECK(survey.of(0).value().with == 1);
  CHECK_FALSE(survey.of(2));
  CrossTalkSurvey brief(channels(3), 3000);
  brief.push(testing::block_of(x, 0, 3000));
  CHECK_FALSE(brief.of(0));
}

TEST_CASE("artefacts: any cut of the stream gives the same values") {
  auto x = beating(0.83, 0.1, 60);
  x.push_back(bursting(1, 0.3)[0]);
  x[1][20'000] = std::numeric_limits<float>::quiet_NaN();
  x[1][1000] = 300;
  constexpr std::size_t kRows = 24'000;
  const std::vector<std::optional<double>> rest(2, 2.0);
  SpikeSurvey spikes(kFs, rest);
  HeartSurvey heart(kFs, 2);
  CrossTalkSurvey talk(channels(2), kRows);
  push_cut(spikes, x, {kRows});
  push_cut(heart, x, {kRows});
  push_cut(talk, x, {kRows});
  for (const auto& cut : testing::cuts(kRows)) {
    SpikeSurvey cut_spikes(kFs, rest);
    HeartSurvey cut_heart(kFs, 2);
    CrossTalkSurvey cut_talk(channels(2), kRows);
    push_cut(cut_spikes, x, cut);
    push_cut(cut_heart, x, cut);
    push_cut(cut_talk, x, cut);
    for (std::size_t c = 0; c < 2; ++c) {
      CHECK(cut_spikes.per_minute(c) == spikes.per_minute(c));
      CHECK(cut_heart.share(c) == heart.share(c));
      CHECK(cut_talk.of(c).value().correlation == talk.of(c).value().correlation);
    }
  }
}

}  // namespace semg
