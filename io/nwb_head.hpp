// SPDX-License-Identifier: BSD-3-Clause
// What an NWB file says around its samples: ours in full, of any other what can be told.
#pragma once

#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "io/hdf5_input.hpp"
#include "io/nwb_clock.hpp"
#include "io/sample_dataset.hpp"

namespace semg {

/// Where the series of samples lies: "/acquisition/emg" in ours; elsewhere the only ElectricalSeries, or the only TimeSeries of volts where
/// there is none, or the one that `chosen` names by its path or last part. Throws Error(data), listing those there are.
std::string find_nwb_series(const Hdf5Input& input, const std::string& chosen);

struct NwbHead {
  Recording recording;             ///< rows and gaps on the gap-free grid
  CountScale scale;                ///< stored count -> the stream's unit
  std::vector<Stretch> stretches;  ///< the rows that are there
};

/// `samples` is the dataset `data` of `series`. Throws Error(data).
NwbHead read_nwb_head(const Hdf5Input& input, const std::string& series, const SampleDataset& samples);

}  // namespace semg
