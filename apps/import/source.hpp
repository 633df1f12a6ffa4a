// SPDX-License-Identifier: BSD-3-Clause
// A foreign file, opened by the reader it is for.
#pragma once

#include <memory>

#include "apps/import/settings.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

/// With --device only that device's channels are left; --column, --dataset and --series are applied. Throws Error(no_input), Error(data),
/// Error(usage).
std::unique_ptr<SignalFile> open_source(const ImportSettings& settings);

}  // namespace semg
