// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_study.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "dsp/spectrum/frequency_measures.hpp"
#include "dsp/spectrum/spectrum.hpp"
#include "engine/run.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/simulation/simulation.hpp"

using namespace semg;

static_assert(Source<SimulatedVisitSource>);

namespace {

constexpr int kB1 = 0, kT1 = 2, kT2 = 3, kM6 = 5;
constexpr int kMvcDf = 1, kMvcPf = 2, kReps = 3, kHold = 4;

std::vector<std::int16_t> counts_of(const SimulatedVisit& visit) {
  SimulatedVisitSource source(visit);
  std::vector<std::int16_t> counts(static_cast<std::size_t>(visit.recording.rows) * visit.recording.stream.channels.size());
  REQUIRE(source.read_counts(counts) == static_cast<std::size_t>(visit.recording.rows));
  return counts;
}

/// Mean square of one channel in uV^2.
double power(const std::vector<std::int16_t>& counts, std::size_t channel, std::int64_t first, std::int64_t end) {
  double sum = 0;
  for (auto row = static_cast<std::size_t>(first); row < static_cast<std::size_t>(end); ++row) {
    const double uv = counts[row * 4 + channel] * kSimulatedLsb;
    sum += uv * uv;
  }
  return sum / static_cast<double>(end - first);
}

double floor_power(double floor_uv) {
  return floor_uv * floor_uv + kSimulatedLsb * kSimulatedLsb / 12;
}

/// Root mean square of a set of numbers whose mean is known to be 0.
double sd(const std::vector<double>& values) {
  return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0) / static_cast<double>(values.size()));
}

struct MeanAndSd {
  double mean = 0, sd = 0;
};
MeanAndSd spread(std::vector<double> values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  for (double& x : values) x -= mean;
  return {mean, sd(values)};
}

std::size_t channel(const SimulatedStudy& study, int participant, int muscle, const char* role) {
  const Side paretic = study.study().participants[static_cast<std::size_t>(participant)].paretic;
  const Side other = paretic == Side::left ? Side::right : Side::left;
  return static_cast<std::size_t>(study.channel_of(muscle, std::string(role) == "paretic" ? paretic : other));
}

int participant(const SimulatedStudy& study, const std::string& id) {
  const auto& all = study.study().participants;
  return static_cast<int>(std::find_if(all.begin(), all.end(), [&](const Participant& who) { return who.id == id; }) - all.begin());
}

}  // namespace

TEST_CASE("simulated study: each contraction holds the RMS that is written for it, and rest holds the floor") {
  const SimulatedVisit visit = SimulatedStudy({.seed = 3, .participants = 1}).visit(0, kB1);
  const auto counts = counts_of(visit);
  REQUIRE(visit.stretches.size() == 3 + 3 + 5 + 20);
  for (std::size_t c = 0; c < 4; ++c) {
    CAPTURE(c);
    double ratio = 0, seconds = 0;
    for (const SimulatedStretch& stretch : visit.stretches) {
      const double duration_s = static_cast<double>(stretch.rows) / 2000;
      const double wanted = std::hypot(stretch.level_uv[c], std::sqrt(floor_power(2)));
      const double found = std::sqrt(power(counts, c, stretch.first_row, stretch.first_row + stretch.rows));
      CHECK(found == doctest::Approx(wanted).epsilon(4.5 / (2 * std::sqrt(duration_s * 140))));  // CV of an RMS: 1/(2 sqrt(T B))
      ratio += duration_s * found * found / (wanted * wanted);
      seconds += duration_s;
    }
    CHECK(ratio / seconds == doctest::Approx(1).epsilon(4 / std::sqrt(seconds * 140)));
    CHECK(power(counts, c, 0, 20000) == doctest::Approx(floor_power(2)).epsilon(4 * std::sqrt(2.0 / 20000)));
  }
}

TEST_CASE("simulated study: noise made for a median frequency has it once sampled, at any rate") {
  for (const double fs_hz : {1000.0, 2000.0, 4000.0}) {
    for (const double mdf_hz : {63.0, 75.0, 95.0}) {
      CAPTURE(fs_hz);
      CAPTURE(mdf_hz);
      const NoiseDensity density(shape_of_mdf(mdf_hz, fs_hz), fs_hz);
      CHECK(spectrum_moments(density, 0, fs_hz / 2).mdf_hz == doctest::Approx(mdf_hz).epsilon(1e-5));
    }
  }
}

