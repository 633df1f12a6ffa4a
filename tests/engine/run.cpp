// SPDX-License-Identifier: BSD-3-Clause
#include "engine/run.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>

#include <doctest/doctest.h>

#include "engine/conditioned_source.hpp"
#include "engine/simulation/simulation.hpp"
#include "engine/survey.hpp"
#include "tests/dsp/signals.hpp"
#include "tests/engine/measured_streams.hpp"

namespace semg {

using namespace testing;

TEST_CASE("run: any cut of the stream gives the same features, bit for bit") {
  auto rows = simulated(2, 30, 1);
  rows[1][7000] = std::nanf("");
  const auto briefs = surveyed(rows);
  const std::vector<Gap> gaps = {{.first_row = 12000, .rows = 30}};
  const Collected whole = measured(rows, briefs, {1000}, gaps);
  CHECK(whole.activations.size() >= 8);
  CHECK(whole.windows.size() > 200);
  for (const auto& cut : testing::cuts(rows[0].size())) CHECK(same_bits(whole, measured(rows, briefs, cut, gaps)));
}

TEST_CASE("run: with each detector by name, any cut gives the same features, and rest set later those of rest known before") {
  auto rows = simulated(2, 20, 1);
  rows[1][7000] = std::nanf("");
  const std::vector<Gap> gaps = {{.first_row = 12000, .rows = 30}};
  for (const std::string& method : activation_method_names()) {
    CAPTURE(method);
    Settings settings;
    settings.activation.method = method;
    const auto briefs = surveyed(rows, settings);
    const Collected whole = measured(rows, briefs, {1000}, gaps, {}, 0, settings);
    CHECK(whole.activations.size() >= 8);
    for (const std::size_t rows_at_once : {1UL, 13UL, 640UL})
      CHECK(same_bits(whole, measured(rows, briefs, {rows_at_once}, gaps, {}, 0, settings)));

    const Chain chain = chain_for(settings, 1000);
    auto without = briefs;
    for (ChannelBrief& brief : without) brief.rest.reset();
    FeatureExtractor later(about(rows).stream, chain, without, FeatureSet::all);
    for (std::size_t c = 0; c < briefs.size(); ++c) later.set_rest(c, *briefs[c].rest);
    SosFilter conditioning(chain.sos, rows.size());
    Memory source(rows, {640}, gaps);
    Collected live;
    run(source, conditioning, later, KnownPeriods({}), rows.size(), live);
    live.spectra = later.mean_spectra();
    live.sort();
    CHECK(same_bits(whole, live));
  }
}

TEST_CASE("run: the mean spectrum holds the power of the valid windows, and nothing where none is valid") {
  auto rows = simulated(2, 30, 3);
  std::fill(rows[1].begin(), rows[1].end(), 0.0F);
  const Collected out = measured(rows, surveyed(rows), {1000});
  double power = 0, mdf = 0, valid = 0;
  for (const Window& w : out.windows) {
    if (w.kind != WindowKind::spectrum || w.reason[0] != Reason::ok) continue;
    mdf += w.values[0];
    ++valid;
  }
  REQUIRE(valid > 0);
  CHECK(out.spectra.windows == std::vector<std::int64_t>{static_cast<std::int64_t>(valid), 0});
  std::vector<double> density;
  for (std::size_t k = 0; k < out.spectra.density.size(); k += 2) {
    density.push_back(out.spectra.density[k]);
    power += out.spectra.density[k] * out.spectra.bin_hz;
    CHECK(std::isnan(out.spectra.density[k + 1]));
  }
  const Chain chain = chain_for({}, 1000);
  CHECK(median_frequency(density, out.spectra.bin_hz, chain.band) == doctest::Approx(mdf / valid).epsilon(0.05));
  CHECK(std::sqrt(power) > 20);  // 30 dB above 2 uV, in windows that hold some of a burst
  CHECK(std::sqrt(power) < 80);
}

TEST_CASE("run: equal samples have equal hashes, in any cut; one changed sample has another; a dead channel has none") {
  auto rows = simulated(2, 10, 4);
  rows.push_back(rows[0]);
  rows.push_back(rows[0]);
  rows[3][5000] += 0.125F;
  rows.emplace_back(rows[0].size(), 1.0F);
  const auto hash_of = [&](std::size_t channel, std::vector<std::size_t> cut) {
    Survey survey(about(rows), chain_for({}, 1000));
    Memory source(rows, std::move(cut));
    survey.run(source);
    return survey.briefs()[channel].samples_hash;
  };
  CHECK(hash_of(0, {1000}) == hash_of(2, {1, 7, 300}));
  CHECK(hash_of(0, {1000}) != hash_of(1, {1000}));
  CHECK(hash_of(0, {1000}) != hash_of(3, {1000}));
  CHECK(hash_of(4, {1000}) == 0);
}

TEST_CASE("run: rest that was recorded first and then set gives what it gives when it was known from the start") {
  const auto rows = simulated(2, 30, 5);
  const std::vector<Period> periods = {{.first_row = 6000, .rows = 9000, .task = "a"}, {.first_row = 16000, .rows = 14000, .task = "b"}};
  const std::vector<Period> rest_first = {{.first_row = 0, .rows = 4000, .task = "rest"}, periods[0], periods[1]};
  Survey survey(about(rows, rest_first), chain_for({}, 1000));
  Memory all(rows, {1000});
  survey.run(all);
  const Collected known = measured(rows, survey.briefs(), {1000}, {}, periods);

  const Chain chain = chain_for({}, 1000);
  SosFilter conditioning(chain.sos, rows.size());
  FeatureExtractor features(about(rows).stream, chain, std::vector<ChannelBrief>(2), FeatureSet::all);
  struct SetBetween {  // what a live run does: at the first row after rest
    FeatureExtractor& features;
    const std::vector<ChannelBrief>& briefs;
    KnownPeriods periods;
    bool is_set = false;
    Stretch at(std::int64_t row) {
      if (row >= 4000 && !is_set) {
        for (std::size_t c = 0; c < 2; ++c) features.set_rest(c, *briefs[c].rest);
        is_set = true;
      }
      return periods.at(row);
    }
  };
  Memory source(rows, {77});
  Collected later;
  const auto briefs = survey.briefs();
  run(source, conditioning, features, SetBetween{features, briefs, KnownPeriods(periods)}, 2, later);
  later.spectra = features.mean_spectra();
  later.sort();
  CHECK(known.activations.size() >= 6);
  CHECK(same_bits(known, later));
}

TEST_CASE("run: with edited activations too, any cut gives the same features") {
  auto rows = simulated(2, 20, 2);
  auto briefs = surveyed(rows);
  std::fill(rows[0].begin() + 9500, rows[0].begin() + 9705, 7.0F);  // known to be flat only at its 200th row
  briefs[0].edited = std::vector<Edges>{{100, 5200}, {5300, 5301}, {9000, 9600}, {9800, 19000}};
  const Collected whole = measured(rows, briefs, {1000});
  const auto edited = std::count_if(whole.activations.begin(), whole.activations.end(), [](const Activation& a) { return a.edited; });
  CHECK(edited == 4);
  CHECK(whole.activations[2].amplitude_reason == Reason::flat);
  for (const auto& cut : testing::cuts(rows[0].size())) CHECK(same_bits(whole, measured(rows, briefs, cut)));
}

TEST_CASE("run: a channel's values do not depend on how many others there are") {
  const auto rows = simulated(32, 20, 3);
  const auto all = measured(rows, surveyed(rows), {1000});
  for (const std::size_t c : {std::size_t{0}, std::size_t{17}, std::size_t{31}}) {
    const testing::Channels alone = {rows[c]};
    const auto one = measured(alone, surveyed(alone), {1000});
    REQUIRE(one.windows.size() == all.windows.size());
    for (std::size_t w = 0; w < one.windows.size(); ++w) {
      CHECK(same_bits(one.windows[w].values[0], all.windows[w].values[c]));
      CHECK(same_bits(one.windows[w].values[1], all.windows[w].values[32 + c]));
      CHECK(one.windows[w].reason[0] == all.windows[w].reason[c]);
    }
    std::vector<Activation> of_channel;
    std::copy_if(all.activations.begin(), all.activations.end(), std::back_inserter(of_channel),
                 [&](const Activation& a) { return a.channel == static_cast<int>(c); });
    REQUIRE(of_channel.size() == one.activations.size());
    for (std::size_t k = 0; k < of_channel.size(); ++k) {
      of_channel[k].channel = 0;
      CHECK(same_bits(of_channel[k], one.activations[k]));
    }
  }
}

TEST_CASE("run: no window and no activation spans a gap, and windows start again right after it") {
  const auto rows = simulated(1, 30, 4);
  const std::vector<Gap> gaps = {{.first_row = 6000, .rows = 500}, {.first_row = 13000, .rows = 3}};
  const auto out = measured(rows, surveyed(rows), {777}, gaps);
  bool starts_after = false;
  for (const Window& w : out.windows) {
    for (const Gap& g : gaps) CHECK((w.first_row + w.rows <= g.first_row || w.first_row >= g.first_row + g.rows));
    starts_after = starts_after || w.first_row == 6500;
  }
  CHECK(starts_after);
  for (const Activation& a : out.activations) {
    for (const Gap& g : gaps) CHECK((a.offset_row <= g.first_row || a.onset_row >= g.first_row + g.rows));
  }
}

TEST_CASE("run: filters run through the edges of periods, windows and activations do not cross them") {
  const auto rows = simulated(1, 30, 5);
  const std::vector<Period> periods = {{.first_row = 0, .rows = 5000, .task = "rest"},
                                       {.first_row = 6123, .rows = 8000, .task = "mvc", .repetition = 1},
                                       {.first_row = 14123, .rows = 9000, .task = "mvc", .repetition = 2}};
  const auto briefs = surveyed(rows);
  const auto whole = measured(rows, briefs, {1000}, {}, periods);
  for (const Window& w : whole.windows) {
    CHECK(std::any_of(periods.begin(), periods.end(),
                      [&](const Period& p) { return w.first_row >= p.first_row && w.first_row + w.rows <= p.first_row + p.rows; }));
  }
  // Each period against the same rows cut out as a recording of their own, from 0.5 s on.
  for (const Period& p : periods) {
    const testing::Channels part = {std::vector<float>(rows[0].begin() + p.first_row, rows[0].begin() + p.first_row + p.rows)};
    const auto cut = measured(part, briefs, {1000}, {}, {}, p.first_row);
    int compared = 0;
    for (const Window& w : cut.windows) {
      if (w.first_row < p.first_row + 500) continue;
      const auto twin = std::find_if(whole.windows.begin(), whole.windows.end(),
                                     [&](const Window& x) { return x.kind == w.kind && x.first_row == w.first_row; });
      REQUIRE(twin != whole.windows.end());
      CHECK(twin->reason == w.reason);
      for (std::size_t k = 0; k < w.values.size(); ++k) {
        if (std::isnan(w.values[k])) {
          CHECK(std::isnan(twin->values[k]));
        } else {
          CHECK(twin->values[k] == doctest::Approx(w.values[k]).epsilon(1e-6));
        }
      }
      ++compared;
    }
    CHECK(compared > 20);
    for (const Activation& a : cut.activations) {
      if (a.onset_row < p.first_row + 500) continue;
      CHECK(std::any_of(whole.activations.begin(), whole.activations.end(),
                        [&](const Activation& b) { return a.onset_row == b.onset_row && a.offset_row == b.offset_row; }));
    }
  }
}

TEST_CASE("run: NaN in one channel makes its windows invalid and leaves the other channel alone") {
  auto rows = simulated(2, 20, 6);
  const auto briefs = surveyed(rows);
  const auto clean = measured(rows, briefs, {1000});
  for (std::size_t n = 9000; n < 9010; ++n) rows[0][n] = std::nanf("");
  const auto faulty = measured(rows, briefs, {1000});
  REQUIRE(clean.windows.size() == faulty.windows.size());
  for (std::size_t w = 0; w < clean.windows.size(); ++w) {
    const Window& a = clean.windows[w];
    const Window& b = faulty.windows[w];
    CHECK(same_bits(a.values[1], b.values[1]));
    const bool holds = b.first_row < 9010 && b.first_row + b.rows > 9000;
    CHECK((b.reason[0] == Reason::not_finite) == holds);
    if (holds) CHECK(std::isnan(b.values[0]));
  }
}

TEST_CASE("run: the active fraction of a long window counts every activation in it") {
  // 200 ms on, 250 ms off, for 75 s: more activations than a few seconds of them.
  auto rows = simulated(1, 95, 9);
  for (std::size_t n = 0; n < rows[0].size(); ++n) {
    const bool on = n >= 10000 && n < 85000 && (n - 10000) % 450 < 200;
    testing::Dice dice(n + 1);
    rows[0][n] = static_cast<float>((on ? 100 : 2) * dice.normal());
  }
  const auto briefs = surveyed(rows);
  Settings settings;
  settings.amplitude.window_s = 60;
  settings.amplitude.hop_s = 60;
  const Chain chain = chain_for(settings, 1000);
  SosFilter conditioning(chain.sos, 1);
  FeatureExtractor features(about(rows).stream, chain, briefs);
  Memory source(rows, {1000});
  Collected out;
  run(source, conditioning, features, KnownPeriods({}), 1, out);
  std::int64_t active = 0;
  std::size_t within = 0;
  for (const Activation& a : out.activations) {
    if (a.onset_row >= 60000) continue;
    active += std::min<std::int64_t>(a.offset_row, 60000) - a.onset_row;
    ++within;
  }
  REQUIRE(within > 80);
  const auto window = std::find_if(out.windows.begin(), out.windows.end(), [](const Window& w) { return w.kind == WindowKind::amplitude; });
  REQUIRE(window != out.windows.end());
  CHECK(window->values[2] == doctest::Approx(static_cast<double>(active) / 60000).epsilon(1e-6));
}

TEST_CASE("run: an electrode offset changes neither rest nor activations nor values") {
  auto rows = simulated(1, 30, 10);
  const auto plain = measured(rows, surveyed(rows), {1000});
  for (float& x : rows[0]) x -= 40000;
  const auto briefs = surveyed(rows);
  REQUIRE(briefs[0].rest);
  CHECK(briefs[0].rest->power < 10);
  const auto shifted = measured(rows, briefs, {1000});
  REQUIRE(shifted.activations.size() == plain.activations.size());
  for (std::size_t k = 0; k < plain.activations.size(); ++k) {
    CHECK(std::abs(shifted.activations[k].onset_row - plain.activations[k].onset_row) <= 1);
    CHECK(std::abs(shifted.activations[k].offset_row - plain.activations[k].offset_row) <= 1);
    CHECK(shifted.activations[k].rms == doctest::Approx(plain.activations[k].rms).epsilon(1e-3));
  }
}

TEST_CASE("run: where no rest is known activation is not told, and windows stand all the same") {
  const auto rows = simulated(1, 20, 7);
  const auto out = measured(rows, {ChannelBrief{}}, {1000});
  CHECK(out.activations.empty());
  int valid = 0;
  for (const Window& w : out.windows) {
    if (w.kind != WindowKind::amplitude) continue;
    CHECK(std::isnan(w.values[2]));
    valid += w.reason[0] == Reason::ok;
  }
  CHECK(valid > 100);
}

TEST_CASE("run: hum above the limit and a signal too near rest make frequencies invalid, amplitudes stand") {
  const auto rows = simulated(1, 20, 8);
  auto briefs = surveyed(rows);
  briefs[0].line_power = 1e6;
  int hum = 0;
  for (const Window& w : measured(rows, briefs, {1000}).windows) {
    if (w.kind != WindowKind::spectrum) continue;
    CHECK(w.reason[0] != Reason::ok);
    hum += w.reason[0] == Reason::line;
  }
  CHECK(hum >= 10);  // windows within contractions; at rest the SNR is named first
  briefs[0].line_power = 0;
  int low = 0;
  for (const Window& w : measured(rows, briefs, {1000}).windows) low += w.kind == WindowKind::spectrum && w.reason[0] == Reason::low_snr;
  CHECK(low >= 4);  // five seconds of rest
}

}  // namespace semg
