// SPDX-License-Identifier: BSD-3-Clause
// RowLock with rules as devices have them: a counter of 8 bits, a mark, both.
#include "io/devices/row_lock.hpp"
#include "tests/fuzz/framer_check.hpp"

namespace semg::test {
namespace {

constexpr std::byte kMark{0xA5};

bool counts_on(std::span<const std::byte> before, std::span<const std::byte> row) noexcept {
  return row.back() == static_cast<std::byte>(std::to_integer<unsigned>(before.back()) + 1);
}

bool has_mark(std::span<const std::byte>, std::span<const std::byte> row) noexcept {
  return row.front() == kMark;
}

RowLock::Rule rule_as_wanted(FuzzInput& input) {
  RowLock::Rule rule{.row_bytes = 2 + input.below(15), .rows_to_lock = 1 + input.below(5), .goes_on = counts_on, .may_follow = counts_on};
  rule.twin_bytes = input.below(rule.row_bytes + 1);
  switch (input.below(4)) {
    case 1: rule.goes_on = rule.may_follow = has_mark; break;
    case 2: rule.may_follow = has_mark; break;
    case 3:
      rule.ahead_bytes = 1;
      rule.goes_on = [](std::span<const std::byte> before, std::span<const std::byte> row) {
        return has_mark(before, row) && row.back() == kMark && counts_on(before.first(before.size()), row.first(row.size() - 1));
      };
      rule.may_follow = [](std::span<const std::byte> before, std::span<const std::byte> row) {
        return has_mark(before, row) && has_mark(row, before);
      };
      break;
    default: break;
  }
  return rule;
}

struct LockFace {
  RowLock lock;
  std::size_t row_bytes, most_held;

  explicit LockFace(const RowLock::Rule& rule)
      : lock(rule), row_bytes(rule.row_bytes), most_held(66 * rule.row_bytes + rule.twin_bytes + rule.ahead_bytes) {}
  std::size_t feed(std::span<const std::byte> bytes, std::vector<GivenRow>& rows) {
    lock.put(bytes);
    std::span<const std::byte> row;
    while (lock.next(row)) rows.push_back({.samples = {row.begin(), row.end()}});
    return lock.take_garbage();
  }
  void start() { lock.start_anew(); }
  bool is_lost() const { return lock.is_lost(); }
  bool stand_in(std::span<const std::byte> bytes, const std::vector<GivenRow>& rows) const {
    const auto same = [](const GivenRow& row) {
      return [&row](std::span<const std::byte> there) { return std::equal(there.begin(), there.end(), row.samples.begin()); };
    };
    std::vector<decltype(same(rows[0]))> parts;
    for (const GivenRow& row : rows) parts.push_back(same(row));
    return test::stand_in(bytes, row_bytes, parts);
  }
  std::size_t owed(const Sent& sent) const { return sent.rows < 5 ? 0 : sent.rows - 1; }
};

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  const Cuts cuts(input);
  const auto rule = rule_as_wanted(input);
  const std::size_t seed = input.number();
  const auto row = [&](std::uint32_t counter) {
    std::vector<std::byte> bytes(rule.row_bytes, kMark);
    for (std::size_t k = 1; k + 1 < bytes.size(); ++k) bytes[k] = static_cast<std::byte>(seed * k * counter);
    bytes.back() = static_cast<std::byte>(counter);
    return bytes;
  };
  check_framer([&] { return LockFace(rule); }, sent_as_wanted(input, row), cuts);
  return 0;
}
