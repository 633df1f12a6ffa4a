// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulation.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/run.hpp"
#include "engine/simulation/simulation_truth.hpp"

using namespace semg;

static_assert(Source<SimulatedSource>);

namespace {

/// Three bursts in eight channels, 14 s at 1000 Hz.
Simulation small() {
  return {.fs_hz = 1000, .channels = 8, .duration_s = 14, .contraction = {.rest_s = 2, .on_s = 2, .off_s = 2, .repetitions = 3}};
}

/// [rows x channels] in microvolts, gaps as 0.
std::vector<double> samples_of(const Simulation& simulation) {
  SimulatedSource source(simulation);
  std::vector<std::int16_t> counts(static_cast<std::size_t>(source.recording().rows) * source.info().channels.size());
  REQUIRE(source.read_counts(counts) == static_cast<std::size_t>(source.recording().rows));
  std::vector<double> samples(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) samples[i] = counts[i] * kSimulatedLsb;
  return samples;
}

double rms(const std::vector<double>& samples, std::size_t channels, std::int64_t first_row, std::int64_t end_row) {
  double sum = 0;
  for (auto i = static_cast<std::size_t>(first_row) * channels; i < static_cast<std::size_t>(end_row) * channels; ++i)
    sum += samples[i] * samples[i];
  return std::sqrt(sum / static_cast<double>(static_cast<std::size_t>(end_row - first_row) * channels));
}

}  // namespace

TEST_CASE("bursts and rest have the expected RMS of the truth") {
  Simulation simulation = small();
  simulation.channels = 32;
  for (const Ramp ramp : {Ramp::step, Ramp::linear, Ramp::raised_cosine}) {
    CAPTURE(static_cast<int>(ramp));
    simulation.contraction.ramp = ramp;
    simulation.contraction.ramp_s = 0.8;
    simulation.contraction.gain_drift = 0.5;
    const SimulationTruth truth = simulation_truth(simulation);
    const std::vector<double> samples = samples_of(simulation);
    REQUIRE(truth.bursts.size() == 3);
    for (const BurstTruth& burst : truth.bursts) {
      const double error = 1 / (2 * std::sqrt(32 * 1.0 * 190));  // a ramp leaves at least one of the two seconds
      CHECK(rms(samples, 32, burst.rows.onset, burst.rows.offset) == doctest::Approx(burst.rms_with_rest_uv).epsilon(4 * error));
    }
    CHECK(rms(samples, 32, 0, 2000) == doctest::Approx(truth.rms_rest_uv).epsilon(4 / std::sqrt(2 * 2000 * 32.0)));
  }
}

TEST_CASE("the SNR is the power of a burst over that of the floor between 20 Hz and min(450, 0.45 fs)") {
  Simulation simulation = small();
  simulation.fs_hz = 2000;
  simulation.snr_db = 20;
  simulation.floor_uv = 3;
  const SimulationTruth truth = simulation_truth(simulation);
  CHECK(truth.bursts[0].rms_uv == doctest::Approx(30 * std::sqrt(430.0 / 1000)).epsilon(1e-12));
  CHECK(truth.bursts[0].rms_with_rest_uv == doctest::Approx(std::sqrt(900 * 0.43 + 9 + kSimulatedLsb * kSimulatedLsb / 12)).epsilon(1e-12));
}

TEST_CASE("straight and cosine ramps over the whole burst have the RMS of their formula") {
  Simulation simulation = small();
  simulation.contraction.ramp_s = 1;
  const double plateau = plateau_rms_uv(simulation);
  simulation.contraction.ramp = Ramp::linear;
  CHECK(simulation_truth(simulation).bursts[0].rms_uv == doctest::Approx(plateau * std::sqrt(1.0 / 3)).epsilon(1e-6));
  simulation.contraction.ramp = Ramp::raised_cosine;
  CHECK(simulation_truth(simulation).bursts[0].rms_uv == doctest::Approx(plateau * std::sqrt(3.0 / 8)).epsilon(1e-6));
}

TEST_CASE("the muscle is silent up to the row of its onset and from the row of its offset on") {
  Simulation quiet = small(), loud = small();
  quiet.snr_db = -40;
  loud.snr_db = 60;
  const std::vector<double> floor = samples_of(quiet), samples = samples_of(loud);
  const auto muscle = [&](std::int64_t row) {  // all channels of a row
    double sum = 0;
    for (std::size_t c = 0; c < 8; ++c)
      sum += std::abs(samples[static_cast<std::size_t>(row) * 8 + c] - floor[static_cast<std::size_t>(row) * 8 + c]);
    return sum;
  };
  std::int64_t row = 0;
  for (const BurstTruth& burst : simulation_truth(loud).bursts) {
    for (; row < burst.rows.onset; ++row) REQUIRE(muscle(row) == 0);
    for (; row < burst.rows.offset; ++row) REQUIRE(muscle(row) > 100);
  }
}

