// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/device.hpp"

#include <array>

namespace semg {

std::span<const DeviceKind> device_kinds() {
  static const std::array<DeviceKind, 4> kinds{{
      {"muovi", "OT Bioelettronica Muovi, Muovi+", "muovi:?port=54321&probe=muovi|muovi+&gain=8|4",
       "join the probe's network; the probe connects to this computer", "16-bit sample counter: exact", open_muovi},
      {"sessantaquattro", "OT Bioelettronica Sessantaquattro, Sessantaquattro+", "sessantaquattro:?port=45454&fs=2000&channels=64",
       "join the probe's network; the probe connects to this computer", "16-bit sample counter: exact", open_sessantaquattro},
      {"cyton", "OpenBCI Cyton, with or without Daisy", "cyton:/dev/ttyUSB0?daisy=off|on", "the dongle in this computer, the board on PC",
       "8-bit packet counter and this computer's clock: exact up to about half a second", open_cyton},
      {"replay", "a recording, played as if it were live", "replay:FILE.nwb?speed=1|max", "a recording", "as recorded", open_replay},
  }};
  return kinds;
}

}  // namespace semg
