// SPDX-License-Identifier: BSD-3-Clause
// truth.csv of a simulated study: what `semg compare` is to find.
#pragma once

#include <filesystem>

#include "engine/simulation/simulated_study.hpp"

namespace semg {

/// A row for each row of changes.csv, in its columns, with `effect` behind them.
///
/// `change` is what the signals of the two visits truly differ: electrodes and day included, repetitions not. `effect` is the treatment's
/// part of it alone. Amplitudes are those of the muscle as the default chain lets it through, without the noise; frequencies those of all
/// that the channel holds, noise included, after that chain and within its band. `verdict` is what the effect is, whether it can be told or
/// not.
void write_study_truth(const std::filesystem::path& folder, const SimulatedStudy& study);

}  // namespace semg
