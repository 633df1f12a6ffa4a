// SPDX-License-Identifier: BSD-3-Clause
// How each number is made, in words a paper could take over.
#pragma once

#include <string>

#include "engine/chain.hpp"

namespace semg {

/// One line: "Butterworth high-pass 20 Hz and low-pass 450 Hz, order 2 each, causal".
std::string conditioning_of(const Chain& chain);
/// Plain text, one paragraph a line.
std::string definitions_of(const Chain& chain);

}  // namespace semg
