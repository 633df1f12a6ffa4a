// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/live_device.hpp"

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/nearest_word.hpp"

namespace semg {

std::vector<DeviceKind> live_kinds() {
  const auto devices = device_kinds();
  std::vector<DeviceKind> kinds(devices.begin(), devices.end());
  kinds.push_back({.scheme = "synthetic",
                   .name = "made-up signal, marked SIMULATED",
                   .form = "synthetic:?channels=4&fs=2000&seed=1&loss=0&speed=1|max",
                   .needs = "nothing",
                   .losses = "exact",
                   .open = open_synthetic});
  return kinds;
}

DeviceReader open_live(const std::string& text) {
  const LiveUri uri(text);
  std::vector<std::string> schemes;
  for (const DeviceKind& kind : live_kinds()) {
    if (kind.scheme == uri.scheme()) return kind.open(uri);
    schemes.push_back(kind.scheme);
  }
  throw Error(Fault::usage, fmt::format("{}: source: found '{}', expected one of {}; the nearest is {}", text, uri.scheme(),
                                        fmt::join(schemes, ", "), nearest_word(uri.scheme(), schemes)));
}

}  // namespace semg
