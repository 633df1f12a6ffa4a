// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/ecg_removal.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <doctest/doctest.h>

#include "engine/simulation/simulated_artefacts.hpp"
#include "engine/simulation/simulated_noise.hpp"

namespace semg {
namespace {

constexpr double kFs = 1000;
constexpr std::size_t kRows = 60000;

struct Trunk {
  std::vector<float> emg, with_heart;
  std::vector<double> beats_s;
};

/// A minute of EMG, 2 uV at rest and `burst_uv` in every second five seconds, and a heart of 200 uV.
Trunk trunk(double burst_uv, std::uint64_t seed, double offset_uv = 0) {
  ShapedNoise noise({.fl_hz = 60, .fh_hz = 120}, kFs, RandomStream({seed, 0}));
  std::vector<double> x(kRows);
  noise.next(x, 1.0);
  for (std::size_t n = 0; n < kRows; ++n) x[n] = offset_uv + x[n] * ((n / 5000) % 2 == 0 ? 2 : burst_uv);
  Trunk out{.emg = {x.begin(), x.end()}, .with_heart = {}, .beats_s = {}};
  const HeartBeats heart(200, kFs, kRows, seed);
  heart.add(0, x);
  out.with_heart.assign(x.begin(), x.end());
  out.beats_s = heart.beats_s();
  return out;
}

double power_of_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t n = 0; n < a.size(); ++n) sum += std::pow(static_cast<double>(a[n]) - b[n], 2);
  return sum / static_cast<double>(a.size());
}

}  // namespace

TEST_CASE("heart beats: each is found within 5 ms, at rest and in a contraction, and nothing else is taken for one") {
  for (const double burst_uv : {2.0, 60.0}) {
    CAPTURE(burst_uv);
    const Trunk x = trunk(burst_uv, 1, 3000);
    const auto found = heart_beats(x.with_heart, kFs);
    CHECK(found.size() == x.beats_s.size());
    for (const double beat_s : x.beats_s) {
      CHECK(std::any_of(found.begin(), found.end(),
                        [&](std::int64_t row) { return std::abs(static_cast<double>(row) - beat_s * kFs) <= 5; }));
    }
  }
  CHECK(heart_beats(std::vector<float>(100, 1.0F), kFs).empty());
}

TEST_CASE("ECG removal: of the heart's power a thousandth is left at rest, a fiftieth where EMG is a third as strong") {
  for (const auto& [burst_uv, left] : {std::pair{2.0, 0.001}, {60.0, 0.02}}) {
    CAPTURE(burst_uv);
    const Trunk x = trunk(burst_uv, 2);
    auto cleaned = x.with_heart;
    const RemovedEcg removed = remove_ecg(cleaned, heart_beats(x.with_heart, kFs), kFs);
    CHECK(removed.at_rows.size() >= 70);
    CHECK(*std::max_element(removed.beat.begin(), removed.beat.end()) == doctest::Approx(200).epsilon(0.05));
    CHECK(power_of_difference(cleaned, x.emg) < left * power_of_difference(x.with_heart, x.emg));
  }
}

TEST_CASE("ECG removal: between beats every sample keeps its bits") {
  const Trunk x = trunk(60, 3);
  auto cleaned = x.with_heart;
  const RemovedEcg removed = remove_ecg(cleaned, heart_beats(x.with_heart, kFs), kFs);
  std::size_t next = 0, between = 0;
  for (std::size_t n = 0; n < kRows; ++n) {
    while (next < removed.at_rows.size() && removed.at_rows[next] + 100 < static_cast<std::int64_t>(n)) ++next;
    if (next < removed.at_rows.size() && static_cast<std::int64_t>(n) >= removed.at_rows[next] - 100) continue;
    ++between;
    CHECK(std::memcmp(&cleaned[n], &x.with_heart[n], sizeof(float)) == 0);
  }
  CHECK(between > kRows / 2);
}

TEST_CASE("ECG removal: a beat that is weaker is subtracted as it is, by a reference channel's beats too") {
  Trunk x = trunk(30, 4);
  const auto beats = heart_beats(x.with_heart, kFs);  // the reference: the same heart, louder
  for (std::size_t n = 0; n < kRows; ++n) {
    const double share = n / (kRows / 4) % 2 == 0 ? 0.35 : 0.25;
    x.with_heart[n] = static_cast<float>(x.emg[n] + share * (x.with_heart[n] - x.emg[n]));
  }
  auto cleaned = x.with_heart;
  const RemovedEcg removed = remove_ecg(cleaned, beats, kFs);
  CHECK(power_of_difference(cleaned, x.emg) < 0.03 * power_of_difference(x.with_heart, x.emg));
  double loud = 0, soft = 0;
  for (std::size_t k = 0; k < removed.gains.size(); ++k)
    (removed.at_rows[k] / static_cast<std::int64_t>(kRows / 4) % 2 == 0 ? loud : soft) += removed.gains[k];
  CHECK(loud / soft == doctest::Approx(0.35 / 0.25).epsilon(0.1));
}

TEST_CASE("ECG removal: gain and polarity change nothing but themselves; NaN and too few beats are left alone") {
  const Trunk x = trunk(60, 5);
  const auto beats = heart_beats(x.with_heart, kFs);
  auto cleaned = x.with_heart;
  remove_ecg(cleaned, beats, kFs);
  for (const float gain : {-1.0F, 0.0009765625F, 1024.0F}) {
    auto scaled = x.with_heart;
    for (float& v : scaled) v *= gain;
    CHECK(heart_beats(scaled, kFs) == beats);
    remove_ecg(scaled, beats, kFs);
    for (std::size_t n = 0; n < kRows; n += 7) CHECK(scaled[n] == gain * cleaned[n]);
  }
  auto faulty = x.with_heart;
  faulty[static_cast<std::size_t>(beats[10])] = std::numeric_limits<float>::quiet_NaN();
  const RemovedEcg removed = remove_ecg(faulty, beats, kFs);
  CHECK(std::find(removed.at_rows.begin(), removed.at_rows.end(), beats[10]) == removed.at_rows.end());
  auto few = x.with_heart;
  CHECK(remove_ecg(few, std::span(beats).first(4), kFs).beat.empty());
  CHECK(few == x.with_heart);
}

}  // namespace semg