TEST_CASE("simulated study: a long contraction has the median frequency that is written for its channel") {
  const SimulatedStudy study({.seed = 4, .participants = 1});
  SimulatedVisit visit = study.visit(0, kB1);
  constexpr std::int64_t kRows = 1'200'000;  // ten minutes
  visit.recording.rows = kRows;
  visit.recording.periods.clear();
  visit.stretches = {{.first_row = 0, .rows = kRows, .level_uv = {100, 100, 100, 100}}};
  visit.floor_uv = {0, 0, 0, 0};
  const auto counts = counts_of(visit);
  for (std::size_t c = 0; c < 4; ++c) {
    CAPTURE(c);
    WelchSpectrum welch(2048, 2000);
    std::vector<double> sum(welch.bins(), 0.0);
    std::vector<float> segment(2048);
    for (std::size_t first = 0; first + 2048 <= static_cast<std::size_t>(kRows); first += 1024) {
      for (std::size_t r = 0; r < 2048; ++r) segment[r] = static_cast<float>(counts[(first + r) * 4 + c] * kSimulatedLsb);
      welch.add(segment, sum);
    }
    const double found = median_frequency(sum, welch.bin_hz(), {1, welch.bins() - 1});
    CHECK(found == doctest::Approx(study.mdf_hz(0, kB1, c)).epsilon(0.9 / 75));  // SD 5.3 Hz of a second (Stulen & De Luca), 4 of them
  }
}

TEST_CASE("simulated study: any cut of the stream gives the same samples") {
  const SimulatedVisit visit = SimulatedStudy({.seed = 5, .participants = 1}).visit(0, kM6);
  const auto whole = counts_of(visit);
  for (const std::size_t rows : {1UL, 7UL, 4095UL, 20001UL}) {
    CAPTURE(rows);
    SimulatedVisitSource source(visit);
    Block block(4, rows);
    std::size_t at = 0, different = 0;
    while (source.read(block)) {
      REQUIRE(block.first == static_cast<std::int64_t>(at / 4));
      for (const float uv : block.samples()) different += uv == static_cast<float>(whole[at++] * kSimulatedLsb) ? 0 : 1;
      if (rows == 1 && at > 4 * 30000) break;  // rest and the first contractions are enough, row by row
    }
    CHECK(different == 0);
    CHECK((rows == 1 || at == whole.size()));
  }
}

TEST_CASE("simulated study: a channel's samples depend neither on the other channels nor on the other participants") {
  const SimulatedVisit visit = SimulatedStudy({.seed = 5, .participants = 12}).visit(0, kM6);
  CHECK(counts_of(visit) == counts_of(SimulatedStudy({.seed = 5, .participants = 1}).visit(0, kM6)));
  SimulatedVisit quiet = visit;
  for (SimulatedStretch& stretch : quiet.stretches) stretch.level_uv[0] = stretch.level_uv[1] = stretch.level_uv[2] = 0;
  const auto all = counts_of(visit), one = counts_of(quiet);
  std::size_t different = 0;
  for (std::size_t k = 3; k < all.size(); k += 4) different += all[k] == one[k] ? 0 : 1;
  CHECK(different == 0);
}

TEST_CASE("simulated study: another seed, participant or visit has other samples") {
  const SimulatedStudy study({.seed = 1, .participants = 2});
  const auto rest = [](const SimulatedVisit& visit) {
    SimulatedVisitSource source(visit);
    std::vector<std::int16_t> counts(4 * 1000);
    source.read_counts(counts);
    return counts;
  };
  const std::set<std::vector<std::int16_t>> all = {rest(study.visit(0, 0)), rest(study.visit(0, 1)), rest(study.visit(1, 0)),
                                                   rest(SimulatedStudy({.seed = 2, .participants = 2}).visit(0, 0))};
  CHECK(all.size() == 4);
}

