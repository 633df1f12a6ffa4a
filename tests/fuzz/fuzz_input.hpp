// SPDX-License-Identifier: BSD-3-Clause
// The fuzzer's bytes as decisions of a test, and what every target says when a fact does not hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace semg::test {

/// The input is kept by libFuzzer, with this sentence in its log.
inline void must(bool holds, const char* fact) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: it is not so that %s\n", fact);
  std::abort();
}

/// Taken from the front; where it is over, zeros.
class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size) : rest_(std::as_bytes(std::span(data, size))) {}

  bool is_over() const noexcept { return rest_.empty(); }
  /// One byte of input.
  std::size_t number() noexcept {
    const auto byte = bytes(1);
    return byte.empty() ? 0 : std::to_integer<std::size_t>(byte[0]);
  }
  std::size_t below(std::size_t end) noexcept { return number() % end; }
  std::span<const std::byte> bytes(std::size_t most) noexcept {
    const auto front = rest_.first(std::min(most, rest_.size()));
    rest_ = rest_.subspan(front.size());
    return front;
  }
  std::string text(std::size_t most) {
    const auto front = bytes(most);
    return {reinterpret_cast<const char*>(front.data()), front.size()};
  }
  std::span<const std::byte> rest() noexcept { return bytes(rest_.size()); }

 private:
  std::span<const std::byte> rest_;
};

/// Where a stream of bytes is cut: lengths of the pieces, over and over again.
class Cuts {
 public:
  explicit Cuts(FuzzInput& input) {
    for (std::size_t& length : lengths_) length = 1 + input.number();
  }
  template <class Feed>
  void feed(std::span<const std::byte> bytes, Feed feed) const {
    for (std::size_t k = 0; !bytes.empty(); ++k) {
      const std::size_t length = std::min(bytes.size(), lengths_[k % std::size(lengths_)]);
      feed(bytes.first(length));
      bytes = bytes.subspan(length);
    }
  }

 private:
  std::size_t lengths_[4] = {};
};

inline void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace semg::test
