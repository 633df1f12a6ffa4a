// SPDX-License-Identifier: BSD-3-Clause
// One muscle of a recording in plain words. They tell what was measured and never judge it.
#pragma once

#include <string>

#include "apps/page/recording_page.hpp"

namespace semg {

/// "12 activations of 1.24 s (mean); RMS while active 143 µV (geometric mean, 95 % CI 121–169); median frequency ..."
/// One sentence per task and repetition where the whole recording has no row of its own; of more than six, the first six.
std::string what_was_found(const ChannelOnPage& channel);

/// "Not assessable: median frequency (samples are repeated)." Empty where all was.
std::string what_was_not_assessable(const ChannelOnPage& channel);

}  // namespace semg
