// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace semg {
namespace {

static_assert(std::endian::native == std::endian::little, "eight bytes are taken as one little-endian number");

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

/// tables[k][b]: what the byte b does to the remainder when k more bytes follow it.
constexpr Table make_tables() {
  Table tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t remainder = b;
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82F63B78u : 0u);
    tables[0][b] = remainder;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xFF];
  }
  return tables;
}

constexpr Table kTables = make_tables();

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept {
  std::uint32_t crc = 0xFFFFFFFFu;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {  // eight bytes a step, as one by one takes eight times as long
    std::uint64_t eight;
    std::memcpy(&eight, bytes.data() + at, 8);
    eight ^= crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][(eight >> (8 * k)) & 0xFF];
  }
  for (; at < bytes.size(); ++at) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<std::uint32_t>(bytes[at])) & 0xFF];
  return ~crc;
}

}  // namespace semg
