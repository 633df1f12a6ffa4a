// SPDX-License-Identifier: BSD-3-Clause
// The index of rows that nobody counts: in order, exact where a number is told, by the clock where none is.
#include "io/devices/uncounted_rows.hpp"

#include <cmath>
#include <initializer_list>

#include <doctest/doctest.h>

namespace semg::test {
namespace {

constexpr std::int64_t kMs = 1000000;

/// Ten rows every 10 ms until `until_ms`, at 1000 Hz; the index of the last ten.
std::int64_t stream(UncountedRows& rows, std::int64_t from_ms, std::int64_t until_ms) {
  std::int64_t index = 0;
  for (std::int64_t t = from_ms + 10; t <= until_ms; t += 10) {
    index = rows.place(10, t * kMs);
    rows.all_placed(t * kMs);
  }
  return index;
}

}  // namespace

TEST_CASE("uncounted rows follow each other, and a number that is told is skipped exactly, whatever the clock says") {
  UncountedRows rows(1000);
  rows.lost(0);  // nothing has come yet
  CHECK(rows.place(10, 5000 * kMs) == 0);
  CHECK(rows.place(7, 5000 * kMs) == 10);
  rows.skip(90);
  CHECK(rows.place(1, 9000 * kMs) == 107);
  CHECK(rows.place(1, 9000 * kMs) == 108);
}

TEST_CASE("behind a loss of unknown length the clock says where rows are, and never before those that came") {
  for (const std::int64_t known_ms : {500, 5000}) {  // before and after the clock is fitted
    UncountedRows rows(1000);
    CHECK(stream(rows, 0, known_ms) == known_ms - 10);
    rows.lost(0);
    const std::int64_t index = rows.place(10, (known_ms + 400) * kMs);
    CHECK(std::abs(index - (known_ms + 390)) <= 1);
    CHECK(rows.place(10, (known_ms + 400) * kMs) == index + 10);
    rows.lost(0);
    CHECK(rows.place(10, known_ms * kMs) == index + 20);
  }
}

TEST_CASE("rows that are surely missing are a gap, even where no time went by") {
  UncountedRows rows(1000);
  stream(rows, 0, 3000);
  rows.lost(3);
  CHECK(rows.place(10, 3000 * kMs) == 3003);
  rows.lost(2);
  rows.lost(1);
  CHECK(rows.place(10, 3000 * kMs) == 3016);
}

}  // namespace semg::test
