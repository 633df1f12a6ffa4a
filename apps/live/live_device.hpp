// SPDX-License-Identifier: BSD-3-Clause
// Every live source there is: devices, a recording played again, and one that is made up.
#pragma once

#include <string>
#include <vector>

#include "io/devices/device.hpp"

namespace semg {

/// The whole list, in the order `semg devices` shows it.
std::vector<DeviceKind> live_kinds();

/// Checks the URI and touches no device yet. Throws Error(usage); for an unknown scheme it names the nearest known one.
DeviceReader open_live(const std::string& uri);

/// `synthetic:?channels=4&fs=2000&seed=1&loss=0&speed=1|max`: bursts of 3 s after 5 s of rest, for trying things out and for benches.
DeviceReader open_synthetic(const LiveUri& uri);

}  // namespace semg
