// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/periods.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/io/formats/text_file.hpp"

using namespace semg;

namespace {

constexpr RecordingSpan kTenSeconds{1000, 10000};

std::string refusal(std::string_view rows) {
  const TextFile file(std::string("t_start_s,t_stop_s,task,repetition\n") + std::string(rows), "p.csv");
  try {
    periods_of_table(file.path(), kTenSeconds);
  } catch (const Error& e) {
    CHECK(e.fault() == Fault::data);
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a table of periods gives rows, tasks and repetitions, in any order of columns") {
  const TextFile file("task,t_start_s,t_stop_s,repetition\nrest,0,2,\n\nreach,2,3.5,1\n\"lift, slow\",4.0004,10,2\n", "p.csv");
  CHECK(periods_of_table(file.path(), kTenSeconds) ==
        std::vector<Period>{{0, 2000, "rest", 0}, {2000, 1500, "reach", 1}, {4000, 6000, "lift, slow", 2}});
  const TextFile three("t_start_s,t_stop_s,task\n1,2,mvc\n", "p.csv");
  CHECK(periods_of_table(three.path(), kTenSeconds) == std::vector<Period>{{1000, 1000, "mvc", 0}});
}

TEST_CASE("periods that overlap, run backwards or leave the recording are refused with their line") {
  CHECK(refusal("0,2,a,1\n1.5,3,b,1\n") == "p.csv: line 3: t_start_s: found 1.5, expected 2 or later, where the period before it ends");
  CHECK(refusal("5,6,a,1\n1,2,b,1\n") == "p.csv: line 3: t_start_s: found 1, expected 6 or later, where the period before it ends");
  CHECK(refusal("2,1,a,1\n") == "p.csv: line 2: t_stop_s: found 1, expected above t_start_s 2");
  CHECK(refusal("-1,1,a,1\n") == "p.csv: line 2: t_start_s: found -1, expected 0 or later");
  CHECK(refusal("9,10.1,a,1\n") == "p.csv: line 2: t_stop_s: found 10.1, expected at most 10, where the recording ends");
  CHECK(refusal("1,x,a,1\n") == "p.csv: line 2: t_stop_s: found no number, expected seconds");
  CHECK(refusal("1,2,,1\n") == "p.csv: line 2: task: found none, expected a word such as rest or mvc");
  CHECK(refusal("1,2,a,1.5\n") == "p.csv: line 2: repetition: found 1.5, expected a whole number");
  const TextFile header("start,stop,task\n1,2,a\n", "p.csv");
  CHECK_THROWS_WITH_AS(periods_of_table(header.path(), kTenSeconds),
                       "p.csv: line 1: found start, expected t_start_s,t_stop_s,task,repetition", Error);
}

TEST_CASE("annotations begin tasks, the next of them ends them, and repetitions are counted") {
  const std::vector<Event> events = {{1, 0, "go"}, {2, 0, "noise"}, {3, 0, "stop"}, {4, 0, "go"}, {5, 0.5, "rest"}, {7, 0, "go"}};
  CHECK(periods_of_events(events, {"go=reach", "stop=", "rest"}, kTenSeconds, "f") ==
        std::vector<Period>{{1000, 2000, "reach", 1}, {4000, 1000, "reach", 2}, {5000, 500, "rest", 1}, {7000, 3000, "reach", 3}});
  CHECK_THROWS_WITH_AS(periods_of_events(events, {"Go"}, kTenSeconds, "f"),
                       "f: --period-events: found Go, expected one of the annotations go, noise, rest, stop", Error);
  CHECK_THROWS_WITH_AS(periods_of_events({}, {"go"}, kTenSeconds, "f"),
                       "f: --period-events: found go, expected one of the annotations (there are none)", Error);
}

namespace {

class TriggerFile : public SignalFile {
 public:
  explicit TriggerFile(std::vector<double> values) : values_(std::move(values)) {
    ForeignChannel channel;
    channel.label = "class";
    channel.rows = static_cast<std::int64_t>(values_.size());
    channels.push_back(channel);
  }
  void read(std::size_t, std::int64_t first, std::span<double> out) override {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = values_[static_cast<std::size_t>(first) + i];
  }

 private:
  std::vector<double> values_;
};

}  // namespace

TEST_CASE("every stretch of a trigger channel at one value other than zero is a period") {
  std::vector<double> values(10000, 0);
  for (std::size_t i = 100; i < 200; ++i) values[i] = 2;
  for (std::size_t i = 200; i < 300; ++i) values[i] = 3;
  for (std::size_t i = 4090; i < 5000; ++i) values[i] = 2;  // across the slices it is read in
  for (std::size_t i = 9990; i < 10000; ++i) values[i] = 2;
  TriggerFile file(values);
  CHECK(periods_of_trigger(file, "class", kTenSeconds, "f") ==
        std::vector<Period>{{100, 100, "class 2", 1}, {200, 100, "class 3", 1}, {4090, 910, "class 2", 2}, {9990, 10, "class 2", 3}});
  CHECK(periods_of_trigger(file, "class=grip", kTenSeconds, "f")[1] == Period{200, 100, "grip", 2});
  CHECK_THROWS_WITH_AS(periods_of_trigger(file, "clas", kTenSeconds, "f"), "f: --period-trigger: found clas, expected one of class", Error);
}
