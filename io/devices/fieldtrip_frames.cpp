// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/fieldtrip_frames.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "io/formats/utf8.hpp"

namespace semg {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kHead = 8;         // of a message
constexpr std::size_t kHeaderHead = 24;  // channels, samples, events, rate, type, size of the chunks
constexpr std::size_t kDataHead = 16;    // channels, samples, type, size
constexpr std::uint32_t kMostChannels = 4096;
constexpr std::uint32_t kNamesChunk = 1, kResolutionsChunk = 3;
constexpr std::uint32_t kInt16 = 6, kInt32 = 7, kFloat32 = 9, kFloat64 = 10;

/// A little-endian number of `count` bytes; there must be so many.
std::uint64_t number(std::span<const std::byte> bytes, std::size_t at, std::size_t count) noexcept {
  std::uint64_t all = 0;
  for (std::size_t k = count; k-- > 0;) all = all << 8 | std::to_integer<std::uint64_t>(bytes[at + k]);
  return all;
}

std::uint32_t word(std::span<const std::byte> bytes, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(number(bytes, at, 4));
}

bool is_answer(std::uint64_t command) noexcept {
  using enum FieldtripCommand;
  for (const FieldtripCommand known : {get_ok, get_error, wait_ok, wait_error})
    if (command == static_cast<std::uint64_t>(known)) return true;
  return false;
}

/// Names end in a zero each; the last one's may be missing.
std::vector<std::string> names_in(std::span<const std::byte> chunk, std::uint32_t channels) {
  std::vector<std::string> names;
  std::string name;
  for (const std::byte byte : chunk) {
    if (byte != std::byte{0}) {
      name += static_cast<char>(byte);
      continue;
    }
    if (names.size() == channels) return names;
    names.push_back(utf8_of(std::exchange(name, {})));
  }
  if (!name.empty() && names.size() < channels) names.push_back(utf8_of(name));
  return names;
}

}  // namespace

std::vector<std::byte> fieldtrip_request(FieldtripCommand command, std::initializer_list<std::uint32_t> words) {
  std::vector<std::byte> bytes;
  const auto append = [&](std::uint64_t value, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) bytes.push_back(static_cast<std::byte>(value >> (8 * k) & 0xFF));
  };
  append(kVersion, 2);
  append(static_cast<std::uint64_t>(command), 2);
  append(4 * words.size(), 4);
  for (const std::uint32_t each : words) append(each, 4);
  return bytes;
}

void FieldtripReplies::put(std::span<const std::byte> bytes) {
  if (spoiled_) {
    garbage_ += bytes.size();
  } else {
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  }
}

bool FieldtripReplies::next(FieldtripReply& reply) {
  if (pending_.size() < kHead) return false;
  const std::uint64_t command = number(pending_, 2, 2), size = number(pending_, 4, 4);
  if (number(pending_, 0, 2) != kVersion || !is_answer(command) || size > kMostBody) {
    spoiled_ = true;
    garbage_ += pending_.size();
    pending_.clear();
    return false;
  }
  if (pending_.size() - kHead < size) return false;
  const auto body = pending_.begin() + kHead, end = body + static_cast<std::ptrdiff_t>(size);
  reply.command = static_cast<FieldtripCommand>(command);
  reply.body.assign(body, end);
  pending_.erase(pending_.begin(), end);
  return true;
}

std::size_t FieldtripReplies::take_garbage() noexcept {
  return std::exchange(garbage_, 0);
}

std::optional<FieldtripHeader> fieldtrip_header(std::span<const std::byte> body) {
  if (body.size() < kHeaderHead) return {};
  FieldtripHeader header{.channels = word(body, 0),
                         .samples = word(body, 4),
                         .fs_hz = std::bit_cast<float>(word(body, 12)),
                         .data_type = word(body, 16),
                         .names = {},
                         .resolutions = {}};
  if (header.channels == 0 || header.channels > kMostChannels || !(header.fs_hz >= 0.1 && header.fs_hz <= 1e6)) return {};
  if (word(body, 20) != body.size() - kHeaderHead) return {};
  for (std::size_t at = kHeaderHead; at < body.size();) {
    if (body.size() - at < 8) return {};
    const std::uint32_t kind = word(body, at), size = word(body, at + 4);
    at += 8;
    if (size > body.size() - at) return {};
    const auto chunk = body.subspan(at, size);
    if (kind == kNamesChunk) header.names = names_in(chunk, header.channels);
    if (kind == kResolutionsChunk && size == 8 * header.channels) {
      header.resolutions.clear();
      for (std::size_t c = 0; c < header.channels; ++c) header.resolutions.push_back(std::bit_cast<double>(number(chunk, 8 * c, 8)));
    }
    at += size;
  }
  return header;
}

std::string fieldtrip_type_name(std::uint32_t data_type) {
  static constexpr std::array kNames{"char",  "uint8", "uint16", "uint32",  "uint64", "int8",
                                     "int16", "int32", "int64",  "float32", "float64"};
  return data_type < kNames.size() ? kNames[data_type] : fmt::format("type {}", data_type);
}

std::optional<SampleType> fieldtrip_stored_as(std::uint32_t data_type) noexcept {
  if (data_type == kInt16) return SampleType::int16;
  if (data_type == kInt32) return SampleType::int32;
  if (data_type == kFloat32 || data_type == kFloat64) return SampleType::float32;
  return {};
}

std::size_t fieldtrip_value_bytes(std::uint32_t data_type) noexcept {
  static constexpr std::array<std::size_t, 11> kBytes{1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8};
  return data_type < kBytes.size() ? kBytes[data_type] : 0;
}

bool append_fieldtrip_rows(const FieldtripHeader& header, std::span<const std::size_t> columns, std::size_t rows,
                           std::span<const std::byte> body, std::vector<std::byte>& samples) {
  const std::size_t value_bytes = fieldtrip_value_bytes(header.data_type), row_bytes = value_bytes * header.channels;
  if (body.size() < kDataHead || word(body, 0) != header.channels || word(body, 4) != rows || word(body, 8) != header.data_type ||
      word(body, 12) != body.size() - kDataHead || body.size() - kDataHead != rows * row_bytes)
    return false;
  const std::size_t stored_bytes = value_bytes == 2 ? 2 : 4;
  std::size_t to = samples.size();
  samples.resize(to + rows * columns.size() * stored_bytes);
  for (std::size_t row = 0; row < rows; ++row) {
    for (const std::size_t column : columns) {
      const std::uint64_t bits = number(body, kDataHead + row * row_bytes + column * value_bytes, value_bytes);
      const auto narrow = static_cast<std::uint16_t>(bits);
      auto wide = static_cast<std::uint32_t>(bits);
      if (header.data_type == kFloat64) wide = std::bit_cast<std::uint32_t>(static_cast<float>(std::bit_cast<double>(bits)));
      std::memcpy(samples.data() + to, stored_bytes == 2 ? static_cast<const void*>(&narrow) : &wide, stored_bytes);
      to += stored_bytes;
    }
  }
  return true;
}

}  // namespace semg
