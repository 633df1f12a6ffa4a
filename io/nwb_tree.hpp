// SPDX-License-Identifier: BSD-3-Clause
// What stands around the samples of a recording to make it an NWB 2.7.0 file. The layout is written down in io/README.md.
#pragma once

#include <string>

#include "dsp/recording.hpp"
#include "io/hdf5_output.hpp"

namespace semg {

inline constexpr const char* kSeries = "/acquisition/emg";
inline constexpr const char* kElectrodes = "/general/extracellular_ephys/electrodes";
inline constexpr const char* kUnknownStart = "1970-01-01T00:00:00+00:00";  ///< NWB wants a date; /semg says that it is none
inline constexpr int kRecordingSchema = 1;

/// The groups that the samples lie in: /acquisition/emg.
void write_series_group(Hdf5Output& output);

/// All the rest, around the samples at /acquisition/emg/data. Identifiers derive from `content_sha256`, dates from the session start.
void write_nwb_tree(Hdf5Output& output, const Recording& recording, const std::string& content_sha256);

/// "2026-07-27T10:00:00+08:00": date, time with or without a fraction, and an offset or Z.
bool is_session_start(const std::string& text) noexcept;

}  // namespace semg
