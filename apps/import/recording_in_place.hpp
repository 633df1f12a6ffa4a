// SPDX-License-Identifier: BSD-3-Clause
// Whether the recording that is there already is the one an import would make.
#pragma once

#include <string>

#include "apps/import/one_import.hpp"
#include "apps/import/settings.hpp"

namespace semg {

/// The first thing in which the recording at `settings.out` is not what `import` would make, as `FIELD: found X, expected Y`; empty where
/// it is the same: source content, ids, start, rate, rows, channels, periods, and the values of the first rows, which show whatever unit
/// was stated. Throws Error(data) where it cannot be read.
std::string difference_in_place(const PreparedImport& import, const ImportSettings& settings);

}  // namespace semg