TEST_CASE("fatigue moves the median frequency as the truth says") {
  Simulation simulation = small();
  simulation.fs_hz = 2000;
  simulation.channels = 64;
  simulation.contraction.fatigue = 0.4;
  for (const std::variant<NoiseShape, MotorUnitPool>& muscle : {std::variant<NoiseShape, MotorUnitPool>(NoiseShape{}), {MotorUnitPool{}}}) {
    simulation.muscle = muscle;
    const SimulationTruth truth = simulation_truth(simulation);
    const std::vector<double> samples = samples_of(simulation);
    WelchSpectrum welch(256, simulation.fs_hz);
    std::vector<float> segment(256);
    for (const BurstTruth& burst : truth.bursts) {
      std::vector<double> sum(welch.bins());
      for (std::size_t c = 0; c < 64; ++c) {
        for (std::int64_t row = burst.rows.onset; row + 256 <= burst.rows.offset; row += 128) {
          for (std::size_t r = 0; r < 256; ++r) segment[r] = static_cast<float>(samples[(static_cast<std::size_t>(row) + r) * 64 + c]);
          welch.add(segment, sum);
        }
      }
      const double mdf = median_frequency(sum, welch.bin_hz(), bins_within(20, 450, welch.bin_hz(), welch.bins()));
      CHECK(std::abs(mdf - burst.mdf_hz) < 4 * 5.4 / std::sqrt(2.0 * 64));  // 5.32 Hz is the SD of one second
    }
    CHECK(truth.bursts[2].mdf_hz < 0.8 * truth.bursts[0].mdf_hz);
  }
}

TEST_CASE("no fatigue is the limit of less and less of it") {
  Simulation simulation = small();
  simulation.contraction = {.rest_s = 0, .on_s = 13.9, .off_s = 0.1, .repetitions = 1, .fatigue = 1e-9};
  const double same = simulation_truth(simulation).bursts[0].mdf_hz;
  simulation.contraction.fatigue = 0;
  CHECK(simulation_truth(simulation).bursts[0].mdf_hz == doctest::Approx(same).epsilon(1e-8));
  CHECK(same == doctest::Approx(spectrum_moments(NoiseDensity({}, 1000), 20, 450).mdf_hz).epsilon(1e-8));
}

TEST_CASE("mains hum has the amplitudes of the truth and stays within its wander") {
  Simulation without = small(), with = small();
  without.contraction.repetitions = with.contraction.repetitions = 0;
  with.line_uv = 200;
  const SimulationTruth truth = simulation_truth(with);
  REQUIRE(truth.line);
  CHECK(truth.line->amplitudes_uv() == std::vector<double>{200, 20, 60, 10, 20});
  const std::vector<double> floor = samples_of(without);
  std::vector<double> hum = samples_of(with);
  for (std::size_t i = 0; i < hum.size(); ++i) hum[i] -= floor[i];
  CHECK(rms(hum, 8, 0, 14000) == doctest::Approx(truth.line->rms_uv()).epsilon(1e-3));

  for (std::size_t c = 0; c < 8; ++c) {
    for (std::size_t k = 1; k <= 5; ++k) {  // a second of it against a sine of 50 k Hz; 0.1 Hz off cost (pi 0.1 k)^2/6
      double sine = 0, cosine = 0;
      for (std::size_t r = 0; r < 1000; ++r) {
        const double angle = 2 * std::numbers::pi * 50 * static_cast<double>(k * r) / 1000;
        sine += hum[r * 8 + c] * std::sin(angle) / 500;
        cosine += hum[r * 8 + c] * std::cos(angle) / 500;
      }
      const double amplitude = std::hypot(sine, cosine);
      const double lost = std::pow(std::numbers::pi * 0.1 * static_cast<double>(k), 2) / 6;
      CHECK(amplitude <= truth.line->amplitudes_uv()[k - 1] * 1.01);
      CHECK(amplitude >= truth.line->amplitudes_uv()[k - 1] * (0.99 - lost));
    }
  }
}

