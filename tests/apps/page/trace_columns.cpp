// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/trace_columns.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <doctest/doctest.h>

#include "dsp/frame.hpp"

using namespace semg;

TEST_CASE("trace columns: each row belongs to one column, and no extreme is lost") {
  for (const std::int64_t rows : {1, 9, 10, 11, 99, 1003}) {
    TraceColumns columns(500, rows, 10);
    const auto count = static_cast<std::int64_t>(columns.columns().size());
    CHECK(count == std::min<std::int64_t>(rows, 10));
    for (std::int64_t r = 0; r < rows; ++r) columns.push(500 + r, static_cast<float>(r));
    // The row itself is the value: the columns tell which rows they had.
    float next = 0;
    for (const auto& column : columns.columns()) {
      CHECK(column.low == next);
      CHECK(column.high - column.low + 1 <= static_cast<float>(rows / count + 1));
      next = column.high + 1;
    }
    CHECK(next == static_cast<float>(rows));
    CHECK(columns.middle_of(0) ==
          doctest::Approx(500 + 0.5 * (static_cast<double>(columns.columns()[0].low) + static_cast<double>(columns.columns()[0].high))));
  }
}

TEST_CASE("trace columns: rows that were lost, and NaN, leave their columns empty") {
  TraceColumns columns(0, 100, 10);
  for (std::int64_t r = 0; r < 100; ++r) {
    if (r >= 20 && r < 40) continue;
    columns.push(r, r >= 70 && r < 80 ? kNoValue : 1.0F);
  }
  for (std::size_t i = 0; i < 10; ++i) CHECK(columns.columns()[i].empty() == (i == 2 || i == 3 || i == 7));
}

TEST_CASE("trace columns: ten hours need as much memory as ten seconds") {
  const std::int64_t ten_hours = 36000LL * 10240;
  TraceColumns columns(0, ten_hours);
  columns.push(0, 1);
  columns.push(ten_hours - 1, 2);
  columns.push(ten_hours + 5, 3);  // a row too many is shown with the last
  CHECK(columns.columns().size() == kTraceColumns);
  CHECK(columns.columns().front().high == 1);
  CHECK(columns.columns().back().high == 3);
}

TEST_CASE("window columns: where there is room every window has a column of its own") {
  WindowColumns windows(10000, 1000, 500);
  for (std::int64_t first = 0; first + 1000 <= 10000; first += 500) windows.push(first, static_cast<float>(first), Reason::ok);
  int seen = 0;
  for (const auto& column : windows.columns()) {
    if (column.empty()) continue;
    CHECK(column.valid == 1);
    CHECK(column.middle_row == static_cast<double>(column.low) + 500);
    ++seen;
  }
  CHECK(seen == 19);
}

TEST_CASE("window columns: a window that is not valid gives no value, whatever came with it, and is counted under its reason") {
  WindowColumns windows(4000, 1000, 1000);
  windows.push(0, 5, Reason::ok);
  windows.push(1000, 0, Reason::clipped);
  windows.push(2000, kNoValue, Reason::ok);
  windows.push(3000, 7, Reason::ok);
  CHECK(windows.windows() == 4);
  CHECK(windows.counts()[static_cast<std::size_t>(Reason::ok)] == 2);
  CHECK(windows.counts()[static_cast<std::size_t>(Reason::clipped)] == 1);
  CHECK(windows.counts()[static_cast<std::size_t>(Reason::not_finite)] == 1);
  for (const auto& column : windows.columns()) {
    if (column.invalid > 0) CHECK(column.low > column.high);
    if (column.valid > 0) CHECK(column.low >= 5);
  }
}

TEST_CASE("window columns: many windows to a column keep the lowest and the highest") {
  WindowColumns windows(100000, 100, 10, 4);
  for (std::int64_t first = 0; first + 100 <= 100000; first += 10) windows.push(first, static_cast<float>(first % 1000), Reason::ok);
  REQUIRE(windows.columns().size() == 4);
  for (const auto& column : windows.columns()) {
    CHECK(column.low == 0);
    CHECK(column.high == 990);
  }
}