TEST_CASE("simulated study: periods are rest, contractions cut in the middle of their pauses, and a hold") {
  const SimulatedVisit visit = SimulatedStudy({.seed = 1, .participants = 1}).visit(0, kB1);
  const auto& periods = visit.recording.periods;
  REQUIRE(periods.size() == 1 + 3 + 3 + 5 + 1);
  CHECK(periods[0] == Period{.first_row = 0, .rows = 20000, .task = "rest"});
  std::size_t stretch = 0;
  for (std::size_t k = 1; k + 1 < periods.size(); ++k, ++stretch) {
    const SimulatedStretch& burst = visit.stretches[stretch];
    CHECK(burst.rows == 6000);
    CHECK(periods[k].first_row == periods[k - 1].first_row + periods[k - 1].rows);
    CHECK(burst.first_row - periods[k].first_row == periods[k].first_row + periods[k].rows - burst.first_row - burst.rows);
    CHECK(periods[k].task == (k <= 3 ? "mvc_df" : k <= 6 ? "mvc_pf" : "df_reps"));
    CHECK(periods[k].repetition == static_cast<int>(k <= 3 ? k : k <= 6 ? k - 3 : k - 6));
  }
  CHECK(periods[7].rows == 12000);  // 3 s on, 3 s off
  CHECK(periods.back().task == "df_hold50");
  CHECK(periods.back().rows == 40000);
  CHECK(periods.back().first_row == visit.stretches[stretch].first_row);
  CHECK(visit.stretches.back().first_row + visit.stretches.back().rows == periods.back().first_row + periods.back().rows);
  CHECK(visit.recording.simulated);
  CHECK(visit.recording.recording_id == "SIM01_B1");
}

TEST_CASE("simulated study: levels vary between participants, electrodes, days and repetitions as they are said to") {
  const SimulatedStudy study({.seed = 1, .participants = 300, .effect = 0});
  std::vector<double> who, days, mvc_days, electrodes, repetitions, frequencies;
  for (int p = 0; p < 300; ++p) {
    const std::size_t c = channel(study, p, 0, "non_paretic");
    who.push_back(study.ln_level(p, kB1, c, kReps) - std::log(100.0));
    const auto change = [&](int task) { return (study.ln_level(p, kM6, c, task) - study.ln_level(p, kB1, c, task)) / std::sqrt(2.0); };
    days.push_back(change(kReps));
    mvc_days.push_back(change(kMvcDf));
    electrodes.push_back((change(kReps) - change(kHold)) / std::sqrt(2.0));  // the electrodes' part is the same
    frequencies.push_back(study.mdf_hz(p, kB1, c) - 83);
    const SimulatedVisit visit = study.visit(p, kB1);
    for (std::size_t k = 6; k < 11; ++k) repetitions.push_back(std::log(visit.stretches[k].level_uv[c]) - study.ln_level(p, kB1, c, kReps));
  }
  const double e = 4 / std::sqrt(600.0);  // of a standard deviation from 300
  CHECK(sd(days) == doctest::Approx(0.15).epsilon(e));
  CHECK(sd(mvc_days) == doctest::Approx(std::hypot(0.12, 0.05)).epsilon(e));
  CHECK(sd(electrodes) == doctest::Approx(0.09).epsilon(e));
  CHECK(sd(frequencies) == doctest::Approx(4).epsilon(e));
  CHECK(sd(repetitions) == doctest::Approx(0.08).epsilon(4 / std::sqrt(3000.0)));
  CHECK(sd(who) == doctest::Approx(std::hypot(0.35 * 0.8796, 0.15)).epsilon(e));  // 0.8796: SD of a normal cut at 2 SD
}

TEST_CASE("simulated study: the paretic side is half as strong and 8 Hz slower") {
  const SimulatedStudy study({.seed = 2, .participants = 300, .effect = 0});
  std::vector<double> ln, hz;
  for (int p = 0; p < 300; ++p) {
    const std::size_t a = channel(study, p, 0, "paretic"), b = channel(study, p, 0, "non_paretic");
    ln.push_back(study.ln_level(p, kB1, a, kReps) - study.ln_level(p, kB1, b, kReps));
    hz.push_back(study.mdf_hz(p, kB1, a) - study.mdf_hz(p, kB1, b));
  }
  CHECK(std::abs(spread(ln).mean + 0.7) < 4 * 0.15 * std::sqrt(2.0 / 300));
  CHECK(std::abs(spread(hz).mean + 8) < 4 * 4 * std::sqrt(2.0 / 300));
}

TEST_CASE("simulated study: the power of a hold's seconds is that of its level") {
  const SimulatedStudy study({.seed = 2, .participants = 60});
  double ratio = 0;
  for (int p = 0; p < 60; ++p) {
    const SimulatedVisit visit = study.visit(p, kB1);
    for (std::size_t k = 11; k < 31; ++k)
      ratio += std::exp(2 * (std::log(visit.stretches[k].level_uv[0]) - study.ln_level(p, kB1, 0, kHold)));
  }
  CHECK(ratio / 1200 == doctest::Approx(1).epsilon(4 * 0.16 / std::sqrt(1200.0)));
}