TEST_CASE("harmonics of the mains at or above half the rate are left out") {
  Simulation simulation = small();
  simulation.fs_hz = 250;
  simulation.line_uv = 10;
  CHECK(simulation_truth(simulation).line->amplitudes_uv() == std::vector<double>{10, 1});
}

TEST_CASE("the heart beats 72 times a minute and each beat has its peak at its time, in all channels") {
  Simulation without = small(), with = small();
  without.contraction.repetitions = with.contraction.repetitions = 0;
  without.duration_s = with.duration_s = 120;
  with.heart_uv = 150;
  const std::vector<double> floor = samples_of(without), samples = samples_of(with);
  const std::vector<double> beats_s = simulation_truth(with).heart->beats_s();
  CHECK(std::abs(static_cast<double>(beats_s.size()) - 144) < 4);
  for (const double t_s : beats_s) {
    const auto row = static_cast<std::size_t>(std::llround(t_s * 1000));
    for (std::size_t c = 0; c < 8 && row < 120000; ++c) CHECK(std::abs(samples[row * 8 + c] - floor[row * 8 + c] - 150) < 1);
  }
  const std::size_t between = static_cast<std::size_t>((beats_s[0] + beats_s[1]) * 500) * 8;
  CHECK(samples[between] == floor[between]);
}

TEST_CASE("the cable swings from each onset on, as a damped sine of the frequency in the truth") {
  Simulation without = small(), with = small();
  with.motion_uv = 500;
  const std::vector<double> still = samples_of(without), samples = samples_of(with);
  const SimulationTruth truth = simulation_truth(with);
  for (std::size_t c = 0; c < 8; ++c) {
    const double hz = truth.motion->frequency_hz(c, 0);
    CHECK(hz > 1);
    CHECK(hz < 8);
    CHECK(samples[1999 * 8 + c] == still[1999 * 8 + c]);
    for (std::size_t r = 0; r < 1000; ++r) {
      const double t_s = static_cast<double>(r) / 1000;
      const double swing = 500 * std::exp(-t_s / 0.3) * std::sin(2 * std::numbers::pi * hz * t_s);
      REQUIRE(std::abs(samples[(2000 + r) * 8 + c] - still[(2000 + r) * 8 + c] - swing) <= kSimulatedLsb);
    }
  }
}

TEST_CASE("nothing passes the rails, they are reached, and every sample there is counted") {
  Simulation simulation = small();
  simulation.rail_uv = 50.06;
  simulation.gaps = {{3, 1}};  // half of the first burst is lost and not counted
  SimulatedSource source(simulation);
  const Channel& channel = source.info().channels[0];
  CHECK(channel.rail_high == 50);
  CHECK(channel.rail_low == -50);
  std::vector<std::int64_t> at_rail(8);
  Block block(8, 999);
  while (source.read(block)) {
    for (std::size_t r = 0; r < block.rows(); ++r) {
      for (std::size_t c = 0; c < 8; ++c) {
        REQUIRE(std::abs(block.row(r)[c]) <= 50);
        at_rail[c] += std::abs(block.row(r)[c]) == 50 ? 1 : 0;
      }
    }
  }
  CHECK(at_rail == source.clipped());
  const double sigma = simulation_truth(simulation).bursts[0].rms_with_rest_uv;
  const double expected = 5000 * std::erfc((50 - kSimulatedLsb / 2) / sigma / std::sqrt(2));
  CHECK(static_cast<double>(at_rail[0]) == doctest::Approx(expected).epsilon(0.15));
}

TEST_CASE("a gap takes its rows and nothing else") {
  const Simulation whole = small();
  Simulation torn = small();
  torn.gaps = {{9, 0.25}, {3, 0.5}, {13.9, 0.1}, {0, 0.01}};
  SimulatedSource source(torn);
  CHECK(source.recording().gaps == std::vector<Gap>{{0, 10}, {3000, 500}, {9000, 250}, {13900, 100}});

  const std::vector<double> expected = samples_of(whole);
  Block block(8, 333);
  std::vector<std::int64_t> starts;
  std::int64_t end = 0;
  while (source.read(block)) {
    if (block.first != end) starts.push_back(block.first);
    end = block.end();
    for (std::size_t i = 0; i < block.samples().size(); ++i)
      REQUIRE(block.samples()[i] == static_cast<float>(expected[static_cast<std::size_t>(block.first) * 8 + i]));
  }
  CHECK(starts == std::vector<std::int64_t>{10, 3500, 9250});
  CHECK(end == 13900);
  const std::vector<double> stored = samples_of(torn);
  for (std::size_t i = 3000 * 8; i < 3500 * 8; ++i) REQUIRE(stored[i] == 0);
}

