// SPDX-License-Identifier: BSD-3-Clause
// Any HDF5 dataset of numbers as a SignalFile, named by its path in the file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "io/formats/signal_file.hpp"

namespace semg {

struct Hdf5ByPathOptions {
  std::string dataset;          ///< "/a/b", or "/a/b:field" for a field of a compound dataset; empty: the only one there is
  std::optional<double> fs_hz;  ///< wins over what the file says; a difference above 0.5 % is a warning
};

/// The dataset is [rows], [rows x channels] or [channels x rows]: the longer side is time. A compound dataset is [rows] of numbers or of
/// fixed arrays of numbers, and one field is chosen. Channels are labelled by the dataset's (field's) name and "name 1", "name 2", ...
/// The rate comes from an attribute `fs`, `rate`, `sampling_rate`, `sample_rate`, `sampling rate`, `SampleRate` (or `fs_hz`,
/// `sampling_frequency`) of the dataset or of a group above it, and a warning "rate_from_attribute" says so; without one it is 0. The unit
/// comes from an attribute `unit` or `units`.
/// Throws Error(no_input), or Error(data); where the dataset is not there the sentence lists those that are:
/// `FILE: --dataset: found no dataset 'x', expected one of /a (int16 1000x8), /b:emg (float32 5000x16)`.
std::unique_ptr<SignalFile> open_hdf5_by_path(const std::filesystem::path& path, const Hdf5ByPathOptions& options);

}  // namespace semg