TEST_CASE("simulated study: effects are those of the arms, on the paretic side alone, half in maximal contractions, by quarters") {
  for (const double scale : {1.0, 2.0}) {
    const SimulatedStudy study({.seed = 8, .effect = scale});
    std::map<char, int> members;
    for (int p = 0; p < 12; ++p) {
      ++members[study.arm(p)];
      const double last = scale * std::map<char, double>{{'X', 0.35}, {'Y', 0.05}, {'Z', 0.45}}.at(study.arm(p));
      for (int v = 0; v < 6; ++v) {
        const double now = last * std::array{0.0, 0.0, 0.25, 0.5, 0.75, 1.0}[static_cast<std::size_t>(v)];
        for (const int muscle : {0, 1}) {
          const std::size_t treated = channel(study, p, muscle, "paretic"), other = channel(study, p, muscle, "non_paretic");
          CHECK(study.ln_effect(p, v, treated, kReps) == doctest::Approx(now).epsilon(1e-12));
          CHECK(study.ln_effect(p, v, treated, kMvcPf) == doctest::Approx(now / 2).epsilon(1e-12));
          CHECK(study.mdf_effect_hz(p, v, treated) == doctest::Approx(3 * now).epsilon(1e-12));
          CHECK(study.ln_effect(p, v, other, kReps) == 0);
          CHECK(study.mdf_effect_hz(p, v, other) == 0);
        }
      }
    }
    CHECK(members == std::map<char, int>{{'X', 4}, {'Y', 4}, {'Z', 4}});
  }
}

TEST_CASE("simulated study: what the treatment adds to a level is its effect, and without effect only days are left") {
  const SimulatedStudy with({.seed = 9}), without({.seed = 9, .effect = 0});
  for (int p = 0; p < 12; ++p) {
    CHECK(with.arm(p) == without.arm(p));
    for (std::size_t c = 0; c < 4; ++c) {
      CHECK(without.ln_effect(p, kM6, c, kHold) == 0);
      CHECK(with.ln_level(p, kM6, c, kHold) - without.ln_level(p, kM6, c, kHold) ==
            doctest::Approx(with.ln_effect(p, kM6, c, kHold)).epsilon(1e-9));
      CHECK(with.mdf_hz(p, kM6, c) - without.mdf_hz(p, kM6, c) == doctest::Approx(with.mdf_effect_hz(p, kM6, c)).epsilon(1e-9));
    }
  }
}

TEST_CASE("simulated study: seeds give other arms, sides and dates, and every visit lies inside its window") {
  std::set<std::string> arms, sides;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const SimulatedStudy study({.seed = seed});
    std::string arm, side;
    for (int p = 0; p < 12; ++p) {
      const Participant& who = study.study().participants[static_cast<std::size_t>(p)];
      arm += study.arm(p);
      side += to_string(who.paretic);
      for (int v = 0; v < 6; ++v) {
        const PlannedVisit& planned = study.study().plan.visits[static_cast<std::size_t>(v)];
        const std::int64_t after = study.day(p, v).number - who.anchors.at(planned.anchor).number;
        CHECK(after >= *planned.window_first_day);
        CHECK(after <= *planned.window_last_day);
        if (v > 0) CHECK(study.day(p, v).number > study.day(p, v - 1).number);
      }
    }
    arms.insert(arm);
    sides.insert(side);
  }
  CHECK(arms.size() == 10);
  CHECK(sides.size() == 10);
}

TEST_CASE("simulated study: no contraction comes near the rails, whatever the seed") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const SimulatedStudy study({.seed = seed, .effect = 1});
    for (int p = 0; p < 12; ++p) {
      for (int v = 0; v < 6; ++v) {
        const SimulatedVisit visit = study.visit(p, v);
        for (const SimulatedStretch& stretch : visit.stretches) {
          // One sample in a million lies beyond 4.9 SD, and one contraction in 300,000 comes so near.
          CHECK(*std::max_element(stretch.level_uv.begin(), stretch.level_uv.end()) < *visit.recording.stream.channels[0].rail_high / 4.9);
        }
      }
    }
  }
}

