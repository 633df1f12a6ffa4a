// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/journal_format.hpp"

#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "io/journal/crc32c.hpp"

namespace semg {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

constexpr std::uint16_t kLayout = 1;
constexpr std::size_t kSummed = kBlockHeaderBytes - sizeof(std::uint32_t);
constexpr const char* kExtension = ".emgj";

/// Numbers one after the other.
class Cursor {
 public:
  explicit Cursor(std::byte* at) noexcept : at_(at) {}
  template <class T>
  void put(T value) noexcept {
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }

 private:
  std::byte* at_;
};

class ConstCursor {
 public:
  explicit ConstCursor(const std::byte* at) noexcept : at_(at) {}
  template <class T>
  T get() noexcept {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

 private:
  const std::byte* at_;
};

}  // namespace

std::uint32_t seal_block(BlockHeader header, std::span<std::byte> block) noexcept {
  const auto payload = block.subspan(kBlockHeaderBytes);
  Cursor to(block.data());
  to.put(kBlockMagic);
  to.put(static_cast<std::uint16_t>(header.type));
  to.put(kLayout);
  to.put(static_cast<std::uint32_t>(payload.size()));
  to.put(header.rows);
  to.put(header.first_row);
  to.put(header.steady_ns);
  to.put(header.previous);
  to.put(header.journal);
  to.put(crc32c(payload));
  const std::uint32_t crc = crc32c(block.first(kSummed));
  to.put(crc);
  return crc;
}

std::optional<ReadHeader> read_header(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < kBlockHeaderBytes) return {};
  ConstCursor from(bytes.data());
  if (from.get<std::uint32_t>() != kBlockMagic) return {};
  const auto type = from.get<std::uint16_t>(), layout = from.get<std::uint16_t>();
  ReadHeader read;
  BlockHeader& header = read.header;
  header.payload_bytes = from.get<std::uint32_t>();
  header.rows = from.get<std::uint32_t>();
  header.first_row = from.get<std::int64_t>();
  header.steady_ns = from.get<std::int64_t>();
  header.previous = from.get<std::uint32_t>();
  header.journal = from.get<std::uint32_t>();
  header.payload_crc = from.get<std::uint32_t>();
  read.crc = from.get<std::uint32_t>();
  if (crc32c(bytes.first(kSummed)) != read.crc || layout != kLayout) return {};
  if (type < static_cast<int>(BlockType::head) || type > static_cast<int>(BlockType::end)) return {};
  if (header.payload_bytes > kMaxPayloadBytes) return {};
  header.type = static_cast<BlockType>(type);
  return read;
}

std::string segment_name(std::int64_t number) {
  return fmt::format("{:06}{}", number, kExtension);
}

std::optional<std::int64_t> segment_number(const std::string& name) {
  const std::size_t digits = name.find_first_not_of("0123456789");
  if (digits < 6 || digits > 12 || digits == std::string::npos || name.substr(digits) != kExtension) return {};
  return std::stoll(name.substr(0, digits));
}

}  // namespace semg
