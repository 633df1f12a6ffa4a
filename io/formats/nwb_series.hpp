// SPDX-License-Identifier: BSD-3-Clause
// A series of any NWB 2.x file as a SignalFile, counts as they are stored.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "io/formats/signal_file.hpp"

namespace semg {

struct NwbSeriesOptions {
  std::string series;  ///< path in the file, as "/acquisition/emg", or its last part; empty: the only one there is
};

/// An ElectricalSeries or TimeSeries [rows] or [rows x channels]. Throws Error(no_input), or Error(data); where there are several and none
/// was chosen the sentence lists them. Counts, units and rows are those that RecordingReader would use; a series in another unit than volts
/// or a.u. is given as it is, under the unit it states.
std::unique_ptr<SignalFile> open_nwb_series(const std::filesystem::path& path, const NwbSeriesOptions& options);

}  // namespace semg
