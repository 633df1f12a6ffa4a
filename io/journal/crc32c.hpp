// SPDX-License-Identifier: BSD-3-Clause
// CRC-32C (Castagnoli, RFC 3720): finds every burst of up to 32 wrong bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace semg {

std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept;

}  // namespace semg
