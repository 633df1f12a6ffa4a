// SPDX-License-Identifier: BSD-3-Clause
// Rows found in bytes that have no mark: what is given is certain, whatever comes.
#include "io/devices/row_lock.hpp"

#include <random>

#include <doctest/doctest.h>

#include "tests/io/devices/garbage_bytes.hpp"

namespace semg::test {
namespace {

constexpr std::size_t kRow = 6;

int counter_of(std::span<const std::byte> row) {
  return std::to_integer<int>(row[4]) << 8 | std::to_integer<int>(row[5]);
}

bool counts_on(std::span<const std::byte> before, std::span<const std::byte> row) noexcept {
  return counter_of(row) == ((counter_of(before) + 1) & 0xFFFF);
}

/// Rows of four values and a 16-bit counter.
std::vector<std::byte> rows(int first, int count) {
  std::vector<std::byte> bytes;
  for (int row = first; row < first + count; ++row) {
    for (int k = 0; k < 4; ++k) bytes.push_back(static_cast<std::byte>(row * 31 * (k + 3)));
    bytes.push_back(static_cast<std::byte>(row >> 8));
    bytes.push_back(static_cast<std::byte>(row));
  }
  return bytes;
}

std::vector<std::byte> joined(std::initializer_list<std::vector<std::byte>> parts) {
  std::vector<std::byte> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Found {
  std::vector<int> counters;
  std::size_t garbage = 0;
  bool lost = false;
  bool operator==(const Found&) const = default;
};

Found found(const std::vector<std::byte>& bytes, std::size_t piece, std::size_t twin_bytes = 0) {
  RowLock lock({.row_bytes = kRow, .rows_to_lock = 4, .twin_bytes = twin_bytes, .goes_on = counts_on, .may_follow = counts_on});
  Found all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    lock.put(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
    std::span<const std::byte> row;
    while (lock.next(row)) all.counters.push_back(counter_of(row));
    all.garbage += lock.take_garbage();
  }
  all.lost = lock.is_lost();
  return all;
}

std::vector<int> from_to(std::initializer_list<std::pair<int, int>> runs) {
  std::vector<int> all;
  for (const auto& [first, end] : runs)
    for (int k = first; k < end; ++k) all.push_back(k & 0xFFFF);
  return all;
}

}  // namespace

TEST_CASE("a new connection begins with a row, and the first row is given when three more have followed it") {
  CHECK(found(rows(65530, 3), 1).counters.empty());
  CHECK(found(rows(65530, 4), 1).counters == from_to({{65530, 65534}}));
  CHECK(found(rows(65530, 20), 1).counters == from_to({{65530, 65550}}));
  CHECK(found(rows(65530, 20), 1).garbage == 0);
}

TEST_CASE("lost rows are a jump of the counter, and nothing else is lost with them") {
  const auto got = found(joined({rows(0, 20), rows(33, 20)}), 7);
  CHECK(got.counters == from_to({{0, 20}, {33, 53}}));
  CHECK(got.garbage == 0);
}

TEST_CASE("garbage of any length is skipped and counted, with the one row behind it that it may have cut") {
  for (std::size_t length = 1; length < 60; ++length) {
    CAPTURE(length);
    const auto got = found(joined({rows(0, 20), garbage_bytes(length, length), rows(20, 40)}), 11);
    CHECK(got.counters == from_to({{0, 20}, {21, 60}}));
    CHECK(got.garbage == length + kRow);
  }
}

TEST_CASE("a row that garbage cut in two is never given") {
  const auto all = rows(0, 60);
  for (std::size_t cut = 1; cut < kRow; ++cut) {
    for (std::size_t length = 1; length < 30; ++length) {
      CAPTURE(cut);
      CAPTURE(length);
      const std::vector<std::byte> head(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(20 * kRow + cut));
      const std::vector<std::byte> tail(all.begin() + static_cast<std::ptrdiff_t>(20 * kRow + cut), all.end());
      const auto got = found(joined({head, garbage_bytes(length, length + 100), tail}), 64);
      // Where the cut is in the counter, the row behind it is the first that can be one, and is left out.
      CHECK(got.counters == from_to({{0, 20}, {cut < 5 ? 21 : 22, 60}}));
    }
  }
}

TEST_CASE("where two places look alike nothing is given until one of them fails, and never where both go on") {
  // The first two bytes of a row count too, for a while: after garbage they could be the end of a row.
  const auto twins = [](int alike) {
    auto bytes = joined({rows(0, 20), garbage_bytes(3, 5), rows(20, 100)});
    for (int row = 20; row < 20 + alike; ++row) {
      bytes[static_cast<std::size_t>(row) * kRow + 3] = std::byte{7};
      bytes[static_cast<std::size_t>(row) * kRow + 4] = static_cast<std::byte>(row + 100);
    }
    return found(bytes, 9);
  };
  CHECK(twins(20).counters == from_to({{0, 20}, {21, 120}}));
  CHECK_FALSE(twins(20).lost);
  CHECK(twins(100).counters == from_to({{0, 20}}));
  CHECK(twins(100).lost);
}

TEST_CASE("a word before the counter may count too: the later of the two is the counter") {
  for (const std::size_t garbage : {0, 1, 2, 4, 6, 10}) {
    CAPTURE(garbage);
    auto bytes = joined({rows(0, 20), garbage_bytes(garbage, 9), rows(40, 30)});
    for (std::size_t row = 0; row < 30; ++row) {
      bytes[(20 + row) * kRow + garbage + 2] = std::byte{0};
      bytes[(20 + row) * kRow + garbage + 3] = static_cast<std::byte>(row + 100);
    }
    CHECK(found(bytes, 13, 2).counters == from_to({{0, 20}, {garbage > 0 ? 41 : 40, 70}}));
  }
}

TEST_CASE("bytes that never hold a row end in a word of it, not in waiting for ever") {
  const auto got = found(garbage_bytes(5000, 3), 100);
  CHECK(got.counters.empty());
  CHECK(got.lost);
  CHECK(got.garbage == 5000);
}

TEST_CASE("any cut of any bytes gives the same rows") {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::byte> bytes;
    for (int part = 0, row = 0; part < 12; ++part) {
      const int kind = static_cast<int>(random() % 4);
      const int length = static_cast<int>(random() % 40);
      if (kind == 0) bytes = joined({bytes, garbage_bytes(static_cast<std::size_t>(length), random())});
      if (kind == 1) row += length;
      const auto more = rows(row, length);
      bytes = joined({bytes, more});
      if (kind == 2 && bytes.size() > 3) bytes.resize(bytes.size() - 3);
      row += length;
    }
    const auto whole = found(bytes, bytes.size());
    for (const std::size_t piece : {1, 2, 3, 5, 64}) CHECK(found(bytes, piece) == whole);
  }
}

}  // namespace semg::test
