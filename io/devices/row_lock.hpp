// SPDX-License-Identifier: BSD-3-Clause
// Rows of a known length in a stream of bytes that says nothing else about where one begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace semg {

/// Rows that follow each other with nothing lost between, as a framer gives them.
struct RowRun {
  std::uint32_t counter = 0;   ///< of the first of them
  std::size_t first = 0;       ///< where they begin among the rows of the same call
  std::size_t rows = 0;        ///< at least 1
  bool trigger_began = false;  ///< with the first of them
};

/// Finds rows by what each says of the one before it (a counter, marks at both ends). Where that does not hold, bytes were lost or added:
/// then nothing is given until, of all places where a row may begin, one and only one is followed by row after row. A connection's first
/// byte begins a row, so there the first place is tried alone. The row behind garbage is left out: its own head may be garbage.
/// Pure; any bytes, cut anywhere, give the same rows; memory is bounded.
class RowLock {
 public:
  /// Whether `row` may stand behind `before`; both are row_bytes long, and `ahead_bytes` of what follows it are at the end of `row`. Never
  /// throws.
  using Follows = std::function<bool(std::span<const std::byte> before, std::span<const std::byte> row)>;
  struct Rule {
    std::size_t row_bytes = 1;
    std::size_t ahead_bytes = 0;   ///< goes_on() judges a row by so many bytes behind it too, and waits for them
    std::size_t rows_to_lock = 2;  ///< so many rows must follow each other before the first of them is believed
    std::size_t twin_bytes = 0;    ///< a place that fits is none where the one so far behind it fits too: a word before the counter counts
    Follows goes_on;               ///< judges rows while the place is certain
    Follows may_follow;            ///< judges rows while it is looked for
  };
  explicit RowLock(Rule rule);

  /// Takes all of it; call next() until it is false before the next put().
  void put(std::span<const std::byte> bytes);
  /// The next certain row, good until the next call of anything here; false where more bytes are needed.
  bool next(std::span<const std::byte>& row);
  /// Bytes that belonged to no row, since it was asked last.
  std::size_t take_garbage() noexcept;
  /// Nothing was found for too long, or several places look alike: only a new connection can tell. All bytes are garbage from here on.
  bool is_lost() const noexcept { return lost_; }
  /// A new connection: what is left of the old one is garbage.
  void start_anew();
  /// The same, but it may begin within a row: its first place is tried as any other.
  void start_anywhere();

 private:
  std::span<const std::byte> row_at(std::size_t place) const noexcept;
  bool follow(std::size_t place, std::size_t rows) const noexcept;
  void skip(std::size_t bytes) noexcept;
  std::span<const std::byte> take() noexcept;
  bool look_for_place() noexcept;

  Rule rule_;
  std::vector<std::byte> pending_, last_;
  std::size_t at_ = 0;       // first byte of pending_ that was not used
  std::size_t garbage_ = 0;  // not yet asked for
  std::size_t skipped_ = 0;  // bytes since the last row
  std::size_t wanted_;       // rows that must follow each other
  bool in_doubt_ = false;    // the next row is left out
  bool fresh_ = true, locked_ = false, lost_ = false;
};

}  // namespace semg
