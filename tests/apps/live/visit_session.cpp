// SPDX-License-Identifier: BSD-3-Clause
// A visit's tasks while the stream runs: which rows belong to which, and what is asked for once more.
#include "apps/live/visit_session.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

namespace semg {
namespace {

/// Two channels at 1000 Hz; blocks of 10 rows whose value a test chooses.
struct Visit {
  StreamInfo stream{.fs_hz = 1000, .channels = {Channel{}, Channel{}}};
  VisitSession session;
  std::int64_t row = 0;

  Visit()
      : session({{.task = "rest", .label = "rest", .kind = TaskKind::rest, .repetitions = 1, .hold_s = 1, .channels = {0, 1}},
                 {.task = "mvc", .label = "maximal", .kind = TaskKind::mvc, .repetitions = 3, .hold_s = 0, .channels = {0}},
                 {.task = "dorsi", .label = "dorsiflexion", .kind = TaskKind::repetitions, .repetitions = 2, .hold_s = 0, .channels = {0}}},
                stream, chain_for({}, 1000)) {}

  void rows(std::int64_t count, float value) {
    Block block(2, 10);
    for (const std::int64_t end = row + count; row < end;) {
      session.apply(row, nullptr);
      for (std::int64_t at = row; at < row + 10;) {
        const Stretch stretch = session.at(at);
        const std::int64_t edge = std::min(row + 10, stretch.end);
        block.resize(static_cast<std::size_t>(edge - at));
        block.first = at;
        for (std::size_t r = 0; r < block.rows(); ++r)
          block.row(r)[0] = block.row(r)[1] = (at + static_cast<std::int64_t>(r)) % 2 == 0 ? value : -value;
        session.see(block);
        at = edge;
      }
      row += 10;
    }
    session.apply(row, nullptr);
  }
  void attempt(float value) {
    CHECK(session.start().empty());
    rows(1000, value);
    CHECK(session.stop().empty());
    rows(10, 0);
  }
};

}  // namespace

TEST_CASE("a hold ends by itself after exactly its time, and the next task is at hand") {
  Visit visit;
  visit.rows(100, 1);
  CHECK(visit.session.start().empty());
  visit.rows(1500, 1);
  const auto periods = visit.session.periods();
  REQUIRE(periods.size() == 1);
  CHECK(periods[0] == Period{.first_row = 100, .rows = 1000, .task = "rest", .repetition = 0});
  const auto state = visit.session.state();
  CHECK(state.task == 1);
  CHECK(state.done == std::vector<int>{1, 0, 0});
  REQUIRE(state.rest[0]);
  CHECK(state.rest[0]->power == doctest::Approx(1));
}

TEST_CASE("windows of the rest that is to become the reference are not told, those of every other task are") {
  Visit visit;
  CHECK(visit.session.start().empty());
  visit.session.apply(0, nullptr);
  CHECK_FALSE(visit.session.at(0).measured);
  CHECK(visit.session.at(0).end == 1000);
  visit.rows(1100, 1);
  CHECK(visit.session.start().empty());
  visit.session.apply(1100, nullptr);
  CHECK(visit.session.at(1100).measured);
  CHECK(visit.session.at(1100).period == 1);
}

TEST_CASE("a maximal contraction is asked for once more when the last is the best by more than five per cent") {
  for (const auto& [last, asked] : {std::pair{104.0F, false}, {106.0F, true}}) {
    CAPTURE(last);
    Visit visit;
    CHECK(visit.session.select(1).empty());
    visit.attempt(90);
    visit.attempt(100);
    visit.attempt(last);
    auto state = visit.session.state();
    CHECK(state.task == (asked ? 1 : 2));
    CHECK(state.mvc[0] == doctest::Approx(last));
    CHECK(std::isnan(state.mvc[1]));  // not a muscle of this task
    if (!asked) continue;
    CHECK(state.one_more);
    CHECK(state.of == 4);
    CHECK(state.attempts[0].size() == 3);
    visit.attempt(101);
    CHECK(visit.session.state().task == 2);
    CHECK(visit.session.periods().back().repetition == 4);
  }
}

TEST_CASE("a time that is repeated is dropped, and its number is given again") {
  Visit visit;
  CHECK(visit.session.select(2).empty());
  visit.attempt(10);
  CHECK(visit.session.repeat().empty());
  visit.rows(10, 0);
  CHECK(visit.session.state().done[2] == 0);
  visit.attempt(12);
  visit.attempt(12);
  const auto periods = visit.session.periods();
  REQUIRE(periods.size() == 3);
  CHECK(periods[0].repetition == 1);
  CHECK(periods[1].repetition == 1);
  CHECK(periods[2].repetition == 2);
  CHECK(visit.session.state().done[2] == 2);
}

TEST_CASE("an attempt without a whole half second is none, and its number is given again") {
  Visit visit;
  CHECK(visit.session.select(1).empty());
  CHECK(visit.session.start().empty());
  visit.rows(200, 500);
  CHECK(visit.session.stop().empty());
  visit.rows(10, 0);
  CHECK(visit.session.state().done[1] == 0);
  for (const float value : {100.0F, 101.0F, 102.0F}) visit.attempt(value);
  CHECK(visit.session.state().done[1] == 3);
  CHECK(visit.session.state().mvc[0] == doctest::Approx(102));
  CHECK(visit.session.periods().size() == 4);
  CHECK(visit.session.periods().back().repetition == 3);
}

TEST_CASE("of rest that is repeated nothing is left in the reference") {
  Visit visit;
  const auto rest = [&](float value) {
    CHECK(visit.session.select(0).empty());
    CHECK(visit.session.start().empty());
    visit.rows(1100, value);
    return visit.session.state().rest[0];
  };
  CHECK(rest(5)->power == doctest::Approx(25));
  CHECK(rest(1)->power < 20);  // both count
  CHECK(visit.session.repeat().empty());
  CHECK(visit.session.repeat() == "that is wished for already");
  visit.rows(10, 1);
  CHECK(visit.session.state().rest[0]->power == doctest::Approx(25));
}

TEST_CASE("what cannot be done is said") {
  Visit visit;
  CHECK(visit.session.stop() == "no task is running");
  CHECK(visit.session.repeat() == "nothing was done yet");
  CHECK(visit.session.select(3) == "there are tasks 1 to 3");
  CHECK(visit.session.start().empty());
  CHECK(visit.session.start() == "a task is running: stop it first");
  CHECK(visit.session.select(1) == "a task is running: stop it first");
}

TEST_CASE("the best half second is the strongest whole one, of any cut, and never over a gap or a missing sample") {
  const auto best_of = [](std::size_t cut, std::int64_t gap_at, std::int64_t nan_at) {
    BestHalfSecond best(1000, 1);
    best.begin(0);
    Block block(1, cut);
    for (std::int64_t at = 0; at < 3000;) {
      const std::int64_t end = std::min<std::int64_t>({3000, at + static_cast<std::int64_t>(cut), at < gap_at ? gap_at : 3000});
      block.resize(static_cast<std::size_t>(end - at));
      block.first = at;
      for (std::int64_t row = at; row < end; ++row)
        block.samples()[static_cast<std::size_t>(row - at)] = row == nan_at               ? std::numeric_limits<float>::quiet_NaN()
                                                              : row >= 1000 && row < 1600 ? 5.0F
                                                                                          : 2.0F;
      best.push(block);
      at = end == gap_at ? end + 7 : end;
    }
    return best.best()[0];
  };
  CHECK(best_of(10, 9999, -1) == doctest::Approx(5));
  CHECK(best_of(7, 9999, -1) == best_of(10, 9999, -1));
  CHECK(best_of(1, 1300, -1) < 5);
  CHECK(best_of(1, 1300, -1) == best_of(13, 1300, -1));
  CHECK(best_of(10, 9999, 1300) < 5);
  CHECK(best_of(10, 9999, 1300) > 2);
}

}  // namespace semg
