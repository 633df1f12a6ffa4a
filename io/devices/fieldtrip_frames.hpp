// SPDX-License-Identifier: BSD-3-Clause
// Messages of the FieldTrip buffer protocol, version 1: little-endian, an 8-byte head (version, command, size of what follows) and a body.
// Source: FieldTrip, realtime/src/buffer/src/message.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dsp/recording.hpp"

namespace semg {

enum class FieldtripCommand : std::uint16_t {
  get_header = 0x201,
  get_data = 0x202,
  get_ok = 0x204,
  get_error = 0x205,
  wait_data = 0x402,
  wait_ok = 0x404,
  wait_error = 0x405
};

/// A request whose body is nothing but 32-bit numbers.
std::vector<std::byte> fieldtrip_request(FieldtripCommand command, std::initializer_list<std::uint32_t> words);

struct FieldtripReply {
  FieldtripCommand command = FieldtripCommand::get_error;
  std::vector<std::byte> body;
};

/// Replies out of bytes as they come. From the first bytes that are no reply on nothing is given, since where replies begin is not known
/// any more: connect anew. Pure: any cut gives the same replies.
class FieldtripReplies {
 public:
  static constexpr std::size_t kMostBody = std::size_t{16} << 20;

  void put(std::span<const std::byte> bytes);
  /// False where more bytes are needed.
  bool next(FieldtripReply& reply);
  bool is_spoiled() const noexcept { return spoiled_; }
  /// Bytes that belonged to no reply, since it was asked last.
  std::size_t take_garbage() noexcept;

 private:
  std::vector<std::byte> pending_;
  std::size_t garbage_ = 0;
  bool spoiled_ = false;
};

/// What the buffer says its stream is.
struct FieldtripHeader {
  std::uint32_t channels = 0;
  std::uint32_t samples = 0;  ///< that have come so far
  double fs_hz = 0;
  std::uint32_t data_type = 0;
  std::vector<std::string> names;   ///< of the first channels; may be fewer than channels
  std::vector<double> resolutions;  ///< of all channels, or none
};

/// Nothing where the body of a reply is no header.
std::optional<FieldtripHeader> fieldtrip_header(std::span<const std::byte> body);
/// "int16"; "type 77" where the protocol knows none.
std::string fieldtrip_type_name(std::uint32_t data_type);
/// float64 is stored as float32. Nothing for types that are not recorded.
std::optional<SampleType> fieldtrip_stored_as(std::uint32_t data_type) noexcept;
std::size_t fieldtrip_value_bytes(std::uint32_t data_type) noexcept;

/// Appends `rows` rows of `columns` (0-based) to `samples`, in the stored type. False, and nothing appended, where the body is not exactly
/// so many rows of what `header` says.
bool append_fieldtrip_rows(const FieldtripHeader& header, std::span<const std::size_t> columns, std::size_t rows,
                           std::span<const std::byte> body, std::vector<std::byte>& samples);

}  // namespace semg
