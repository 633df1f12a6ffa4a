// SPDX-License-Identifier: BSD-3-Clause
// The conversation with OT Bioelettronica's probes: the probe connects to this computer, is told what to send, and sends until it is told
// to stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "io/devices/device.hpp"
#include "io/devices/otb_frames.hpp"

namespace semg {

/// What one probe is asked for.
struct OtbProbe {
  Recording head;
  OtbLayout layout;
  int port = 0;
  std::vector<std::byte> start, stop;  ///< commands
  std::string check;                   ///< what in the URI to look at when its bytes are no rows: "probe=, mode="
};

/// Channels "EMG1", "EMG2", ... in the unit of `head`; their rails are -steps and steps - 1 counts, where that is known.
void add_emg_channels(Recording& head, std::size_t channels, std::optional<std::int64_t> steps);

DeviceReader serve_otb(OtbProbe probe);

}  // namespace semg
