// SPDX-License-Identifier: BSD-3-Clause
// Labels by which a channel can be asked for.
#pragma once

#include <span>

#include "io/formats/signal_file.hpp"

namespace semg {

/// A channel without a label becomes "channel 3" by its place; the second of two equal labels gets ": 2".
void make_labels_unique(std::span<ForeignChannel> channels);

}  // namespace semg
