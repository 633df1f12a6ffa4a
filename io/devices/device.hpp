// SPDX-License-Identifier: BSD-3-Clause
// Devices that stream: what each is called, what it needs, and the body of its reader thread.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>

#include "io/devices/intake.hpp"
#include "io/devices/live_uri.hpp"

namespace semg {

/// Connects, starts the device, frames its bytes, gives rows to the intake; after a loss connects again until `stop` is asked for, and then
/// tells the device to stop. Runs on a thread of its own. Throws Error only for what waiting does not mend.
using DeviceReader = std::function<void(Intake& to, std::stop_token stop)>;

/// A kind of device.
struct DeviceKind {
  std::string scheme;                        ///< "muovi"
  std::string name;                          ///< "OT Bioelettronica Muovi, Muovi+"
  std::string form;                          ///< "muovi:?port=54321&mode=emg|eeg|test": every key there is
  std::string needs;                         ///< what to do so that it can be reached
  std::string losses;                        ///< how losses are told: "16-bit sample counter: exact"
  DeviceReader (*open)(const LiveUri& uri);  ///< checks the whole URI; throws Error(usage). Touches no device yet
};

std::span<const DeviceKind> device_kinds();

/// A reader that a device cannot end once its stream has begun: what it refuses after a reconnect (another rate, a part that is missing) is
/// told as trouble and tried again, because somebody may be mending it while the recording waits.
DeviceReader lasting(DeviceReader reader);

// One maker a device, each in the file of its name.
DeviceReader open_muovi(const LiveUri& uri);
DeviceReader open_sessantaquattro(const LiveUri& uri);
DeviceReader open_trigno(const LiveUri& uri);
DeviceReader open_lsl(const LiveUri& uri);
DeviceReader open_fieldtrip(const LiveUri& uri);
DeviceReader open_cyton(const LiveUri& uri);
DeviceReader open_tcp(const LiveUri& uri);
DeviceReader open_serial_stream(const LiveUri& uri);
DeviceReader open_replay(const LiveUri& uri);

}  // namespace semg