TEST_CASE("simulated study: the usual faults are where they are promised, and nowhere else") {
  const SimulatedStudy study({.seed = 1, .faults = usual_faults()}), whole({.seed = 1});
  std::set<std::string> missing, different;
  for (int p = 0; p < 12; ++p) {
    for (int v = 0; v < 6; ++v) {
      const SimulatedVisit with = study.visit(p, v), without = whole.visit(p, v);
      const std::string name = with.recording.recording_id;
      if (!study.recorded(p, v)) missing.insert(name);
      bool same = with.recording.stream.fs_hz == without.recording.stream.fs_hz && with.floor_uv == without.floor_uv;
      for (std::size_t k = 0; k < with.stretches.size(); ++k) same = same && with.stretches[k].level_uv == without.stretches[k].level_uv;
      if (!same) different.insert(name);
      CHECK(whole.recorded(p, v));
    }
  }
  CHECK(missing == std::set<std::string>{"SIM07_T2", "SIM11_T3"});
  CHECK(different == std::set<std::string>{"SIM04_T2", "SIM05_T1", "SIM09_M6"});
  CHECK(study.study().sessions.size() == 70);
  CHECK(whole.study().sessions.size() == 72);
}

TEST_CASE("simulated study: a dead channel has a tenth of the floor and no muscle, the others are as they would be") {
  const SimulatedStudy study({.seed = 1, .faults = usual_faults()}), whole({.seed = 1});
  const int p = participant(study, "SIM05");
  const std::size_t dead = channel(study, p, 0, "paretic");
  const auto counts = counts_of(study.visit(p, kT1)), alive = counts_of(whole.visit(p, kT1));
  const auto rows = static_cast<std::int64_t>(counts.size() / 4);
  CHECK(power(counts, dead, 0, rows) == doctest::Approx(floor_power(0.2)).epsilon(0.05));
  std::size_t different = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) different += k % 4 != dead && counts[k] != alive[k] ? 1 : 0;
  CHECK(different == 0);
}

TEST_CASE("simulated study: exchanged electrodes show each side what the other one holds, under the old labels") {
  const SimulatedStudy study({.seed = 1, .faults = usual_faults()}), whole({.seed = 1});
  const int p = participant(study, "SIM04");
  const SimulatedVisit exchanged = study.visit(p, kT2), right = whole.visit(p, kT2);
  CHECK(exchanged.recording.stream.channels == right.recording.stream.channels);
  for (std::size_t c = 0; c < 4; ++c) {
    CHECK(exchanged.shapes[c].fl_hz == right.shapes[c ^ 1].fl_hz);
    for (std::size_t k = 0; k < right.stretches.size(); ++k)
      CHECK(exchanged.stretches[k].level_uv[c] == right.stretches[k].level_uv[c ^ 1]);
  }
  // The truth is the muscle's, wherever its electrodes were put.
  CHECK(study.ln_level(p, kT2, 0, kReps) == whole.ln_level(p, kT2, 0, kReps));
}

TEST_CASE("simulated study: a visit at 1000 Hz has half the rows, the same levels and the same median frequencies") {
  const SimulatedStudy study({.seed = 1, .faults = usual_faults()}), whole({.seed = 1});
  const int p = participant(study, "SIM09");
  const SimulatedVisit slow = study.visit(p, kM6), fast = whole.visit(p, kM6);
  CHECK(slow.recording.stream.fs_hz == 1000);
  CHECK(2 * slow.recording.rows == fast.recording.rows);
  CHECK(slow.stretches[4].level_uv == fast.stretches[4].level_uv);
  for (std::size_t c = 0; c < 4; ++c) {
    const double hz = spectrum_moments(NoiseDensity(slow.shapes[c], 1000), 0, 500).mdf_hz;
    CHECK(hz == doctest::Approx(spectrum_moments(NoiseDensity(fast.shapes[c], 2000), 0, 1000).mdf_hz).epsilon(1e-5));
  }
}

TEST_CASE("simulated study: a number outside its limits is refused with them") {
  CHECK_THROWS_WITH_AS(SimulatedStudy({.participants = 0}), "--participants: found 0, expected 1 to 999", Error);
  CHECK_THROWS_WITH_AS(SimulatedStudy({.effect = 9}), "--effect: found 9, expected -4 to 4", Error);
  CHECK_THROWS_WITH_AS(SimulatedStudy({.fs_hz = 500}), "--fs: found 500, expected 1000 to 20000 Hz", Error);
}