TEST_CASE("any cut of the stream gives the same samples, bit for bit, with everything switched on") {
  Simulation simulation = small();
  simulation.contraction.fatigue = 0.3;
  simulation.contraction.ramp = Ramp::raised_cosine;
  simulation.line_uv = 20;
  simulation.heart_uv = 100;
  simulation.motion_uv = 300;
  simulation.gaps = {{5, 0.1}};
  for (const std::variant<NoiseShape, MotorUnitPool>& muscle : {std::variant<NoiseShape, MotorUnitPool>(NoiseShape{}), {MotorUnitPool{}}}) {
    simulation.muscle = muscle;
    const std::vector<double> whole = samples_of(simulation);
    for (const std::size_t rows : {1u, 63u, 64u, 1000u}) {
      SimulatedSource source(simulation);
      Block block(8, rows);
      while (source.read(block)) {
        for (std::size_t i = 0; i < block.samples().size(); ++i)
          REQUIRE(block.samples()[i] == static_cast<float>(whole[static_cast<std::size_t>(block.first) * 8 + i]));
      }
    }
  }
}

TEST_CASE("a channel's samples do not depend on how many channels there are") {
  Simulation one = small(), many = small();
  one.line_uv = many.line_uv = 10;
  one.motion_uv = many.motion_uv = 10;
  one.channels = 1;
  many.channels = 32;
  const std::vector<double> alone = samples_of(one), among = samples_of(many);
  for (std::size_t r = 0; r < alone.size(); ++r) REQUIRE(alone[r] == among[r * 32]);
}

TEST_CASE("another seed gives other samples with the same truth") {
  Simulation simulation = small();
  const std::vector<double> first = samples_of(simulation);
  CHECK(first == samples_of(simulation));
  const double mdf_hz = simulation_truth(simulation).bursts[0].mdf_hz;
  simulation.seed = 2;
  CHECK(first != samples_of(simulation));
  CHECK(simulation_truth(simulation).bursts[0].mdf_hz == mdf_hz);
}

TEST_CASE("a simulated recording says that it is one, and names muscles and sides") {
  Simulation simulation = small();
  simulation.channels = 34;
  const Recording recording = SimulatedSource(simulation).recording();
  CHECK(recording.simulated);
  CHECK(recording.sample_type == SampleType::int16);
  CHECK(recording.unit_per_count() == kSimulatedLsb);
  CHECK(recording.rows == 14000);
  CHECK(recording.stream.channels[0].muscle == "TA");
  CHECK(recording.stream.channels[0].side == Side::right);
  CHECK(recording.stream.channels[1].muscle == "TA");
  CHECK(recording.stream.channels[1].side == Side::left);
  CHECK(recording.stream.channels[2].muscle == "GM");
  CHECK(recording.stream.channels[33].muscle == "M17");
  CHECK(recording.stream.channels[33].label == "CH34");
}

TEST_CASE("settings outside their limits are refused in a sentence") {
  const auto refused = [](auto change, const char* sentence) {
    Simulation simulation = small();
    change(simulation);
    CHECK_THROWS_WITH_AS(SimulatedSource{simulation}, sentence, Error);
  };
  refused([](Simulation& s) { s.fs_hz = 50; }, "fs: found 50, expected 100 to 100000 Hz");
  refused([](Simulation& s) { s.fs_hz = std::nan(""); }, "fs: found nan, expected 100 to 100000 Hz");
  refused([](Simulation& s) { s.channels = 0; }, "channels: found 0, expected 1 to 1024");
  refused([](Simulation& s) { s.duration_s = 1e12; }, "duration: found 1000000000000, expected more than 0 s and at most 10^10 rows");
  refused([](Simulation& s) { s.snr_db = 100; }, "snr: found 100, expected -40 to 80 dB");
  refused([](Simulation& s) { s.rail_uv = 5000; }, "clip: found 5000, expected 1 to 4095.875 uV");
  refused(
      [](Simulation& s) {
        s.muscle = NoiseShape{120, 60};
      },
      "spectrum: found 120,60 Hz, expected two corners, the lower from 1 Hz on, the higher up to fs = 1000 Hz");
  refused([](Simulation& s) { s.gaps = {{13, 2}}; }, "gap: found 2 s from 13 s on, expected it inside the recording of 14 s");
  refused([](Simulation& s) { s.gaps = {{1, 1}, {1.5, 1}}; }, "gap: found two that touch at 1.5 s, expected samples between them");
}
