// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/readable.hpp"

#include <limits>
#include <set>

#include <doctest/doctest.h>

using namespace semg;

TEST_CASE("readable: a number shows three digits that count and is never cut short of its whole part") {
  CHECK(readable_number(0.0) == "0");
  CHECK(readable_number(12.0) == "12");
  CHECK(readable_number(1.5) == "1.50");
  CHECK(readable_number(93.44) == "93.4");
  CHECK(readable_number(107.25) == "107");
  CHECK(readable_number(99.96) == "100");
  CHECK(readable_number(9.996) == "10.0");
  CHECK(readable_number(0.012345) == "0.0123");
  CHECK(readable_number(-0.351) == "−0.351");
  CHECK(readable_number(1259.259) == "1259");
  CHECK(readable_number(12345.6) == "12\u2009346");
  CHECK(readable_number(1234567.0) == "1\u2009234\u2009567");
  CHECK(readable_number(1.2345e-6) == "1.23\u00a0×\u00a010⁻⁶");
  CHECK(readable_number(-3e12) == "−3.00\u00a0×\u00a010¹²");
}

TEST_CASE("readable: what is missing or not finite is a dash, without a unit") {
  CHECK(readable_number({}) == "–");
  CHECK(readable_number(std::numeric_limits<double>::quiet_NaN()) == "–");
  CHECK(readable_number(std::numeric_limits<double>::infinity()) == "–");
  CHECK(readable_quantity({}, "uV") == "–");
}

TEST_CASE("readable: units are written as in print") {
  CHECK(readable_quantity(2.31, "uV") == "2.31\u00a0µV");
  CHECK(readable_unit("uV s") == "µV\u00a0s");
  CHECK(readable_unit("uV^2/Hz") == "µV²/Hz");
  CHECK(readable_unit("a.u.") == "a.u.");
  CHECK(readable_quantity(0.386, "1") == "0.386");
}

TEST_CASE("readable: a duration is in seconds, then minutes, then hours") {
  CHECK(readable_duration(90) == "90\u00a0s");
  CHECK(readable_duration(605.2) == "10\u00a0min 05\u00a0s");
  CHECK(readable_duration(3725) == "1\u00a0h 02\u00a0min 05\u00a0s");
  CHECK(readable_duration(std::numeric_limits<double>::infinity()) == "–");
}

TEST_CASE("readable: every reason has words of its own") {
  std::set<std::string_view> words;
  for (std::size_t r = 0; r < kReasonWords.size(); ++r) words.insert(readable_reason(static_cast<Reason>(r)));
  CHECK(words.size() == kReasonWords.size());
  CHECK(words.count("") == 0);
}

TEST_CASE("readable: a muscle is named with its side, and by its label where the study has no name for it") {
  Channel channel;
  channel.label = "EMG1";
  CHECK(readable_muscle(channel) == "EMG1");
  channel.muscle = "Soleus";
  channel.side = Side::left;
  CHECK(readable_muscle(channel) == "Soleus, left");
  CHECK(readable_feature("rms_active") == "RMS, active");
  CHECK(readable_feature("new_measure") == "new measure");
}
