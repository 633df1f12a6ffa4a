// SPDX-License-Identifier: BSD-3-Clause
// Bytes that mean nothing, the same ones for the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace semg::test {

inline std::vector<std::byte> garbage_bytes(std::size_t count, std::uint64_t seed) {
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<std::byte>(seed >> 56);
  }
  return bytes;
}

}  // namespace semg::test
