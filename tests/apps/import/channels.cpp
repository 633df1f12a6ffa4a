// SPDX-License-Identifier: BSD-3-Clause
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/import/channel_choice.hpp"
#include "dsp/error.hpp"

using namespace semg;

namespace {

std::vector<ForeignChannel> labelled(const std::vector<std::string>& labels) {
  std::vector<ForeignChannel> channels(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) channels[i].label = labels[i];
  return channels;
}

ChannelChoice choose(const std::string& text, const std::vector<ForeignChannel>& channels) {
  return channel_choice_from(text, channels, "f");
}

}  // namespace

TEST_CASE("a channel is a label, its muscle behind the last = and its side behind the last :") {
  const auto channels = labelled({"EXG1", "EXG2", "A=B", "S1: EMG"});
  CHECK(choose("EXG1", channels) == ChannelChoice{0, std::nullopt, "EXG1", "EXG1", Side::none});
  CHECK(choose("EXG2=biceps", channels) == ChannelChoice{1, std::nullopt, "EXG2", "biceps", Side::none});
  CHECK(choose("EXG2=biceps:left", channels) == ChannelChoice{1, std::nullopt, "EXG2", "biceps", Side::left});
  CHECK(choose("EXG2=biceps:none", channels) == ChannelChoice{1, std::nullopt, "EXG2", "biceps", Side::none});
  CHECK(choose("EXG2=m:1:right", channels) == ChannelChoice{1, std::nullopt, "EXG2", "m:1", Side::right});
  CHECK(choose("A=B", channels) == ChannelChoice{2, std::nullopt, "A=B", "A=B", Side::none});
  CHECK(choose("A=B=C", channels) == ChannelChoice{2, std::nullopt, "A=B", "C", Side::none});
  CHECK(choose("S1: EMG=vastus:left", channels) == ChannelChoice{3, std::nullopt, "S1: EMG", "vastus", Side::left});
}

TEST_CASE("a label that holds a dash wins before any split, and a split needs two labels") {
  const auto channels = labelled({"A", "B", "A-B", "C-D", "E"});
  CHECK(choose("A-B", channels) == ChannelChoice{2, std::nullopt, "A-B", "A-B", Side::none});
  CHECK(choose("B-A=m", channels) == ChannelChoice{1, 0, "B-A", "m", Side::none});
  CHECK(choose("C-D-E=m:right", channels) == ChannelChoice{3, 4, "C-D-E", "m", Side::right});
  CHECK(choose("E-C-D", channels) == ChannelChoice{4, 3, "E-C-D", "E-C-D", Side::none});
  CHECK_THROWS_WITH_AS(choose("A-X=m", channels), "f: --channel: found A-X, expected one of A-B, A, B, C-D, E", Error);
  const auto twofold = labelled({"A", "A-B", "C", "B-C"});
  CHECK_THROWS_WITH_AS(choose("A-B-C=m", twofold), "f: --channel: found A-B-C, which is A-B-C as well as A-B-C; number them, as in #1-#2",
                       Error);
  CHECK(choose("#2-#3=m", twofold) == ChannelChoice{1, 2, "A-B-C", "m", Side::none});
}

TEST_CASE("#3 is the third channel unless a label says so") {
  const auto channels = labelled({"A", "B", "C", "#1"});
  CHECK(choose("#3=m", channels).plus == 2);
  CHECK(choose("#1", channels).plus == 3);
  for (const char* none : {"#0", "#5", "#", "#1x", "#-1"}) CHECK_THROWS_AS(choose(none, channels), Error);
}

TEST_CASE("an unknown label is answered with the labels there are, the nearest first") {
  const auto channels = labelled({"Status", "EXG1", "EXG2"});
  CHECK_THROWS_WITH_AS(choose("EXG22", channels), "f: --channel: found EXG22, expected one of EXG2, Status, EXG1", Error);
  std::vector<std::string> many;
  for (int i = 1; i <= 128; ++i) many.push_back("E" + std::to_string(i));
  CHECK_THROWS_WITH_AS(choose("E129", labelled(many)), doctest::Contains("and 104 more"), Error);
  CHECK_THROWS_WITH_AS(choose("EXG1=", channels), "f: --channel EXG1=: found no muscle, expected LABEL=MUSCLE or LABEL=MUSCLE:SIDE", Error);
  CHECK_THROWS_WITH_AS(choose("EXG1=m:", channels), "f: --channel EXG1=m:: side: found , expected left, right or none", Error);
}
