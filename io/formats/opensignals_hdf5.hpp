// SPDX-License-Identifier: BSD-3-Clause
// OpenSignals (r)evolution HDF5 as a SignalFile: PLUX and BITalino devices, several per file.
#pragma once

#include <filesystem>
#include <memory>

#include "io/formats/signal_file.hpp"

namespace semg {

/// One group per device, `/<address>/raw/channel_N`. Channels are labelled as the device labels them ("CH2"), devices "device 1",
/// "device 2" in the file's order: an address is not copied. EMG sensors are in mV over the sensor's transfer function
///   biosignalsplux  (count / 2^n - 0.5) * 3      (+-1.5 mV, gain 1000 at 3 V)
///   BITalino        (count / 2^n - 0.5) * 3.3 / 1009 * 1000
/// with n the stated resolution, so 0 mV is the whole count 2^(n-1). Other sensors and digital lines keep their counts, have no unit, and
/// are no signal. Throws Error(no_input) or Error(data).
std::unique_ptr<SignalFile> open_opensignals_hdf5(const std::filesystem::path& path);

}  // namespace semg
