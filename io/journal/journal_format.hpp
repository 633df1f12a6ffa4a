// SPDX-License-Identifier: BSD-3-Clause
// How a journal lies on the disk. The table of it is in io/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace semg {

enum class BlockType : std::uint16_t {
  head = 1,    ///< JSON: the recording as far as it is known before its first row; the first block of every segment
  rows = 2,    ///< samples as they are in memory
  event = 3,   ///< the others are words, as JSON
  strike = 4,  ///< an event that counts no more
  period = 5,  ///< all that is known of one period by then
  clock = 6,
  end = 7,
};

/// What stands before each payload: 48 bytes, little-endian.
struct BlockHeader {
  BlockType type = BlockType::rows;
  std::uint32_t payload_bytes = 0;
  std::uint32_t rows = 0;      ///< of a head: number of the segment
  std::int64_t first_row = 0;  ///< of words: the row after the last one stored by then
  std::int64_t steady_ns = 0;
  std::uint32_t previous = 0;  ///< checksum of the header of the last block that was written whole; 0 in heads and where there is none
  std::uint32_t journal = 0;   ///< checksum of the head's JSON: tells which journal a block belongs to
  std::uint32_t payload_crc = 0;
};

inline constexpr std::size_t kBlockHeaderBytes = 48;
inline constexpr std::size_t kMaxPayloadBytes = 4 << 20;
inline constexpr std::size_t kMaxBlockBytes = kBlockHeaderBytes + kMaxPayloadBytes;
inline constexpr std::size_t kMaxRowsBytes = 256 << 10;  ///< of rows in one block, and at least one row

/// The first four bytes of every block.
inline constexpr std::uint32_t kBlockMagic = 0x4A474D45;  // "EMGJ"

/// Puts the header before the payload, which stands in `block` from kBlockHeaderBytes on; fills in its checksum and length. Returns the
/// checksum of the header, which covers that of the payload.
std::uint32_t seal_block(BlockHeader header, std::span<std::byte> block) noexcept;

/// The header at the front of `bytes` and its checksum; none where it is cut, damaged or of no type known.
struct ReadHeader {
  BlockHeader header;
  std::uint32_t crc = 0;
};
std::optional<ReadHeader> read_header(std::span<const std::byte> bytes) noexcept;

/// "000001.emgj"
std::string segment_name(std::int64_t number);
/// None where it is no segment's name.
std::optional<std::int64_t> segment_number(const std::string& name);

}  // namespace semg
