// SPDX-License-Identifier: BSD-3-Clause
// An emulated OT Bioelettronica Sessantaquattro+ or Sessantaquattro.
#pragma once

#include "tests/io/devices/otb_emulator.hpp"

namespace semg::test {

/// Two bytes, GETSET FSAMP NCH MODE HRES HPF GAIN TRIG REC GO; 16 packets a second. `others`: words that are no muscle signal, 8 for a
/// Sessantaquattro+, 4 for a Sessantaquattro.
inline std::optional<OtbStream> sessantaquattro_stream(std::size_t others, std::span<const std::byte> command) {
  const unsigned word = std::to_integer<unsigned>(command[0]) << 8 | std::to_integer<unsigned>(command[1]);
  if ((word & 1) == 0) return {};
  const unsigned mode = word >> 8 & 7;
  OtbStream stream;
  stream.fs_hz = 500 << (word >> 13 & 3);
  stream.channels = std::size_t{8} << (word >> 11 & 3);
  if (mode == 1) stream.channels /= 2;
  stream.words = stream.channels + others;
  stream.word_bytes = (word & 0x80) != 0 ? 3 : 2;
  stream.packet_rows = static_cast<std::int64_t>(stream.fs_hz) / 16;
  stream.ramps = mode == 7;
  return stream;
}

/// Connects to `port` of this computer.
class SessantaquattroEmulator : public OtbEmulator {
 public:
  SessantaquattroEmulator(int port, std::size_t others, Habits habits = {})
      : OtbEmulator(
            port, 2, [others](std::span<const std::byte> command) { return sessantaquattro_stream(others, command); }, std::move(habits)) {}
};

}  // namespace semg::test
