// SPDX-License-Identifier: BSD-3-Clause
// What a framer of rows must keep to, whatever bytes come and however they are cut.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {

/// What a device sends on one connection.
struct Sent {
  std::vector<std::byte> bytes;
  std::size_t rows = 0;
  bool only_rows = true;  ///< that count on, from the first byte to the last
};

/// Connections as the fuzzer wants them: rows, jumps, rows torn or overwritten, one byte over and over, any bytes. `row(counter)` gives the
/// bytes of one.
template <class Row>
std::vector<Sent> sent_as_wanted(FuzzInput& input, Row row) {
  constexpr std::size_t kMostBytes = 1 << 14;
  std::vector<Sent> all(1);  // counters go on from one to the next
  std::uint32_t counter = 0;
  for (std::size_t bytes = 0; !input.is_over() && bytes < kMostBytes;) {
    const std::size_t word = input.number();
    if (word % 8 == 5) all.emplace_back();
    Sent& sent = all.back();
    const std::size_t before = sent.bytes.size(), length = before == 0 ? 1 : before;
    switch (word % 8) {
      case 0: append(sent.bytes, input.bytes(1 + word / 8)); break;
      case 1:
        for (std::size_t k = 0; k <= word / 8; ++k, ++sent.rows) append(sent.bytes, row(counter++));
        break;
      case 2: sent.bytes.resize(before - std::min(before, 1 + input.number())); break;
      case 3: {
        const auto byte = static_cast<std::byte>(input.number());
        sent.bytes.resize(before + 4 * input.number(), byte);
        break;
      }
      case 4:
        if (before > 0) sent.bytes[before - 1 - input.number() % length] = static_cast<std::byte>(input.number());
        break;
      case 6: counter += static_cast<std::uint32_t>(1 + input.number()); break;
      case 7: counter = static_cast<std::uint32_t>(-static_cast<std::int32_t>(input.number())); break;
    }
    if (word % 8 != 1 && (before > 0 || !sent.bytes.empty())) sent.only_rows = false;
    bytes += sent.bytes.size() > before ? sent.bytes.size() - before : 1;
  }
  return all;
}

/// A row as a framer gave it, in the shape that suits its target.
struct GivenRow {
  std::uint32_t counter = 0;
  std::size_t mark = 0;  ///< what else is said of it: a trigger, rows lost before it
  std::vector<std::byte> samples;
  bool operator==(const GivenRow&) const = default;
};

/// Whether rows can be read in `bytes` in their order and apart. `parts` gives pieces of `part_bytes`, each with a test `is(bytes)`.
template <class Part>
bool stand_in(std::span<const std::byte> bytes, std::size_t part_bytes, const std::vector<Part>& parts) {
  std::size_t at = 0;
  for (const Part& part : parts) {
    while (at + part_bytes <= bytes.size() && !part(bytes.subspan(at, part_bytes))) ++at;
    if (at + part_bytes > bytes.size()) return false;
    at += part_bytes;
  }
  return true;
}

/// `make()` gives a new framer behind this face:
///   row_bytes, most_held       of a row on the line; of bytes that may wait for what follows them
///   feed(bytes, rows)          appends GivenRow, returns the garbage
///   start(), is_lost()         a new connection
///   stand_in(bytes, rows)      whether the rows were in the bytes
///   owed(sent)                 how many rows of a connection of rows alone must have been given when all has come
template <class Make>
void check_framer(Make make, const std::vector<Sent>& all, const Cuts& cuts) {
  auto whole = make(), cut = make();
  for (const Sent& sent : all) {
    std::vector<GivenRow> rows, rows_of_cut;
    std::size_t garbage = 0, garbage_of_cut = 0, fed = 0;
    const auto held = [&] { return fed - rows_of_cut.size() * cut.row_bytes - garbage_of_cut; };
    garbage += whole.feed(sent.bytes, rows);
    cuts.feed(sent.bytes, [&](std::span<const std::byte> piece) {
      garbage_of_cut += cut.feed(piece, rows_of_cut);
      fed += piece.size();
      must(held() <= cut.most_held, "only a few bytes wait for what follows them, and none counts twice");
    });
    must(rows == rows_of_cut, "bytes cut anywhere give the same rows");
    must(garbage == garbage_of_cut, "bytes cut anywhere give the same garbage");
    must(whole.is_lost() == cut.is_lost(), "a place is lost wherever the bytes are cut");
    must(whole.stand_in(sent.bytes, rows), "every row given was in the bytes, in this order");
    must(!sent.only_rows || rows.size() >= whole.owed(sent), "rows that count on are given");
    must(!sent.only_rows || garbage == 0, "rows that count on are no garbage");
    whole.start();
    cut.start();
    std::vector<GivenRow> none;
    garbage += whole.feed({}, none);
    garbage_of_cut += cut.feed({}, none);
    must(none.empty(), "a new connection gives no row of the old one");
    must(garbage == garbage_of_cut, "what is left of a connection is the same garbage");
    must(rows.size() * whole.row_bytes + garbage == sent.bytes.size(), "every byte is in a row or garbage, and only once");
  }
}

}  // namespace semg::test
