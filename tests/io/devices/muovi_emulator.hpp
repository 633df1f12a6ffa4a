// SPDX-License-Identifier: BSD-3-Clause
// An emulated OT Bioelettronica Muovi or Muovi+.
#pragma once

#include "tests/io/devices/otb_emulator.hpp"

namespace semg::test {

/// One byte, 0000 EMG MODE1 MODE0 GO. `channels`: 32 for a Muovi, 64 for a Muovi+; they send 18 and 10 rows a packet, 12 and 6 at 24 bits.
inline std::optional<OtbStream> muovi_stream(std::size_t channels, std::span<const std::byte> command) {
  const unsigned word = std::to_integer<unsigned>(command[0]);
  if ((word & 1) == 0) return {};
  const bool emg = (word & 8) != 0;
  OtbStream stream;
  stream.channels = channels;
  stream.words = channels + 6;
  stream.fs_hz = emg ? 2000 : 500;
  stream.word_bytes = emg ? 2 : 3;
  stream.packet_rows = channels == 32 ? (emg ? 18 : 12) : (emg ? 10 : 6);
  stream.ramps = (word & 6) == 6;
  return stream;
}

/// Connects to `port` of this computer.
class MuoviEmulator : public OtbEmulator {
 public:
  MuoviEmulator(int port, std::size_t channels, Habits habits = {})
      : OtbEmulator(
            port, 1, [channels](std::span<const std::byte> command) { return muovi_stream(channels, command); }, std::move(habits)) {}
};

}  // namespace semg::test
