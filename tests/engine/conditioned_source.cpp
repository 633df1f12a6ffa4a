// SPDX-License-Identifier: BSD-3-Clause
#include "engine/conditioned_source.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "tests/engine/measured_streams.hpp"

namespace semg {

using namespace testing;

TEST_CASE("run: filtered both ways too, any cut of the stream gives the same features, bit for bit") {
  auto rows = simulated(2, 30, 1);
  rows[1][7000] = std::nanf("");
  const auto briefs = surveyed(rows, kBothWays);
  const std::vector<Gap> gaps = {{.first_row = 12000, .rows = 30}};
  const std::vector<Period> periods = {{.first_row = 100, .rows = 9900, .task = "a"}, {.first_row = 11000, .rows = 18950, .task = "b"}};
  const Collected whole = measured(rows, briefs, {1000}, gaps, periods, 0, kBothWays);
  CHECK(whole.activations.size() >= 8);
  for (const auto& cut : testing::cuts(rows[0].size())) CHECK(same_bits(whole, measured(rows, briefs, cut, gaps, periods, 0, kBothWays)));
}

TEST_CASE("run: filtering both ways moves no onset and no offset, and hardly an amplitude") {
  const auto rows = simulated(2, 40, 6);
  const auto once_briefs = surveyed(rows);
  const auto twice_briefs = surveyed(rows, kBothWays);
  const Collected once = measured(rows, once_briefs, {1000});
  const Collected twice = measured(rows, twice_briefs, {1000}, {}, {}, 0, kBothWays);
  REQUIRE(once.activations.size() == twice.activations.size());
  REQUIRE(once.activations.size() >= 10);
  for (std::size_t k = 0; k < once.activations.size(); ++k) {
    const Activation& a = once.activations[k];
    const Activation& b = twice.activations[k];
    CHECK(a.onset_row == b.onset_row);
    CHECK(a.offset_row == b.offset_row);
    CHECK(b.rms != a.rms);
    CHECK(b.rms == doctest::Approx(a.rms).epsilon(0.02));  // the same -3 dB points, twice as steep beyond them
    CHECK(b.mdf_hz == doctest::Approx(a.mdf_hz).epsilon(0.03));
  }
  for (std::size_t c = 0; c < 2; ++c) {
    CHECK(twice_briefs[c].rest->level_db == once_briefs[c].rest->level_db);
    CHECK(twice_briefs[c].rest->power != once_briefs[c].rest->power);  // of what is measured
    CHECK(twice_briefs[c].rest->power == doctest::Approx(once_briefs[c].rest->power).epsilon(0.02));
  }
}

TEST_CASE("run: a filter that runs backwards is settling before a gap, a NaN and the end as well as behind them") {
  auto rows = simulated(1, 20, 7);
  rows[0][8000] = std::nanf("");
  const std::vector<Gap> gaps = {{.first_row = 14000, .rows = 500}};
  const auto settling = [&](const Settings& settings) {
    const Collected out = measured(rows, surveyed(rows, settings), {300}, gaps, {}, 0, settings);
    std::vector<std::int64_t> firsts;
    for (const Window& w : out.windows)
      if (w.kind == WindowKind::amplitude && w.reason[0] == Reason::settling) firsts.push_back(w.first_row);
    return firsts;
  };
  const std::vector<std::int64_t> once = settling({});
  const std::vector<std::int64_t> twice = settling(kBothWays);
  // Windows of 250 rows every 125. One pass settles for 113 rows, two passes, whose high-pass lies lower, for 141.
  CHECK(once == std::vector<std::int64_t>{0, 14500});
  CHECK(twice == std::vector<std::int64_t>{0, 125, 7625, 7750, 8125, 13625, 13750, 14500, 14625, 19625, 19750});
}

TEST_CASE("conditioned source: rows as they came in, with them the rows of both passes, stretch by stretch") {
  const auto rows = testing::noise_of(2, 5000, 8);
  const Chain chain = chain_for(kBothWays, 1000);
  Memory source(rows, {700}, {{.first_row = 3000, .rows = 10}});
  ConditionedSource ahead(source, chain, 2, 1000);
  ZeroPhase filter(chain.sos, 2, 1000);
  std::vector<double> expected;
  const auto keep = [&](std::span<const double> some) { expected.insert(expected.end(), some.begin(), some.end()); };
  filter.push(testing::block_of(rows, 0, 3000), keep);
  filter.end(keep);
  filter.push(testing::block_of(rows, 3010, 1990), keep);
  filter.end(keep);
  Block block(2, 333);
  std::size_t at = 0;
  while (ahead.read(block)) {
    const auto first = static_cast<std::size_t>(block.first);
    CHECK_FALSE((first < 3010 && block.end() > 3000));
    CHECK(block.samples()[1] == rows[1][first]);
    CHECK(ahead.stretch_ends_at(block.end()) == (block.end() == 3000 || block.end() == 5000));
    ahead.process(block);
    for (const float y : block.samples()) CHECK(y == static_cast<float>(expected[at++]));
  }
  CHECK(at == expected.size());
}

}  // namespace semg
