// SPDX-License-Identifier: BSD-3-Clause
// Mistakes that programs for EMG are known to make between signal and feature. tests/faults brings them in, one by one.
#include <algorithm>
#include <cmath>
#include <cstring>

#include <doctest/doctest.h>

#include "tests/engine/measured_rows.hpp"

namespace semg {
namespace {

constexpr double kFs = 2000;

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) { return std::memcmp(&x, &y, sizeof x) == 0; });
}

}  // namespace

TEST_CASE("the newest window of a live stream is no edge of a filter: it is that of the whole recording, once it is out") {
  const testing::Channels rows = testing::contractions(kFs, 1);
  const testing::MeasuredRows whole = testing::measured_rows(rows, kFs);
  const Chain chain = chain_for({}, kFs);
  const Recording recording = testing::recording_of(rows, kFs);
  SosFilter conditioning(chain.sos, 1);
  FeatureExtractor features(recording.stream, chain, testing::surveyed_rows(recording, rows));
  features.begin(-1, 0);
  std::size_t seen = 0, behind = 0;
  for (std::size_t at = 0; at < rows[0].size(); at += 37) {
    Block block = testing::block_of(rows, at, std::min<std::size_t>(37, rows[0].size() - at));
    features.see(block);
    conditioning.process(block);
    features.push(block);
    FeatureFrame frame;
    while (features.take(frame)) {  // a screen that asks after every packet; what comes after is not known yet
      const auto twin = std::find_if(whole.windows.begin(), whole.windows.end(),
                                     [&](const auto& w) { return w.kind == frame.kind && w.first_row == frame.first_row; });
      REQUIRE(twin != whole.windows.end());
      CHECK(same_bits({frame.first.begin(), frame.first.end()}, twin->first));
      CHECK(same_bits({frame.second.begin(), frame.second.end()}, twin->second));
      CHECK(same_bits({frame.active_fraction.begin(), frame.active_fraction.end()}, twin->active_fraction));
      std::int64_t active = 0;  // by the activations that are found in the end
      for (const Activation& a : whole.activations)
        active += std::max<std::int64_t>(0, std::min(a.offset_row, frame.first_row + frame.rows) - std::max(a.onset_row, frame.first_row));
      if (frame.kind == WindowKind::amplitude)
        CHECK(frame.active_fraction[0] == doctest::Approx(static_cast<double>(active) / frame.rows).epsilon(1e-6));
      ++seen;
      behind = static_cast<std::size_t>(block.end() - frame.first_row - frame.rows);
    }
  }
  CHECK(seen > 70);
  CHECK(behind <= static_cast<std::size_t>(features.latency_rows()) + 500);  // the hop of a spectrum, at most
}

TEST_CASE("no window is invented at the edges: whole ones only, and a steady signal reads the same in the first and in the last") {
  const testing::Channels rows = {testing::sine(100, 100, kFs, 10 * 2000 + 123)};  // whole periods in each window
  const testing::MeasuredRows out = testing::measured_rows(rows, kFs);
  const Chain chain = chain_for({}, kFs);
  std::int64_t amplitudes = 0, valid = 0;
  for (const auto& w : out.windows) {
    CHECK(w.first_row + w.rows <= static_cast<std::int64_t>(rows[0].size()));
    if (w.kind != WindowKind::amplitude) continue;
    ++amplitudes;
    CHECK(w.rows == chain.amplitude_window_rows);
    const bool settled = w.first_row >= chain.settling_rows;
    CHECK((w.reason[0] == Reason::settling) == !settled);
    if (w.reason[0] != Reason::ok) continue;
    ++valid;
    // The sine through the filter's gain at 100 Hz; what is left of its start is below e^-10.
    const double rms = 100 / std::sqrt(2.0) * std::abs(response_at(chain.sos, 100, kFs));
    CHECK(w.first[0] == doctest::Approx(rms).epsilon(1e-4));
  }
  CHECK(amplitudes == (static_cast<std::int64_t>(rows[0].size()) - chain.amplitude_window_rows) / chain.amplitude_hop_rows + 1);
  CHECK(valid > 75);
}

TEST_CASE("the iEMG of an activation is its ARV times its duration in seconds, whatever the rate") {
  for (const double fs_hz : {1000.0, 2000.0, 4000.0}) {
    const testing::MeasuredRows out = testing::measured_rows(testing::contractions(fs_hz, 1), fs_hz);
    REQUIRE(out.activations.size() == 3);
    for (const Activation& a : out.activations) {
      const double duration_s = static_cast<double>(a.offset_row - a.onset_row) / fs_hz;
      CHECK(a.iemg == doctest::Approx(a.arv * duration_s).epsilon(1e-6));
    }
  }
}

TEST_CASE("one artefact a hundred times as large as the contractions hides none of them") {
  testing::Channels rows = testing::contractions(kFs, 1);
  const testing::MeasuredRows clean = testing::measured_rows(rows, kFs);
  REQUIRE(clean.activations.size() == 3);
  for (std::size_t n = 0; n < 100; ++n) rows[0][26000 + n] += static_cast<float>(1e4 * std::exp(-static_cast<double>(n) / 20));  // at 13 s
  const testing::MeasuredRows out = testing::measured_rows(rows, kFs);
  for (const Activation& a : clean.activations) {
    CHECK(std::any_of(out.activations.begin(), out.activations.end(), [&](const Activation& b) {
      return std::abs(a.onset_row - b.onset_row) <= 4 && std::abs(a.offset_row - b.offset_row) <= 4;  // two bins of a millisecond
    }));
  }
}

TEST_CASE("the default band keeps 95 % of the power of EMG, and its median") {
  // The signal holds nothing outside of 20-450 Hz, where the filter takes half of the power at either edge.
  const std::vector<float> x = testing::multisine(kFs, 20000, 3);
  const Chain chain = chain_for({}, kFs);
  SosFilter conditioning(chain.sos, 1);
  Block block = testing::block_of({x});
  conditioning.process(block);
  AmplitudeSums before, after;
  for (std::size_t n = static_cast<std::size_t>(chain.settling_rows); n < x.size(); ++n) {
    before.add(x[n]);
    after.add(block.row(n)[0]);
  }
  CHECK(after.mean_square() / before.mean_square() > 0.95);
  CHECK(after.mean_square() / before.mean_square() < 1);
}

}  // namespace semg
