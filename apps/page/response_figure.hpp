// SPDX-License-Identifier: BSD-3-Clause
// What `semg explain` tells, as a picture: which frequencies the filter lets through, and how much later.
#pragma once

#include <string>

#include "engine/chain.hpp"

namespace semg {

/// An HTML figure: gain and group delay against frequency, the band in which frequencies are measured shaded, the -3 dB edges marked.
std::string response_figure(const Chain& chain);

}  // namespace semg
