// SPDX-License-Identifier: BSD-3-Clause
// fatigue.csv: how amplitude and frequency change in the course of a contraction.
#pragma once

#include "io/features_file.hpp"
#include "io/table.hpp"

namespace semg {

const TableDefinition& fatigue_table();

/// One row of each period (or of a recording without periods) and channel. An epoch is a spectral window that overlaps none before it, its
/// amplitude that of the amplitude windows inside it; it counts where the muscle was active for half of it, or where that cannot be told.
void write_fatigue(TableWriter& out, const FeaturesReader& features);

}  // namespace semg
